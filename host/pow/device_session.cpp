#include "host/pow/device_session.h"

namespace nebula::host {

namespace {

/// What is wrong with a result, by the contract alone; the digests are the reference's business.
std::string wrong_with(const neb_pow_result &result, const JobCopy &job, std::uint64_t cancelled_below) {
   if (result.ticket != job.ticket)
      return "answered ticket " + std::to_string(result.ticket) + " where " + std::to_string(job.ticket) + " was due";
   if (result.hit_count > job.hit_capacity)
      return "claims " + std::to_string(result.hit_count) + " hits where " + std::to_string(job.hit_capacity) + " fit";
   if (result.hashes_done > job.nonce_count)
      return "claims " + std::to_string(result.hashes_done) + " hashes of " + std::to_string(job.nonce_count);
   if (result.status == NEB_E_CANCELLED && job.ticket >= cancelled_below)
      return "cancelled a job that nobody cancelled";
   if (result.status == NEB_OK && result.hashes_done < job.nonce_count && result.hit_count < job.hit_capacity)
      return "stopped after " + std::to_string(result.hashes_done) + " of " + std::to_string(job.nonce_count) +
             " hashes without a reason";
   for (std::uint32_t i = 0; i < result.hit_count; ++i) {
      const std::uint64_t nonce = result.hits[i].nonce;
      if (nonce < job.nonce_first || nonce - job.nonce_first >= result.hashes_done)
         return "gave nonce " + std::to_string(nonce) + " from outside what it computed";
      if (i > 0 && nonce <= result.hits[i - 1].nonce)
         return "gave its hits out of order or twice (nonce " + std::to_string(nonce) + ")";
   }
   return {};
}

std::string reason_of(const neb_error &error, neb_status status) {
   return error.text[0] ? std::string(error.text) : "status " + std::to_string(status);
}

} // namespace

std::unique_ptr<DeviceSession> DeviceSession::open(std::shared_ptr<Contender> contender, std::uint32_t depth,
                                                   std::string &why) {
   const neb_pow_backend *table = contender->table();
   neb_pow_session_config config{};
   config.size = sizeof config;
   config.depth_max = depth;
   neb_error error{};
   error.size = sizeof error;
   neb_pow_session *session = nullptr;
   const neb_status status = table->open(table, &config, &session, &error);
   if (status != NEB_OK || !session) {
      why = "does not open a session: " + reason_of(error, status);
      return nullptr;
   }
   return std::unique_ptr<DeviceSession>(new DeviceSession(std::move(contender), session));
}

DeviceSession::~DeviceSession() {
   table_->close(table_, session_);
}

neb_status DeviceSession::prepare(const PowEpoch &epoch, std::string &why) {
   neb_error error{};
   error.size = sizeof error;
   const neb_pow_epoch wire = epoch.wire();
   const neb_status status = table_->prepare(table_, session_, &wire, &error);
   if (status == NEB_E_UNSUPPORTED) // nothing to prepare
      return NEB_OK;
   if (status != NEB_OK)
      why = reason_of(error, status);
   return status;
}

neb_status DeviceSession::submit(const JobCopy &job) {
   neb_pow_epoch epoch;
   const neb_pow_job wire = job.wire(epoch);
   return table_->submit(table_, session_, &wire);
}

neb_status DeviceSession::wait(const JobCopy &job, std::uint64_t timeout_ns, JobAnswer &answer) {
   answer.hits.resize(job.hit_capacity);
   answer.wrong.clear();
   neb_pow_result result{};
   result.size = sizeof result;
   result.hits = answer.hits.data();
   result.hit_capacity = job.hit_capacity;
   const neb_status status = table_->wait(table_, session_, &result, timeout_ns);
   if (status == NEB_E_TIMEOUT)
      return status;
   answer.wrong = status == NEB_OK
                     ? wrong_with(result, job, cancelled_below_.load())
                     : "answered wait with status " + std::to_string(status) + " while a job was in flight";
   if (!answer.wrong.empty())
      result = {};
   answer.status = answer.wrong.empty() ? result.status : NEB_E_DEVICE;
   answer.hashes_done = result.hashes_done;
   answer.device_ns = result.device_ns;
   answer.hits.resize(result.hit_count);
   return NEB_OK;
}

void DeviceSession::cancel_below(std::uint64_t ticket) noexcept {
   auto below = cancelled_below_.load();
   while (below < ticket && !cancelled_below_.compare_exchange_weak(below, ticket)) {
   }
   table_->cancel_below(table_, session_, ticket);
}

} // namespace nebula::host
