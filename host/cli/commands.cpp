#include "host/cli/commands.h"

namespace nebula::host::cli {

namespace {

constexpr Command k_commands[] = {
   {"run", "[options]", "Run the node",
    "  nebula run                        the configuration inside the program, or ./node.yaml when it exists\n"
    "  nebula run -c /etc/nebula/node.yaml\n"
    "  nebula run --set plugins.miner.config.threads=2\n",
    run_run},
   {"check", "[options]", "Say what is wrong with the configuration, without running it",
    "  nebula check                      parse and validate\n"
    "  nebula check --provision          load and self-test every plugin too; binds nothing\n",
    run_check},
   {"config", "show|default|schema|reference|diff [options]", "Show the configuration",
    "  nebula config show --origin       every value and where it comes from\n"
    "  nebula config default >node.yaml  a commented file to start from\n"
    "  nebula config schema >node.schema.json\n"
    "  nebula config diff                what node.yaml changes\n",
    run_config},
   {"plugin", "list|inspect|new [options]", "List, inspect or start plugins",
    "  nebula plugin list\n"
    "  nebula plugin inspect cosmic-harmony\n"
    "  nebula plugin new algorithm my-algo\n",
    run_plugin},
   {"validate", "FILE.so [options]", "Test a plugin as a host would use it", "  nebula validate build/libmy-algo.so\n",
    run_validate},
   {"explain", "ALGORITHM [options]", "Say which backend serves an algorithm, and why not the others",
    "  nebula explain cosmic-harmony\n", run_explain},
   {"hash", "ALGORITHM --input HEX [options]", "Compute one hash",
    "  nebula hash cosmic-harmony --input 00 --nonce 1\n"
    "  nebula hash randomx --input 54657374 --epoch 746573742d6b6579\n"
    "  nebula hash yescryptr16 --input HEX80\n"
    "  nebula hash 'yescrypt:version=0.5,N=4096,r=16,pers=Client Key' --input HEX80\n"
    "  nebula hash autolykos2 --input MESSAGE_HEX --nonce 0x1000 --epoch HEIGHT\n",
    run_hash},
   {"bench", "ALGORITHM|--all [options]", "Measure the hash rate of an algorithm",
    "  nebula bench cosmic-harmony --select 'simd=avx2' --threads 2 --seconds 5 --json\n"
    "  nebula bench cosmic-harmony --compare simd=avx512,simd=avx2     in turns, within one run\n"
    "  nebula bench --all                every backend of every algorithm at hand, in one table\n",
    run_bench, true},
   {"ctl", "REQUEST [options]", "Ask the running node",
    "  nebula ctl status\n"
    "  nebula ctl use cosmic-harmony 'device=cpu,simd=avx2'\n"
    "  nebula ctl loglevel chain debug\n"
    "  nebula ctl call miner pause\n",
    run_ctl},
   {"doctor", "[options]", "Look at the machine: what limits a node here, and the remedy", "  nebula doctor\n",
    run_doctor},
   {"completion", "bash|zsh|fish", "Print a completion script for a shell",
    "  nebula completion bash >/etc/bash_completion.d/nebula\n", run_completion},
   {"version", "[--json]", "Say which program this is", "", run_version},
};

} // namespace

std::span<const Command> commands() {
   return k_commands;
}

const Command *find_command(std::string_view name) {
   for (const auto &command : k_commands) {
      if (name == command.name) {
         return &command;
      }
   }
   return nullptr;
}

} // namespace nebula::host::cli
