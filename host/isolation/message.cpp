#include "host/isolation/message.h"

#include "host/isolation/config_wire.h"
#include "host/isolation/limits.h"

#include <nebula/ext/health.h>
#include <nebula/host.h>

#include <cstring>

namespace nebula::host {
namespace {

constexpr std::size_t k_path_max = 4096;

template <class T>
std::optional<T> finished(const WireReader &in, T value) {
   return in.finished() ? std::optional<T>(std::move(value)) : std::nullopt;
}

} // namespace

std::string frame(const Message &message) {
   WireWriter out;
   out.number(static_cast<std::uint32_t>(message.payload.size()));
   out.number(static_cast<std::uint32_t>(message.kind)).number(message.id);
   return out.bytes() + message.payload;
}

std::optional<Message> unframe(std::string &stream, bool &broken) {
   broken = false;
   if (stream.size() < k_frame_head)
      return std::nullopt;
   WireReader head(std::string_view(stream).substr(0, k_frame_head));
   const auto size = head.number<std::uint32_t>();
   Message message;
   message.kind = static_cast<MessageKind>(head.number<std::uint32_t>());
   message.id = head.number<std::uint64_t>();
   if (size > k_message_max) {
      broken = true;
      return std::nullopt;
   }
   if (stream.size() - k_frame_head < size)
      return std::nullopt;
   message.payload = stream.substr(k_frame_head, size);
   stream.erase(0, k_frame_head + size);
   return message;
}

std::string to_payload(const Setup &setup) {
   WireWriter out;
   out.text(setup.instance).text(setup.plugin).text(setup.path).number(setup.sealed).text(setup.host_version);
   out.text(setup.node_name).text(setup.network).text(setup.data_root).number(setup.threads).number(setup.log_level);
   write_config(out, setup.config);
   return out.bytes();
}

std::optional<Setup> parse_setup(std::string_view payload) {
   WireReader in(payload);
   Setup setup;
   setup.instance = in.text(k_word_max);
   setup.plugin = in.text(k_word_max);
   setup.path = in.text(k_path_max);
   setup.sealed = in.number<std::uint8_t>();
   setup.host_version = in.text(k_word_max);
   setup.node_name = in.text(k_word_max);
   setup.network = in.text(k_word_max);
   setup.data_root = in.text(k_path_max);
   setup.threads = in.number<std::uint32_t>();
   setup.log_level = in.number<std::uint32_t>();
   setup.config = read_config(in);
   return finished(in, std::move(setup));
}

std::string to_payload(const BackendName &backend) {
   return WireWriter().text(backend.name).text(backend.algorithm).bytes();
}

std::optional<BackendName> parse_backend_name(std::string_view payload) {
   WireReader in(payload);
   BackendName backend;
   backend.name = in.text(k_name_max);
   backend.algorithm = in.text(k_name_max);
   return finished(in, std::move(backend));
}

std::string to_payload(const MemberRequest &request) {
   return WireWriter().text(request.family).text(request.parameters).bytes();
}

std::optional<MemberRequest> parse_member_request(std::string_view payload) {
   WireReader in(payload);
   MemberRequest request;
   request.family = in.text(k_word_max);
   request.parameters = in.text(k_properties_max);
   return finished(in, std::move(request));
}

std::string to_payload(const Open &open) {
   WireWriter out;
   out.number(static_cast<std::uint8_t>(open.of)).text(open.algorithm).text(open.backend);
   out.number(open.depth).number(open.memory_max);
   return out.bytes();
}

std::optional<Open> parse_open(std::string_view payload) {
   WireReader in(payload);
   Open open;
   const auto of = in.number<std::uint8_t>();
   open.of = of == 0 ? SessionOf::backend : SessionOf::algorithm;
   open.algorithm = in.text(k_name_max);
   open.backend = in.text(k_name_max);
   open.depth = in.number<std::uint32_t>();
   open.memory_max = in.number<std::uint64_t>();
   if (of > 1 || open.depth == 0 || open.depth > k_ring_depth_max)
      in.fail();
   return finished(in, open);
}

std::string to_payload(const Answer &answer) {
   WireWriter out;
   out.number(answer.status).text(std::string_view(answer.text).substr(0, k_properties_max));
   write(out, answer.described);
   const neb_pow_telemetry &t = answer.telemetry;
   out.number(t.present).number(t.temperature_mc).number(t.clock_mhz).number(t.power_mw).number(t.fan_permille);
   out.number(t.memory_bytes).number(t.memory_used);
   return out.bytes();
}

std::optional<Answer> parse_answer(std::string_view payload) {
   WireReader in(payload);
   Answer answer;
   answer.status = in.number<neb_status>();
   answer.text = in.text(k_properties_max);
   answer.described = read_described(in);
   neb_pow_telemetry &t = answer.telemetry;
   t.size = sizeof t;
   t.present = in.number<std::uint32_t>();
   t.temperature_mc = in.number<std::int32_t>();
   t.clock_mhz = in.number<std::uint32_t>();
   t.power_mw = in.number<std::uint32_t>();
   t.fan_permille = in.number<std::uint32_t>();
   t.memory_bytes = in.number<std::uint64_t>();
   t.memory_used = in.number<std::uint64_t>();
   return finished(in, std::move(answer));
}

std::string to_payload(const LogLine &line) {
   WireWriter out;
   out.number(line.level).text(std::string_view(line.text).substr(0, k_line_max));
   return out.bytes();
}

std::optional<LogLine> parse_log_line(std::string_view payload) {
   WireReader in(payload);
   LogLine line;
   line.level = in.number<std::uint32_t>();
   line.text = in.text(k_line_max);
   if (line.level > NEB_LOG_ERROR)
      in.fail();
   return finished(in, std::move(line));
}

std::string to_payload(const HealthReport &report) {
   WireWriter out;
   out.number(report.level).text(std::string_view(report.component).substr(0, k_word_max));
   out.text(std::string_view(report.text).substr(0, k_properties_max));
   return out.bytes();
}

std::optional<HealthReport> parse_health_report(std::string_view payload) {
   WireReader in(payload);
   HealthReport report;
   report.level = in.number<std::int32_t>();
   report.component = in.text(k_word_max);
   report.text = in.text(k_properties_max);
   if (report.level < NEB_HEALTH_OK || report.level > NEB_HEALTH_FAILED)
      in.fail();
   return finished(in, std::move(report));
}

std::string to_payload(const ProgressReport &report) {
   WireWriter out;
   out.text(std::string_view(report.what).substr(0, k_word_max));
   out.text(std::string_view(report.unit).substr(0, k_word_max)).number(report.done).number(report.total);
   return out.bytes();
}

std::optional<ProgressReport> parse_progress_report(std::string_view payload) {
   WireReader in(payload);
   ProgressReport report;
   report.what = in.text(k_word_max);
   report.unit = in.text(k_word_max);
   report.done = in.number<std::uint64_t>();
   report.total = in.number<std::uint64_t>();
   return finished(in, std::move(report));
}

std::string to_payload(std::uint64_t number) {
   return WireWriter().number(number).bytes();
}

std::optional<std::uint64_t> parse_number(std::string_view payload) {
   WireReader in(payload);
   const auto number = in.number<std::uint64_t>();
   return finished(in, number);
}

} // namespace nebula::host
