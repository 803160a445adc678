#include "toy.h"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "common/bytes.h"

namespace nebula::test {
namespace {

using namespace common::opencl;

class ToyWork final : public Work {
public:
   ToyWork(Queue &queue, const Environment &env, ToyLog &log)
      : log_(log), queue_(queue), program_(queue, {.text = "toy", .options = "-DTOY"}, env.store.get(), env.note),
        kernel_(program_.kernel("toy")) {}

   [[nodiscard]] common::JobRules rules() const override {
      return {.nonce_bytes = 8, .nonce_appended = true, .input_max = 32};
   }
   [[nodiscard]] bool is_ready(const neb_pow_epoch &epoch) const override { return epoch.height == height_; }
   [[nodiscard]] neb_status prepare(const neb_pow_epoch &epoch, const Cancelled &cancelled) override {
      if (log_.prepare_fails != NEB_OK)
         throw Error(log_.prepare_fails, "no room for the table");
      while (log_.prepare_waits_for_cancel && !cancelled())
         std::this_thread::yield();
      if (cancelled())
         return NEB_E_CANCELLED;
      height_ = epoch.height;
      log_.prepared.push_back(height_);
      return NEB_OK;
   }
   [[nodiscard]] std::uint32_t launch_max(const common::Job &) const override { return 1u << 16; }
   [[nodiscard]] std::uint32_t launch_first() const override { return 1u << 10; }
   [[nodiscard]] std::uint32_t launch_least() const override { return 1u << 8; }
   [[nodiscard]] std::vector<std::size_t> local_sizes() const override { return {32, 64, 128}; }
   [[nodiscard]] std::string_view tuning_key() const override { return program_.key(); }

   [[nodiscard]] Launched launch(const Launch &launch) override {
      kernel_.set_argument(0, launch.first);
      kernel_.set_argument(1, launch.count);
      kernel_.set_argument(2, launch.found);
      const std::size_t groups = (launch.count + launch.local - 1) / launch.local;
      return {.first = queue_.launch(kernel_, groups * launch.local, launch.local, &launch.cleared), .last = {}};
   }
   [[nodiscard]] Verdict judge(const common::Job &, std::uint64_t nonce, std::span<std::uint8_t, 32> digest) override {
      std::fill(digest.begin(), digest.end(), std::uint8_t{0});
      common::store_le64(digest.data(), nonce);
      return nonce % k_toy_divisor == 0 ? Verdict::hit : Verdict::wrong;
   }

private:
   ToyLog &log_;
   Queue &queue_;
   Program program_;
   Kernel kernel_;
   std::uint64_t height_ = 0;
};

} // namespace

std::vector<std::uint64_t> toy_hits(std::uint64_t first, std::uint64_t count) {
   std::vector<std::uint64_t> nonces;
   for (std::uint64_t nonce = first; nonce - first < count; ++nonce)
      if (nonce % k_toy_divisor == 0)
         nonces.push_back(nonce);
   return nonces;
}

void toy_kernel(const FakeLaunch &launch) {
   const auto first = launch.number<std::uint64_t>(0);
   std::uint32_t *found = launch.words(2);
   // From the end: candidates come in no order.
   for (std::uint32_t i = launch.number<std::uint32_t>(1); i-- > 0;)
      if ((first + i) % k_toy_divisor == 0)
         found[1 + found[0]++] = i;
}

Toy::Toy(FakeOpenCl &driver, std::shared_ptr<Store> store, std::uint64_t launch_deadline_ns) {
   driver.kernel = toy_kernel;
   const BackendSpec spec = {
      .algorithm = "toy", .batch_hint = 1, .make = [this](Queue &queue, const Environment &env, std::uint64_t) {
         return std::make_unique<ToyWork>(queue, env, log);
      }};
   backend_ = std::make_unique<OpenClBackend>(
      spec, driver.device(),
      Environment{.clock = Clock(host_.host()),
                  .store = std::move(store),
                  .note = [this](std::string_view text) { log.notes.emplace_back(text); },
                  .lost = [this](std::string_view text) { log.lost.emplace_back(text); },
                  .launch_deadline_ns = launch_deadline_ns});
}

Toy::~Toy() {
   close();
}

void Toy::open(std::uint32_t depth) {
   const neb_pow_session_config config = {sizeof config, depth, 0};
   neb_error err{sizeof err, NEB_OK, {}};
   if (table().open(&table(), &config, &session_, &err) != NEB_OK)
      throw std::runtime_error(err.text);
}

void Toy::close() {
   if (session_)
      table().close(&table(), session_);
   session_ = nullptr;
}

neb_status Toy::submit(std::uint64_t ticket, std::uint64_t first, std::uint64_t count, std::uint64_t height) {
   const neb_pow_epoch epoch = {{nullptr, 0}, height};
   neb_pow_job job{};
   job.size = sizeof job;
   job.nonce_offset = NEB_POW_NONCE_APPENDED;
   job.ticket = ticket;
   job.epoch = &epoch;
   job.nonce_bytes = 8;
   job.hit_capacity = NEB_POW_HITS_MAX;
   job.nonce_first = first;
   job.nonce_count = count;
   return table().submit(&table(), session_, &job);
}

neb_status Toy::prepare(std::uint64_t height) {
   const neb_pow_epoch epoch = {{nullptr, 0}, height};
   neb_error err{sizeof err, NEB_OK, {}};
   return table().prepare(&table(), session_, &epoch, &err);
}

void Toy::cancel_below(std::uint64_t ticket) {
   table().cancel_below(&table(), session_, ticket);
}

Toy::Result Toy::wait(std::uint64_t timeout_ns) {
   std::vector<neb_pow_hit> hits(NEB_POW_HITS_MAX);
   neb_pow_result raw{};
   raw.size = sizeof raw;
   raw.hits = hits.data();
   raw.hit_capacity = NEB_POW_HITS_MAX;
   Result result;
   result.waited = table().wait(&table(), session_, &raw, timeout_ns);
   result.status = raw.status;
   result.ticket = raw.ticket;
   result.hashes_done = raw.hashes_done;
   result.device_ns = raw.device_ns;
   for (std::uint32_t i = 0; i < raw.hit_count; ++i)
      result.nonces.push_back(hits[i].nonce);
   return result;
}

} // namespace nebula::test
