#pragma once

/// The table of nebula.pow.backend/1 for a backend with a device of its own. (One that computes on the calling thread
/// is a nebula::CpuBackend of the SDK.) The thunks let nothing throw across the boundary.

#include <nebula/svc/pow-backend.h>

#include <memory>
#include <string>

namespace nebula::common {

/// One session of a backend. The members mean what the table's functions of the same names say.
class Session {
public:
   virtual ~Session() = default;
   [[nodiscard]] virtual neb_status prepare(const neb_pow_epoch &epoch, neb_error *err) = 0;
   [[nodiscard]] virtual neb_status submit(const neb_pow_job &job) = 0;
   [[nodiscard]] virtual neb_status wait(neb_pow_result &result, std::uint64_t timeout_ns) = 0;
   virtual void cancel_below(std::uint64_t ticket) noexcept = 0; ///< [thread-safe]
};

/// What an operator and the host see of a backend.
struct BackendInfo {
   std::string name;       ///< "cosmic-harmony/avx2"
   std::string algorithm;  ///< "cosmic-harmony"
   std::string device;     ///< "CPU"
   std::string properties; ///< "algorithm=cosmic-harmony,device=cpu,..."
   std::uint32_t lanes = 0;
   std::uint64_t batch_hint = 0;
};

/// A backend. It must outlive its sessions and stay where it is: the table points into it.
class Backend {
public:
   explicit Backend(BackendInfo info);
   Backend(const Backend &) = delete;
   Backend &operator=(const Backend &) = delete;
   virtual ~Backend() = default;

   [[nodiscard]] const BackendInfo &info() const noexcept { return info_; }
   [[nodiscard]] const neb_pow_backend &table() const noexcept { return table_; }

   /// A new session, or nullptr with `err` filled. [thread-safe]
   [[nodiscard]] virtual std::unique_ptr<Session> open(const neb_pow_session_config &config, neb_error *err) const = 0;
   /// Reads the device's sensors into `out`, which comes with its size set and nothing present. [thread-safe]
   [[nodiscard]] virtual neb_status telemetry(neb_pow_telemetry &) const { return NEB_E_UNSUPPORTED; }

private:
   BackendInfo info_;
   neb_pow_backend table_;
};

/// Batches one session keeps in flight at most, whatever the caller asks: more than any pipeline needs.
inline constexpr std::uint32_t k_session_depth_max = 64;

} // namespace nebula::common
