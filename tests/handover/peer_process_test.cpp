#include "host/handover/peer_process.h"

#include "pair.h"

#include <csignal>
#include <sys/wait.h>

namespace nebula::host::handover {
namespace {

using namespace std::chrono_literals;

TEST(PeerProcess, is_killed_by_its_handle_and_known_to_have_ended) {
   // The one who listens is who connects to it hears of: a child connects, so that the parent has its number.
   const auto path = testing::TempDir() + "peer-" + std::to_string(::getpid()) + ".sock";
   auto meeting = Meeting::at(path);
   ASSERT_TRUE(meeting);
   const pid_t child = ::fork();
   ASSERT_GE(child, 0);
   if (child == 0) {
      const auto channel = meet(path);
      for (;;)
         ::pause();
   }
   auto channel = meeting->wait(60s);
   ASSERT_TRUE(channel) << channel.error().message;
   EXPECT_EQ(channel->peer(), child);
   auto process = PeerProcess::of(*channel);
   ASSERT_TRUE(process) << process.error().message;
   EXPECT_FALSE(process->ended(0ms));
   process->kill();
   EXPECT_TRUE(process->ended(60s));
   int status = 0;
   ASSERT_EQ(::waitpid(child, &status, 0), child);
   EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
   // Its number is free now; the handle stays its own.
   process->kill();
   EXPECT_TRUE(process->ended(0ms));
   EXPECT_FALSE(PeerProcess::of(*channel));
}

} // namespace
} // namespace nebula::host::handover
