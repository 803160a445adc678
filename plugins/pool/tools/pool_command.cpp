/// nebula bench pool: options in, a load, a report out.

#include "arguments.h"
#include "commands.h"
#include "report.h"
#include "running_pool.h"

#include <charconv>
#include <cmath>

#include <unistd.h>

namespace nebula::pool {
namespace {

constexpr Option k_options[] = {
   {"--connect", "HOST:PORT", "", "the pool, an IPv4 address and a port; by default the running node's"},
   {"--pool", "INSTANCE", "pool", "which pool of the running node"},
   {"--connections", "N", "100", "miners, each with a connection and a worker name of its own"},
   {"--ramp", "S", "0", "seconds over which they connect; 0: all at once"},
   {"--idle", "S", "1", "seconds between the last connection and the load, for the memory of idle ones"},
   {"--rate", "R", "100", "shares a second of all miners together, at random times"},
   {"--seconds", "S", "10", "duration of the load"},
   {"--mix", "KIND=P,...", "valid=100", "percent of valid, stale, duplicate, invalid and low shares"},
   {"--resume", "R", "0", "connections a second that break off during the load and resume their sessions"},
   {"--storm", "", "", "after the load all break off, and connect again at once"},
   {"--dialect", "NAME", "", "cosmic, xmrig, bitcoin (the yescrypt family) or ergo; by default the algorithm's"},
   {"--algorithm", "NAME", "", "what is mined; by default the dialect's: cosmic-harmony, rx/0, yescryptr8, autolykos2"},
   {"--difficulty", "N", "2", "that miners fix by their login, so that shares are cheap to find; 0: the pool decides"},
   {"--wallet", "TEXT", "ZION_0000000000000000000000000000000000000000", "wallet that the miners log in with"},
   {"--password", "TEXT", "x", "their password"},
   {"--threads", "N", "0", "threads that find shares of a slow algorithm ahead of their times; 0: one a processor"},
   {"--seed", "N", "1", "of the times, the miners and the kinds of shares"},
   {"--json", "", "", "print JSON"},
   {"--help", "", "", "show this help"},
};

constexpr std::string_view k_usage =
   "usage: nebula bench pool [options]\n\n"
   "Connects miners to a pool and hands in shares that it must verify. The times of the shares are fixed beforehand, "
   "and\n"
   "latency counts from them: a pool that stalls pays for all that waited. Exit status 1 when a share was lost or\n"
   "misjudged, or a connection failed.\n\n";

constexpr std::string_view k_examples =
   "\nExamples:\n"
   "  nebula bench pool --connections 1000 --rate 500 --mix valid=90,stale=4,duplicate=3,invalid=2,low=1\n"
   "  nebula bench pool --connect 127.0.0.1:3333 --connections 10000 --rate 10000 --seconds 30 --storm --json\n";

constexpr std::pair<std::string_view, ShareKind> k_kinds[] = {{"valid", ShareKind::valid},
                                                              {"stale", ShareKind::stale},
                                                              {"duplicate", ShareKind::duplicate},
                                                              {"invalid", ShareKind::invalid},
                                                              {"low", ShareKind::low}};

std::array<double, k_share_kinds> mix_of(const std::string &text) {
   std::array<double, k_share_kinds> mix{};
   double sum = 0;
   for (std::string_view left = text; !left.empty();) {
      const std::string_view part = left.substr(0, left.find(','));
      left.remove_prefix(std::min(left.size(), part.size() + 1));
      const std::size_t equals = part.find('=');
      double percent = 0;
      bool good = equals != std::string_view::npos;
      if (good) {
         const char *end = part.data() + part.size();
         const auto [rest, wrong] = std::from_chars(part.data() + equals + 1, end, percent);
         good = wrong == std::errc{} && rest == end && percent >= 0 && percent <= 100;
      }
      const auto *const kind = std::find_if(std::begin(k_kinds), std::end(k_kinds), [&](const auto &one) {
         return good && one.first == part.substr(0, equals);
      });
      if (kind == std::end(k_kinds))
         throw UsageError("--mix \"" + std::string(part) +
                          "\" must be a kind and its percentage: valid=90,stale=4,duplicate=3,invalid=2,low=1");
      mix[static_cast<std::size_t>(kind->second)] += percent;
      sum += percent;
   }
   if (std::abs(sum - 100) > 0.01)
      throw UsageError("--mix must add up to 100 percent");
   return mix;
}

void connect_to(LoadSettings &out, const std::string &connect) {
   const std::size_t colon = connect.rfind(':');
   const char *end = connect.data() + connect.size();
   out.host = connect.substr(0, colon);
   if (colon == std::string::npos || out.host.empty() ||
       std::from_chars(connect.data() + colon + 1, end, out.port).ptr != end || out.port == 0)
      throw UsageError("--connect \"" + connect + "\" must be an address and a port: 127.0.0.1:3333");
   if (out.host == "localhost")
      out.host = "127.0.0.1";
}

LoadSettings settings_of(const Arguments &arguments) {
   LoadSettings out;
   if (arguments.has("--connect"))
      connect_to(out, arguments.text("--connect"));
   out.connections = static_cast<std::uint32_t>(arguments.whole("--connections", 1, 1'000'000));
   out.ramp_s = arguments.number("--ramp", 0, 3'600);
   out.idle_s = arguments.number("--idle", 0, 3'600);
   out.rate = arguments.number("--rate", 0.01, 1'000'000);
   out.seconds = arguments.number("--seconds", 0.1, 86'400);
   out.mix = mix_of(arguments.text("--mix"));
   out.resumes_per_s = arguments.number("--resume", 0, 100'000);
   out.storm = arguments.has("--storm");
   out.seed = arguments.whole("--seed", 0, ~0ull);
   out.threads = static_cast<std::uint32_t>(arguments.whole("--threads", 0, 1'024));
   if (arguments.has("--dialect"))
      out.speech.dialect = dialect_called(arguments.text("--dialect"));
   out.speech.algorithm = arguments.text("--algorithm");
   if (out.speech.algorithm.empty())
      out.speech.algorithm = usual_algorithm(out.speech.dialect);
   out.speech.wallet = arguments.text("--wallet");
   out.speech.password = arguments.text("--password");
   out.speech.difficulty = arguments.whole("--difficulty", 0, 1'000'000'000);
   for (const std::string &text : {out.speech.wallet, out.speech.password, out.speech.algorithm})
      if (text.find_first_of("\"\\") != std::string::npos)
         throw UsageError("--wallet, --password and --algorithm may hold no quotes and no backslashes");
   if (out.speech.difficulty == 1 && out.mix[static_cast<std::size_t>(ShareKind::low)] > 0)
      throw UsageError("at --difficulty 1 no share is low; give 2 or more");
   return out;
}

/// One line of standard error that is written over, when it is a terminal.
class ProgressLine {
public:
   explicit ProgressLine(const CommandIo &io) : io_(io), shown_(isatty(STDERR_FILENO) != 0) {}
   void show(const std::string &text) const {
      if (shown_)
         io_.err("\r\x1b[K", text);
   }
   void clear() const { show({}); }

private:
   const CommandIo &io_;
   bool shown_;
};

} // namespace

std::int32_t run_bench_pool(Words words, const CommandIo &io, const Algorithms &algorithms) {
   const ProgressLine line(io);
   try {
      const Arguments arguments(k_options, words);
      if (arguments.has("--help")) {
         io.out(k_usage, described(k_options), k_examples);
         return k_exit_ok;
      }
      LoadSettings settings = settings_of(arguments);
      const auto make_computer = [&] { return algorithms.computer(settings.speech.algorithm); };
      const auto computer = make_computer();
      if (!arguments.has("--dialect"))
         settings.speech.dialect = computer->usual_dialect();
      if (!computer->deprecated().empty())
         io.err("nebula bench pool: ", computer->name(), " is deprecated: ", computer->deprecated(), "\n");
      if (!arguments.has("--connect"))
         connect_to(settings, port_of_running_pool(io, arguments.text("--pool"), computer->name()));
      const auto speech = make_speech(settings.speech, *computer);
      Load load(settings, *speech, make_computer, [&](const std::string &text) { line.show(text); });
      const LoadResult result = load.run();
      line.clear();
      io.out(arguments.has("--json") ? report_json(settings, result) : report_text(settings, result));
      return flawless(result) ? k_exit_ok : k_exit_failed;
   } catch (const UsageError &error) {
      io.err("nebula bench pool: ", error.what(), "\nTry: nebula bench pool --help\n");
      return k_exit_usage;
   } catch (const Error &error) {
      line.clear();
      io.err("nebula bench pool: ", error.what(), "\n");
      return error.status() == NEB_E_INVALID ? k_exit_usage : k_exit_unavailable;
   }
}

} // namespace nebula::pool
