#pragma once

/// The smallest algorithm there can be, on the double: a nonce hits when 97 divides it, and its digest begins with it.
/// With it, what the shared session does is visible.

#include <nebula/clock.hpp>
#include <nebula/svc/pow-backend.h>

#include <memory>
#include <string>
#include <vector>

#include "../cosmic_harmony/fake_host.h"
#include "common/opencl/backend.h"
#include "fake_opencl.h"

namespace nebula::test {

inline constexpr std::uint64_t k_toy_divisor = 97;

/// How a toy behaves and what happened to it; shared by all sessions of a backend.
struct ToyLog {
   std::vector<std::uint64_t> prepared; ///< heights of the epochs, in order
   neb_status prepare_fails = NEB_OK;   ///< thrown by `prepare` when it is a failure
   bool prepare_waits_for_cancel = false;
   std::vector<std::string> notes, lost;
};

/// What a job must have found: all multiples of 97.
[[nodiscard]] std::vector<std::uint64_t> toy_hits(std::uint64_t first, std::uint64_t count);

/// Runs the toy's kernel on the double: arguments are first (u64), count (u32), found.
void toy_kernel(const FakeLaunch &launch);

/// A backend of the toy on the double's device, and one session of it.
class Toy {
public:
   explicit Toy(FakeOpenCl &driver, std::shared_ptr<common::opencl::Store> store = nullptr,
                std::uint64_t launch_deadline_ns = common::opencl::k_launch_deadline_ns);
   ~Toy();
   Toy(const Toy &) = delete;
   Toy &operator=(const Toy &) = delete;

   /// The text of a failed `open` comes as an exception.
   void open(std::uint32_t depth = 4);
   void close();
   neb_status submit(std::uint64_t ticket, std::uint64_t first, std::uint64_t count, std::uint64_t height = 0);
   neb_status prepare(std::uint64_t height);
   void cancel_below(std::uint64_t ticket);

   struct Result {
      neb_status waited = NEB_OK, status = NEB_OK;
      std::uint64_t ticket = 0, hashes_done = 0, device_ns = 0;
      std::vector<std::uint64_t> nonces;
   };
   Result wait(std::uint64_t timeout_ns = UINT64_MAX);

   [[nodiscard]] const neb_pow_backend &table() const { return backend_->table(); }
   ToyLog log;

private:
   FakeHost host_;
   std::unique_ptr<common::opencl::OpenClBackend> backend_;
   neb_pow_session *session_ = nullptr;
};

} // namespace nebula::test
