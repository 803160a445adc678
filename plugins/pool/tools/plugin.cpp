/// Two commands: one puts load on a pool, one simulates VarDiff. Nothing of it runs in a node.

#include "commands.h"

#include <nebula/plugin.hpp>

namespace nebula::pool {

class ToolsPlugin final : public Plugin, private Command {
public:
   explicit ToolsPlugin(const neb_host *raw) : Plugin(raw) { Command::attach(*this); }

protected:
   void init() override { algorithms_.find(host()); }

private:
   std::int32_t run(const std::vector<std::string_view> &args, const CommandIo &io) override {
      const Words words = Words(args).subspan(1);
      return args.front() == "bench pool" ? run_bench_pool(words, io, algorithms_) : run_simulate_vardiff(words, io);
   }

   Algorithms algorithms_;
};

} // namespace nebula::pool

NEBULA_PLUGIN(nebula::pool::ToolsPlugin);
