#include "arguments.h"
#include "environment.h"

#include "core/tables.h"
#include "core/verify.h"
#include "shell/export.h"

#include "common/hex.h"

#include <boost/json/serialize.hpp>

#include <chrono>
#include <filesystem>
#include <thread>

namespace nebula::chain {
namespace {

using boost::json::object;

constexpr const char *k_help = R"(nebula chain COMMAND [options]

  info                         height, tip, supply and difficulties
  verify                       replay every block from genesis and compare the state, the index and the accounts
  export FILE                  write the main chain to a new file

  --proofs                     verify: recompute every proof of work too (needs the running node)
  --json                       machine-readable output

They ask the running node, or read the data folder when no node runs on it.

Examples:
  nebula chain info
  nebula chain verify --proofs
  nebula chain export chain.nebula
)";

class ChainCommand {
public:
   ChainCommand(const Arguments &arguments, const CommandEnvironment &environment)
      : arguments_(arguments), environment_(environment), json_(arguments.has("--json")) {}

   Result<void> info() {
      auto document = environment_.ask("status", {});
      if (!document && document.error().fault == Fault::missing)
         document = stored_info();
      if (!document)
         return document.error();
      std::string text;
      for (const auto &[name, value] : *document) {
         if (name != "summary")
            text += std::string(name) + ": " +
                    (value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value)) + "\n";
      }
      environment_.print(json_, *document, text);
      return {};
   }

   Result<void> verify() {
      const bool proofs = arguments_.has("--proofs");
      auto started = environment_.ask("verify", {{"proofs", proofs}});
      auto report = started ? wait("verify") : started;
      if (!started && started.error().fault == Fault::missing) {
         if (proofs)
            return Error{Fault::unavailable, "--proofs needs the running node, whose plugins compute the algorithms: " +
                                                started.error().text};
         report = verify_stored();
      }
      if (!report)
         return report.error();
      const std::string checked = report->at("proofs_checked").as_bool() ? "" : "; proofs of work were not recomputed";
      environment_.print(json_, *report,
                         "the chain is sound: " + boost::json::serialize(report->at("blocks")) + " blocks, " +
                            boost::json::serialize(report->at("transactions")) + " transactions, " +
                            boost::json::serialize(report->at("accounts")) + " accounts" + checked + "\n");
      return {};
   }

   Result<void> export_file() {
      if (arguments_.words.size() != 2)
         return invalid("name the file to write: nebula chain export FILE");
      const std::string path = std::filesystem::absolute(arguments_.words[1]).string();
      auto started = environment_.ask("export", {{"path", path}});
      auto report = started ? wait("export") : started;
      if (!started && started.error().fault == Fault::missing)
         report = export_stored(path);
      if (!report)
         return report.error();
      environment_.print(json_, *report,
                         boost::json::serialize(report->at("blocks")) + " blocks, " +
                            boost::json::serialize(report->at("bytes")) + " bytes written to " + path + "\n");
      return {};
   }

private:
   /// Polls the node's job until it ends.
   Result<object> wait(std::string_view job) {
      for (;;) {
         auto status = environment_.ask("job", {});
         if (!status)
            return status.error();
         const std::string_view state = status->at("state").as_string();
         if (state == "done")
            return status->at("result").as_object();
         if (state != "running")
            return Error{Fault::storage, std::string(job) + ": " +
                                            (status->contains("reason") ? std::string(status->at("reason").as_string())
                                                                        : std::string("the node forgot the job"))};
         std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
   }

   Result<object> stored_info() const {
      auto store = environment_.open_store();
      if (!store)
         return store.error();
      auto view = (*store)->read();
      if (!view)
         return view.error();
      auto tip = stored_tip(**view);
      if (!tip)
         return tip.error();
      if (!*tip)
         return Error{Fault::missing, "the data folder holds no chain yet: start the node once"};
      auto index = need_index(**view, **tip);
      if (!index)
         return index.error();
      auto state = stored_summary(**view);
      if (!state)
         return state.error();
      return object{{"network", environment_.network.name},
                    {"height", index->height},
                    {"tip", common::to_hex(index->id)},
                    {"tip_time", index->time_s},
                    {"state_root", common::to_hex(state->root())},
                    {"accounts", state->account_count},
                    {"running", false}};
   }

   Result<object> verify_stored() const {
      auto store = environment_.open_store();
      if (!store)
         return store.error();
      auto report = verify_chain(**store, environment_.network, {});
      if (!report)
         return report.error();
      return object{{"blocks", report->blocks},
                    {"transactions", report->transactions},
                    {"accounts", report->accounts},
                    {"proofs_checked", report->proofs_checked}};
   }

   Result<object> export_stored(const std::string &path) const {
      auto store = environment_.open_store();
      if (!store)
         return store.error();
      auto report =
         export_chain(**store, environment_.network, path, [](std::uint64_t, std::uint64_t) { return true; });
      if (!report)
         return report.error();
      return object{{"blocks", report->blocks}, {"bytes", report->bytes}};
   }

   const Arguments &arguments_;
   const CommandEnvironment &environment_;
   bool json_;
};

Result<void> dispatch(const std::string &command, ChainCommand &chain) {
   if (command == "info")
      return chain.info();
   if (command == "verify")
      return chain.verify();
   if (command == "export")
      return chain.export_file();
   return invalid("command \"" + command + "\" is unknown; known are info, verify and export (see --help)");
}

} // namespace

std::int32_t run_chain(const std::vector<std::string_view> &args, const CommandEnvironment &environment) {
   const auto arguments = parse_arguments(std::span(args).subspan(1), {"--json", "--help", "--proofs"}, {});
   if (!arguments)
      return environment.fail("chain", arguments.error());
   if (arguments->has("--help") || arguments->words.empty()) {
      environment.io.out(k_help);
      return arguments->has("--help") ? k_exit_ok : k_exit_usage;
   }
   ChainCommand command(*arguments, environment);
   if (auto done = dispatch(arguments->words.front(), command); !done)
      return environment.fail("chain " + arguments->words.front(), done.error());
   return k_exit_ok;
}

} // namespace nebula::chain
