/// The plugin's border; the SDK keeps the order of calls and lets nothing throw out.

#include "shell/miner.h"
#include "shell/report.h"

#include <nebula/command.hpp>
#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

namespace nebula::miner {
namespace {

void succeed(const std::optional<Failure> &failure) {
   if (failure)
      throw Error(failure->code, failure->text);
}

/// The hot keys of the terminal and `nebula ctl call`.
class MinerCommand final : public Command {
public:
   explicit MinerCommand(Miner &miner) : miner_(miner) {}

protected:
   std::string answer(std::string_view method, std::string_view) override {
      if (method == "pause" || method == "resume") {
         const bool pause = method == "pause";
         return pause_json(pause, miner_.pause(pause));
      }
      const auto document = answer_json(miner_.view(), method);
      if (!document)
         throw Error(NEB_E_NOT_FOUND, "the miner answers hashrate, results, connections, workers, pause and resume");
      return *document;
   }

private:
   Miner &miner_;
};

class MinerPlugin final : public Plugin {
public:
   explicit MinerPlugin(const neb_host *host)
      : Plugin(host), miner_(host), command_(miner_), status_([this] { return status_json(miner_.view()); }) {
      command_.attach(*this);
      status_.attach(*this);
   }

protected:
   void init() override { succeed(miner_.init()); }
   void start() override { succeed(miner_.start()); }
   neb_status drain(uint64_t deadline_ns) override { return miner_.drain(deadline_ns); }
   neb_status stop(uint64_t deadline_ns) override { return miner_.stop(deadline_ns); }

private:
   Miner miner_;
   MinerCommand command_;
   Status status_;
};

} // namespace
} // namespace nebula::miner

NEBULA_PLUGIN(nebula::miner::MinerPlugin);
