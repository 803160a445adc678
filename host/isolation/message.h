#pragma once

/// What host and runner say to each other over the control channel. Jobs and their results do not go this way (see
/// ring.h).

#include "host/config/value.h"
#include "host/isolation/described.h"

#include <nebula/svc/pow-backend.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nebula::host {

enum class MessageKind : std::uint32_t {
   // host to runner; each but log_level is answered
   setup = 1, // with the plugin file's descriptor: load, create, init
   start,
   drain,
   stop,
   open, // with the descriptor of the session's memory
   telemetry,
   log_level,
   member, // of a family
   // runner to host
   answer = 33,
   log,
   health,
   progress,
};

struct Message {
   MessageKind kind{};
   std::uint64_t id = 0; // of the request, in a request and its answer
   std::string payload;
};

/// The frame: length, kind and id in front of the payload.
inline constexpr std::size_t k_frame_head = 16;
[[nodiscard]] std::string frame(const Message &message);
/// Takes the first message off `stream`; nullopt with `broken` false: not all of it is there yet; with `broken` true:
/// this is no stream of messages.
[[nodiscard]] std::optional<Message> unframe(std::string &stream, bool &broken);

struct Setup {
   std::string instance, plugin, path; // path: of the plugin file, as an operator knows it
   std::uint8_t sealed = 0;            // the descriptor is a pinned copy
   std::string host_version, node_name, network, data_root;
   std::uint32_t threads = 1; // of the executor
   std::uint32_t log_level = 0;
   config::Value config;
};
[[nodiscard]] std::string to_payload(const Setup &setup);
[[nodiscard]] std::optional<Setup> parse_setup(std::string_view payload);

/// By name, which stays when the runner is another one.
struct BackendName {
   std::string name, algorithm;
};
[[nodiscard]] std::string to_payload(const BackendName &backend);
[[nodiscard]] std::optional<BackendName> parse_backend_name(std::string_view payload);

struct MemberRequest {
   std::string family, parameters;
   friend bool operator==(const MemberRequest &, const MemberRequest &) = default;
};
[[nodiscard]] std::string to_payload(const MemberRequest &request);
[[nodiscard]] std::optional<MemberRequest> parse_member_request(std::string_view payload);

enum class SessionOf : std::uint8_t { backend, algorithm };
struct Open {
   SessionOf of = SessionOf::backend;
   std::string algorithm, backend; // the names; no backend for a session of an algorithm
   std::uint32_t depth = 1;
   std::uint64_t memory_max = 0;
};
[[nodiscard]] std::string to_payload(const Open &open);
[[nodiscard]] std::optional<Open> parse_open(std::string_view payload);

/// To every request. `described` comes with setup and member, `telemetry` with that.
struct Answer {
   neb_status status = NEB_OK;
   std::string text; // of the failure
   Described described;
   neb_pow_telemetry telemetry{};
};
[[nodiscard]] std::string to_payload(const Answer &answer);
[[nodiscard]] std::optional<Answer> parse_answer(std::string_view payload);

struct LogLine {
   std::uint32_t level = 0;
   std::string text;
};
[[nodiscard]] std::string to_payload(const LogLine &line);
[[nodiscard]] std::optional<LogLine> parse_log_line(std::string_view payload);

struct HealthReport {
   std::int32_t level = 0;
   std::string component, text;
};
[[nodiscard]] std::string to_payload(const HealthReport &report);
[[nodiscard]] std::optional<HealthReport> parse_health_report(std::string_view payload);

struct ProgressReport {
   std::string what, unit;
   std::uint64_t done = 0, total = 0;
};
[[nodiscard]] std::string to_payload(const ProgressReport &report);
[[nodiscard]] std::optional<ProgressReport> parse_progress_report(std::string_view payload);

/// A request whose payload is one number (a deadline, a level).
[[nodiscard]] std::string to_payload(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view payload);

} // namespace nebula::host
