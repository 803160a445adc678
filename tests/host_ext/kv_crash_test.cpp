/// kill -9 and power loss: whatever was acknowledged is there, whole transactions only, and the store opens by itself.

#include "ext/kv_store.h"
#include "powerloss/crash_image.h"
#include "support.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace nebula::host::test {
namespace {

/// The number of the last transaction in the store, checked against the keys it and its predecessors wrote.
struct Verdict {
   bool consistent = false;
   uint64_t last = 0;
   std::string why;
};

[[nodiscard]] std::string value_of(uint64_t number, uint64_t key) { // as kv_child.cpp writes it
   return std::to_string(number) + ':' +
          std::string(200 + (number * 7 + key) % 900, static_cast<char>('a' + (number + key) % 26));
}

/// What each key must hold after transaction `last`: the value of the newest transaction that wrote it.
[[nodiscard]] std::map<std::string, std::string> expected_after(uint64_t last) {
   std::map<std::string, std::string> keys;
   for (uint64_t number = last > 200 ? last - 200 : 1; number <= last; ++number)
      for (uint64_t key = 0; key < 8; ++key)
         keys["key" + std::to_string((number * 5 + key) % 200)] = value_of(number, key);
   return keys;
}

[[nodiscard]] Verdict examine(const std::string &directory) {
   neb_error err = error();
   const neb_str tables[] = {str("state")};
   const auto store = KvStore::open({.directory = directory}, 1, tables, nullptr, nullptr, &err);
   if (!store)
      return {false, 0, err.text};
   neb_kv_txn *txn = nullptr;
   if (store->begin(NEB_KV_READ, &txn, &err) != NEB_OK)
      return {false, 0, err.text};
   std::map<std::string, std::string> found;
   const auto each = [](void *user, neb_bytes key, neb_bytes value) -> int32_t {
      (*static_cast<std::map<std::string, std::string> *>(user))[text(key)] = text(value);
      return 1;
   };
   const neb_status status = KvStore::range(txn, 0, {}, {}, 0, each, &found);
   KvStore::abort(txn);
   if (status != NEB_OK)
      return {false, 0, "the range ended with " + std::to_string(status)};
   const uint64_t last = found.contains("last") ? std::strtoull(found["last"].c_str(), nullptr, 10) : 0;
   found.erase("last");
   return {found == expected_after(last), last, "the keys do not follow from transaction " + std::to_string(last)};
}

TEST(KvCrash, AKilledWriterLosesNothingThatWasAcknowledged) {
   const std::string folder = make_folder();
   const std::string directory = folder + "/chain";
   std::mt19937_64 random(11);
   uint64_t floor = 0;
   for (int round = 0; round < 8; ++round) {
      ASSERT_EQ(std::system(("rm -rf " + directory).c_str()), 0);
      floor = 0;
      int out[2];
      ASSERT_EQ(::pipe(out), 0);
      const pid_t child = ::fork();
      if (child == 0) {
         ::dup2(out[1], STDOUT_FILENO);
         ::execl(NEBULA_KV_CHILD, NEBULA_KV_CHILD, directory.c_str(), "1000000", static_cast<char *>(nullptr));
         ::_exit(127);
      }
      ::close(out[1]);
      std::string acknowledged;
      const uint64_t enough = 5 + random() % 60;
      char piece[256];
      ssize_t length = 0;
      while (static_cast<uint64_t>(std::count(acknowledged.begin(), acknowledged.end(), '\n')) < enough &&
             (length = ::read(out[0], piece, sizeof piece)) > 0)
         acknowledged.append(piece, static_cast<std::size_t>(length));
      ::usleep(static_cast<useconds_t>(random() % 3000));
      ::kill(child, SIGKILL);
      while ((length = ::read(out[0], piece, sizeof piece)) > 0)
         acknowledged.append(piece, static_cast<std::size_t>(length));
      ::close(out[0]);
      ASSERT_EQ(::waitpid(child, nullptr, 0), child);
      floor = static_cast<uint64_t>(std::count(acknowledged.begin(), acknowledged.end(), '\n'));
      const Verdict verdict = examine(directory);
      EXPECT_TRUE(verdict.consistent) << "round " << round << ": " << verdict.why;
      EXPECT_GE(verdict.last, floor) << "round " << round;
      EXPECT_LE(verdict.last, floor + 1) << "round " << round;
   }
}

/// Opens crash images of a recorded run at random moments; how many of them were not what they must be.
struct Losses {
   int rounds = 0;
   int broken = 0; // not openable or not a whole transaction
   int lost = 0;   // whole, but older than what was acknowledged
   std::string first;
};

[[nodiscard]] Losses lose_power(const std::vector<std::string> &arguments, int rounds, uint64_t seed) {
   const std::string folder = make_folder();
   std::vector<std::string> command = {NEBULA_KV_CHILD, folder + "/recorded"};
   command.insert(command.end(), arguments.begin(), arguments.end());
   EXPECT_EQ(powerloss::run_recorded(command, "data.mdb", folder + "/journal"), 0);
   const auto journal = powerloss::Journal::load(folder + "/journal");
   std::mt19937_64 random(seed);
   Losses losses;
   for (int round = 0; round < rounds; ++round) {
      const std::size_t cut = journal.size() / 20 + random() % (journal.size() - journal.size() / 20);
      const uint64_t coin = random();
      const std::string directory = folder + "/crashed" + std::to_string(round);
      EXPECT_EQ(::mkdir(directory.c_str(), 0700), 0);
      powerloss::write_file(directory + "/data.mdb", journal.image(cut, coin));
      const pid_t child = ::fork(); // a damaged map can crash its reader
      if (child == 0) {
         const Verdict verdict = examine(directory);
         const bool old = verdict.last < journal.acknowledged(cut).value_or(0);
         ::_exit(!verdict.consistent ? 1 : old ? 2 : 0);
      }
      int status = 0;
      EXPECT_EQ(::waitpid(child, &status, 0), child);
      const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
      losses.broken += code == 1;
      losses.lost += code == 2;
      if (code != 0 && losses.first.empty())
         losses.first = "cut " + std::to_string(cut) + " coin " + std::to_string(coin);
      ++losses.rounds;
      EXPECT_EQ(std::system(("rm -rf " + directory).c_str()), 0);
   }
   return losses;
}

TEST(KvCrash, PowerLossAtAnyMomentLosesNothingThatWasAcknowledged) {
   const uint64_t seed = 20261120;
   const Losses losses = lose_power({"150"}, 60, seed);
   EXPECT_EQ(losses.broken, 0) << "seed " << seed << ", first at " << losses.first;
   EXPECT_EQ(losses.lost, 0) << "seed " << seed << ", first at " << losses.first;
}

TEST(KvCrash, TheModelCatchesAStoreThatDoesNotSync) {
   const Losses losses = lose_power({"150", "nosync"}, 20, 3);
   EXPECT_GT(losses.broken + losses.lost, 10) << "of " << losses.rounds;
}

} // namespace
} // namespace nebula::host::test
