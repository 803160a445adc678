/// Searches nonces for scripted miners: reads lines `FUNCTION INPUT OFFSET FIRST TARGET` and answers each with
/// `NONCE DIGEST`. FUNCTION is randomx/KEY or the parameters of a yescrypt, with ~ for blanks; INPUT, KEY and the
/// 256-bit TARGET are hexadecimal. The nonce has four bytes, the least significant first, and the digest is compared
/// the same way round. Several threads at once where the function is slow.

#include "parameters.h"
#include "reference.h"

#include "common/hex.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include <randomx.h>

namespace {

using nebula::common::Bytes;
using Digest = std::array<std::uint8_t, 32>;

constexpr unsigned k_threads = 2;

void put_nonce(Bytes &input, std::size_t offset, std::uint32_t nonce) {
   for (std::size_t i = 0; i < 4; ++i)
      input[offset + i] = static_cast<std::uint8_t>(nonce >> (8 * i));
}

class Function {
public:
   virtual ~Function() = default;
   virtual std::unique_ptr<Function> another() = 0; ///< for one more thread
   virtual Digest operator()(const Bytes &input) = 0;
};

class Yescrypt final : public Function {
public:
   explicit Yescrypt(const nebula::yescrypt::Parameters &parameters)
      : parameters_(parameters),
        memory_(std::aligned_alloc(64, nebula::yescrypt::reference_memory_bytes(parameters)), std::free) {}
   std::unique_ptr<Function> another() override { return std::make_unique<Yescrypt>(parameters_); }
   Digest operator()(const Bytes &input) override {
      return nebula::yescrypt::reference_hash(parameters_, input, memory_.get());
   }

private:
   nebula::yescrypt::Parameters parameters_;
   std::unique_ptr<void, void (*)(void *)> memory_;
};

class RandomX final : public Function {
public:
   RandomX(std::shared_ptr<randomx_cache> cache)
      : cache_(std::move(cache)),
        machine_(randomx_create_vm(randomx_get_flags(), cache_.get(), nullptr), randomx_destroy_vm) {}
   static std::shared_ptr<randomx_cache> cache_of(const Bytes &key) {
      std::shared_ptr<randomx_cache> cache(randomx_alloc_cache(randomx_get_flags()), randomx_release_cache);
      randomx_init_cache(cache.get(), key.data(), key.size());
      return cache;
   }
   std::unique_ptr<Function> another() override { return std::make_unique<RandomX>(cache_); }
   Digest operator()(const Bytes &input) override {
      Digest out;
      randomx_calculate_hash(machine_.get(), input.data(), input.size(), out.data());
      return out;
   }

private:
   std::shared_ptr<randomx_cache> cache_;
   std::unique_ptr<randomx_vm, void (*)(randomx_vm *)> machine_;
};

std::unique_ptr<Function> function_of(std::string name) {
   constexpr std::string_view k_randomx = "randomx/";
   if (name.starts_with(k_randomx)) {
      // A key takes half a second; the scripts use one.
      static std::string last;
      static std::shared_ptr<randomx_cache> cache;
      if (last != name)
         cache = RandomX::cache_of(nebula::common::bytes_from_hex(name.substr(k_randomx.size())).value());
      last = name;
      return std::make_unique<RandomX>(cache);
   }
   std::ranges::replace(name, '~', ' ');
   return std::make_unique<Yescrypt>(nebula::yescrypt::parse_parameters(name));
}

struct Hit {
   std::uint32_t nonce = 0;
   Digest digest{};
};

/// Some nonce from `first` on.
Hit search(Function &function, const Bytes &input, std::size_t offset, std::uint32_t first, const Digest &target) {
   std::atomic<std::uint32_t> next{first};
   std::atomic<bool> done{false};
   std::mutex mutex;
   Hit hit;
   const auto work = [&](Function &own) {
      Bytes mine = input;
      while (!done) {
         const std::uint32_t nonce = next++;
         put_nonce(mine, offset, nonce);
         const Digest digest = own(mine);
         if (std::lexicographical_compare(target.begin(), target.end(), digest.rbegin(), digest.rend()))
            continue;
         const std::lock_guard lock(mutex);
         if (!done.exchange(true))
            hit = {nonce, digest};
      }
   };
   std::vector<std::thread> threads;
   for (unsigned i = 1; i < k_threads; ++i)
      threads.emplace_back([&] { work(*function.another()); });
   work(function);
   for (std::thread &thread : threads)
      thread.join();
   return hit;
}

} // namespace

int main() {
   using namespace nebula;
   for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      std::string name, input_hex, target_hex;
      std::size_t offset = 0;
      std::uint32_t first = 0;
      words >> name >> input_hex >> offset >> first >> target_hex;
      const auto input = common::bytes_from_hex(input_hex);
      const auto target = common::array_from_hex<32>(target_hex);
      if (!words || !input || !target || offset + 4 > input->size()) {
         std::cerr << "not understood: " << line << '\n';
         return 1;
      }
      const auto function = function_of(name);
      const Hit hit = search(*function, *input, offset, first, *target);
      std::cout << hit.nonce << ' ' << common::to_hex(hit.digest) << std::endl;
   }
}
