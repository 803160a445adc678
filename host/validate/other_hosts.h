#pragma once

/// Hosts of other releases, as a plugin may meet them.

#include "host/validate/host_view.h"

#include <nebula/ext/services.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace nebula::host::validation {

/// A failure that no release has named yet.
inline constexpr neb_status k_unknown_status = -1'000;
/// Above every level that has a name.
inline constexpr std::uint32_t k_unknown_level = 17;

/// Has only the extensions that `has` admits.
class SparseHost final : public HostView {
public:
   explicit SparseHost(std::function<bool(std::string_view id)> has) : has_(std::move(has)) {}
   const void *extension(std::string_view id, const void *real) override { return has_(id) ? real : nullptr; }

private:
   const std::function<bool(std::string_view)> has_;
};

/// Which of its records a host of another release changes.
enum class Part { record, extensions, services };

/// The first release: its records have the size they had then, and end where readable memory ends.
[[nodiscard]] HostView &first_release_host(Part part);
/// A release to come: its records are longer, with members nobody knows; its minor is higher.
[[nodiscard]] HostView &future_host();
/// A host whose log level is one that nobody knows.
[[nodiscard]] HostView &unknown_level_host();
/// A host whose every function that can fail does, with a status nobody knows.
[[nodiscard]] HostView &failing_host();

/// A copy of a record that is longer than today's, with members nobody knows.
[[nodiscard]] void *enlarged(const void *record, std::uint32_t size);

} // namespace nebula::host::validation
