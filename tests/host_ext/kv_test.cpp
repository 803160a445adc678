#include "ext/kv_store.h"

#include "support.h"

#include <atomic>
#include <fcntl.h>
#include <future>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace nebula::host::test {
namespace {

constexpr uint64_t k_mib = 1u << 20;

class Kv : public ::testing::Test {
protected:
   [[nodiscard]] std::unique_ptr<KvStore> open(uint32_t version = 1, neb_kv_migrate_fn migrate = nullptr,
                                               void *user = nullptr) {
      const neb_str tables[] = {str("blocks"), str("state")};
      return KvStore::open(options_, version, tables, migrate, user, &err_);
   }
   [[nodiscard]] neb_kv_txn *begin(KvStore &store, int32_t mode) {
      neb_kv_txn *txn = nullptr;
      EXPECT_EQ(store.begin(mode, &txn, &err_), NEB_OK) << err_.text;
      return txn;
   }
   void put(KvStore &store, std::string_view key, std::string_view value, uint32_t table = 0) {
      neb_kv_txn *txn = begin(store, NEB_KV_WRITE);
      ASSERT_EQ(KvStore::put(txn, table, bytes(key), bytes(value)), NEB_OK);
      ASSERT_EQ(KvStore::commit(txn, &err_), NEB_OK) << err_.text;
   }
   [[nodiscard]] std::string get(KvStore &store, std::string_view key, uint32_t table = 0) {
      neb_kv_txn *txn = begin(store, NEB_KV_READ);
      neb_bytes value{};
      const neb_status status = KvStore::get(txn, table, bytes(key), &value);
      const std::string out = status == NEB_OK ? text(value) : "(" + std::to_string(status) + ")";
      KvStore::abort(txn);
      return out;
   }
   KvOptions options_{.directory = make_folder() + "/chain"};
   neb_error err_ = error();
};

TEST_F(Kv, KeepsWhatWasCommittedAfterItIsOpenedAgain) {
   put(*open(), "a", "1");
   EXPECT_EQ(get(*open(), "a"), "1");
}

TEST_F(Kv, KeepsNothingOfAnAbortedTransaction) {
   auto store = open();
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   EXPECT_EQ(KvStore::put(txn, 0, bytes("a"), bytes("1")), NEB_OK);
   KvStore::abort(txn);
   EXPECT_EQ(get(*store, "a"), "(" + std::to_string(NEB_E_NOT_FOUND) + ")");
}

TEST_F(Kv, AReaderSeesTheStateOfItsBegin) {
   auto store = open();
   put(*store, "a", "old");
   neb_kv_txn *reader = begin(*store, NEB_KV_READ);
   put(*store, "a", "new");
   neb_bytes value{};
   ASSERT_EQ(KvStore::get(reader, 0, bytes("a"), &value), NEB_OK);
   EXPECT_EQ(text(value), "old");
   KvStore::abort(reader);
   EXPECT_EQ(get(*store, "a"), "new");
}

TEST_F(Kv, TablesAreApart) {
   auto store = open();
   put(*store, "a", "block", 0);
   put(*store, "a", "state", 1);
   EXPECT_EQ(get(*store, "a", 0), "block");
   EXPECT_EQ(get(*store, "a", 1), "state");
}

TEST_F(Kv, RefusesWhatIsBeyondTheLimits) {
   auto store = open();
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   const std::string longest(NEB_KV_KEY_MAX, 'k');
   EXPECT_EQ(KvStore::put(txn, 0, bytes(longest), bytes("")), NEB_OK);
   EXPECT_EQ(KvStore::put(txn, 0, bytes(longest + "k"), bytes("")), NEB_E_INVALID);
   EXPECT_EQ(KvStore::put(txn, 0, bytes(""), bytes("v")), NEB_E_INVALID);
   EXPECT_EQ(KvStore::put(txn, 2, bytes("k"), bytes("v")), NEB_E_INVALID);
   const std::string large(NEB_KV_VALUE_MAX, 'v');
   EXPECT_EQ(KvStore::put(txn, 0, bytes("k"), bytes(large)), NEB_OK);
   EXPECT_EQ(KvStore::put(txn, 0, bytes("k"), bytes(large + "v")), NEB_E_INVALID);
   KvStore::abort(txn);
   neb_kv_txn *reader = begin(*store, NEB_KV_READ);
   EXPECT_EQ(KvStore::put(reader, 0, bytes("k"), bytes("v")), NEB_E_INVALID);
   EXPECT_EQ(KvStore::del(reader, 0, bytes("k")), NEB_E_INVALID);
   KvStore::abort(reader);
}

TEST_F(Kv, DeletingWhatIsNotThereSaysSoAndSpoilsNothing) {
   auto store = open();
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   EXPECT_EQ(KvStore::del(txn, 0, bytes("none")), NEB_E_NOT_FOUND);
   EXPECT_EQ(KvStore::put(txn, 0, bytes("a"), bytes("1")), NEB_OK);
   EXPECT_EQ(KvStore::del(txn, 0, bytes("a")), NEB_OK);
   EXPECT_EQ(KvStore::commit(txn, &err_), NEB_OK);
}

[[nodiscard]] std::string keys_in(neb_kv_txn *txn, std::string_view from, std::string_view to, bool reverse,
                                  int stop_after) {
   struct Visit {
      std::string keys;
      int left;
   } visit{{}, stop_after};
   const auto each = [](void *user, neb_bytes key, neb_bytes) -> int32_t {
      auto *self = static_cast<Visit *>(user);
      self->keys += text(key) + ' ';
      return --self->left != 0 ? 1 : 0;
   };
   EXPECT_EQ(KvStore::range(txn, 0, bytes(from), bytes(to), reverse ? 1 : 0, each, &visit), NEB_OK);
   return visit.keys;
}

TEST_F(Kv, VisitsARangeInBytewiseOrderFromEitherEnd) {
   auto store = open();
   for (const char *key : {"b", "a", "c", "ab", "\xff"})
      put(*store, key, "");
   neb_kv_txn *txn = begin(*store, NEB_KV_READ);
   EXPECT_EQ(keys_in(txn, "", "", false, 0), "a ab b c \xff ");
   EXPECT_EQ(keys_in(txn, "", "", true, 0), "\xff c b ab a ");
   EXPECT_EQ(keys_in(txn, "ab", "c", false, 0), "ab b ");
   EXPECT_EQ(keys_in(txn, "ab", "c", true, 0), "b ab ");
   EXPECT_EQ(keys_in(txn, "aa", "bb", true, 0), "b ab ");
   EXPECT_EQ(keys_in(txn, "d", "e", false, 0), "");
   EXPECT_EQ(keys_in(txn, "d", "e", true, 0), "");
   EXPECT_EQ(keys_in(txn, "c", "a", false, 0), "");
   EXPECT_EQ(keys_in(txn, "", "", false, 2), "a ab ");
   KvStore::abort(txn);
}

TEST_F(Kv, BeginOfASecondWriterWaitsForTheFirst) {
   auto store = open();
   neb_kv_txn *first = begin(*store, NEB_KV_WRITE);
   std::atomic<bool> second_began{false};
   std::thread other([&] {
      neb_kv_txn *second = nullptr;
      EXPECT_EQ(store->begin(NEB_KV_WRITE, &second, nullptr), NEB_OK);
      second_began = true;
      KvStore::abort(second);
   });
   std::this_thread::sleep_for(std::chrono::milliseconds(20));
   EXPECT_FALSE(second_began);
   KvStore::abort(first);
   other.join();
   EXPECT_TRUE(second_began);
}

TEST_F(Kv, ASecondWriterOnTheSameThreadIsRefusedInsteadOfWaitingForItself) {
   auto store = open();
   neb_kv_txn *first = begin(*store, NEB_KV_WRITE);
   neb_kv_txn *second = nullptr;
   EXPECT_EQ(store->begin(NEB_KV_WRITE, &second, &err_), NEB_E_STATE);
   EXPECT_STREQ(err_.text, "this thread has a write transaction already: commit or abort it first");
   KvStore::abort(first);
}

TEST_F(Kv, ATransactionIsRefusedToAnotherThread) {
   auto store = open();
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   std::thread([&] { EXPECT_EQ(KvStore::put(txn, 0, bytes("a"), bytes("1")), NEB_E_STATE); }).join();
   KvStore::abort(txn);
}

TEST_F(Kv, ManyReadersAndWritersAgree) {
   auto store = open();
   put(*store, "n", "0");
   std::vector<std::thread> threads;
   for (int t = 0; t < 3; ++t) {
      threads.emplace_back([&] {
         for (int i = 0; i < 20; ++i) {
            neb_kv_txn *txn = nullptr;
            neb_bytes value{};
            ASSERT_EQ(store->begin(NEB_KV_WRITE, &txn, nullptr), NEB_OK);
            ASSERT_EQ(KvStore::get(txn, 0, bytes("n"), &value), NEB_OK);
            const std::string next = std::to_string(std::stoi(text(value)) + 1);
            ASSERT_EQ(KvStore::put(txn, 0, bytes("n"), bytes(next)), NEB_OK);
            ASSERT_EQ(KvStore::put(txn, 1, bytes("n"), bytes(next)), NEB_OK);
            ASSERT_EQ(KvStore::commit(txn, nullptr), NEB_OK);
         }
      });
      threads.emplace_back([&] {
         for (int i = 0; i < 200; ++i) {
            neb_kv_txn *txn = nullptr;
            neb_bytes a{};
            neb_bytes b{};
            ASSERT_EQ(store->begin(NEB_KV_READ, &txn, nullptr), NEB_OK);
            ASSERT_EQ(KvStore::get(txn, 0, bytes("n"), &a), NEB_OK);
            if (KvStore::get(txn, 1, bytes("n"), &b) == NEB_OK) {
               ASSERT_EQ(text(a), text(b));
            }
            KvStore::abort(txn);
         }
      });
   }
   for (std::thread &thread : threads)
      thread.join();
   EXPECT_EQ(get(*store, "n"), "60");
}

TEST_F(Kv, ReservesTheWholeMapButTakesLittleDisk) {
   auto store = open();
   EXPECT_EQ(store->usage().map_bytes, options_.map_max);
   struct stat file {};
   ASSERT_EQ(::stat((options_.directory + "/data.mdb").c_str(), &file), 0);
   EXPECT_LT(static_cast<uint64_t>(file.st_size), k_mib);
}

TEST_F(Kv, GrowsAMapThatCouldNotBeReservedWithoutFailingAnyTransaction) {
   options_.map_first = k_mib;
   options_.map_max = 64 * k_mib;
   auto store = open();
   EXPECT_EQ(store->usage().map_bytes, k_mib);
   const std::string value(100'000, 'v');
   for (int i = 0; i < 200; ++i)
      put(*store, "key" + std::to_string(i), value);
   EXPECT_GT(store->usage().map_bytes, 20 * k_mib);
   EXPECT_EQ(get(*store, "key199"), value);
}

TEST_F(Kv, GrowsOnlyWhenNoReaderIsInside) {
   options_.map_first = k_mib;
   options_.map_max = 8 * k_mib;
   options_.growth_wait_ns = 1'000'000;
   auto store = open();
   put(*store, "a", std::string(700'000, 'v'));
   neb_kv_txn *reader = begin(*store, NEB_KV_READ);
   put(*store, "b", "small");
   EXPECT_EQ(store->usage().map_bytes, k_mib);
   neb_bytes value{};
   EXPECT_EQ(KvStore::get(reader, 0, bytes("a"), &value), NEB_OK);
   EXPECT_EQ(value.len, 700'000u);
   EXPECT_EQ(value.ptr[699'999], 'v');
   KvStore::abort(reader);
   put(*store, "c", "small");
   EXPECT_GT(store->usage().map_bytes, k_mib);
}

TEST_F(Kv, AtTheConfiguredMaximumItIsFullAndKeepsWorking) {
   options_.map_first = options_.map_max = 2 * k_mib;
   auto store = open();
   put(*store, "kept", "1");
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   neb_status status = NEB_OK;
   for (int i = 0; i < 100 && status == NEB_OK; ++i)
      status = KvStore::put(txn, 0, bytes("key" + std::to_string(i)), bytes(std::string(100'000, 'v')));
   EXPECT_EQ(status, NEB_E_FULL);
   EXPECT_EQ(KvStore::commit(txn, &err_), NEB_E_FULL);
   EXPECT_NE(std::string(err_.text).find("configured maximum"), std::string::npos) << err_.text;
   EXPECT_EQ(get(*store, "kept"), "1");
   EXPECT_EQ(get(*store, "key0"), "(" + std::to_string(NEB_E_NOT_FOUND) + ")");
   put(*store, "after", "2");
   EXPECT_EQ(get(*store, "after"), "2");
}

TEST_F(Kv, AFullDiskFailsTheCommitCleanlyAndTheStoreGoesOnWhenThereIsRoom) {
   auto store = open();
   put(*store, "kept", "1");
   rlimit before{};
   ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
   ::signal(SIGXFSZ, SIG_IGN);
   rlimit small = before;
   small.rlim_cur = 200'000; // the file cannot grow beyond it, as on a full disk
   ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
   neb_kv_txn *txn = begin(*store, NEB_KV_WRITE);
   const neb_status put_status = KvStore::put(txn, 0, bytes("large"), bytes(std::string(2'000'000, 'v')));
   const neb_status commit_status = KvStore::commit(txn, &err_);
   ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
   EXPECT_TRUE(put_status == NEB_OK || put_status == NEB_E_FULL);
   EXPECT_EQ(commit_status, NEB_E_FULL) << err_.text;
   EXPECT_NE(std::string(err_.text).find("disk is full"), std::string::npos) << err_.text;
   EXPECT_EQ(get(*store, "kept"), "1");
   put(*store, "large", std::string(2'000'000, 'v'));
   store.reset();
   store = open();
   EXPECT_EQ(get(*store, "kept"), "1");
   EXPECT_EQ(get(*store, "large").size(), 2'000'000u);
}

TEST_F(Kv, AFullDiskWhileOpeningIsSaidAndLeavesNoHalfStore) {
   rlimit before{};
   ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
   ::signal(SIGXFSZ, SIG_IGN);
   rlimit small = before;
   small.rlim_cur = 9'000; // room for the two meta pages, not for the first tables
   ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
   const auto failed = open();
   ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
   EXPECT_EQ(failed, nullptr);
   EXPECT_EQ(err_.code, NEB_E_FULL) << err_.text;
   auto store = open();
   ASSERT_NE(store, nullptr) << err_.text;
   put(*store, "a", "1");
}

TEST_F(Kv, TheFolderIsForItsOwnerAlone) {
   auto store = open();
   struct stat folder {};
   ASSERT_EQ(::stat(options_.directory.c_str(), &folder), 0);
   EXPECT_EQ(folder.st_mode & 0777u, 0700u);
   store.reset();
   ASSERT_EQ(::chmod(options_.directory.c_str(), 0755), 0);
   store = open();
   ASSERT_EQ(::stat(options_.directory.c_str(), &folder), 0);
   EXPECT_EQ(folder.st_mode & 0777u, 0700u);
}

TEST_F(Kv, AnotherProcessIsRefusedWithTheNameOfTheOneThatHasIt) {
   int to_child[2];
   int to_parent[2];
   ASSERT_EQ(::pipe(to_child), 0);
   ASSERT_EQ(::pipe(to_parent), 0);
   const pid_t child = ::fork();
   if (child == 0) {
      const auto store = open();
      char byte = store ? 'o' : 'x';
      (void)!::write(to_parent[1], &byte, 1);
      (void)!::read(to_child[0], &byte, 1);
      ::_exit(0);
   }
   char byte = 0;
   ASSERT_EQ(::read(to_parent[0], &byte, 1), 1);
   ASSERT_EQ(byte, 'o');
   EXPECT_EQ(open(), nullptr);
   EXPECT_EQ(err_.code, NEB_E_BUSY);
   EXPECT_NE(std::string(err_.text).find("process " + std::to_string(child)), std::string::npos) << err_.text;
   ::kill(child, SIGKILL);
   ASSERT_EQ(::waitpid(child, nullptr, 0), child);
   EXPECT_NE(open(), nullptr) << "the lock of a killed process is gone: " << err_.text;
   for (const int fd : {to_child[0], to_child[1], to_parent[0], to_parent[1]})
      ::close(fd);
}

TEST_F(Kv, IsOpenOncePerProcess) {
   auto store = open();
   EXPECT_EQ(open(), nullptr);
   EXPECT_NE(std::string(err_.text).find("open already"), std::string::npos) << err_.text;
}

struct Migration {
   std::vector<uint32_t> steps;
   uint32_t fail_at = 0;
   static neb_status run(void *user, neb_kv_txn *txn, uint32_t from, neb_error *err) {
      auto *self = static_cast<Migration *>(user);
      self->steps.push_back(from);
      EXPECT_EQ(KvStore::put(txn, 0, bytes("step" + std::to_string(from)), bytes("done")), NEB_OK);
      EXPECT_EQ(KvStore::commit(txn, nullptr), NEB_E_STATE); // the host commits
      if (from != self->fail_at)
         return NEB_OK;
      std::snprintf(err->text, sizeof err->text, "a record makes no sense");
      return NEB_E_CORRUPT;
   }
};

TEST_F(Kv, MigratesStepByStepAndRemembersIt) {
   put(*open(1), "a", "1");
   Migration migration;
   auto store = open(4, &Migration::run, &migration);
   ASSERT_NE(store, nullptr) << err_.text;
   EXPECT_EQ(migration.steps, (std::vector<uint32_t>{1, 2, 3}));
   EXPECT_EQ(get(*store, "step3"), "done");
   EXPECT_EQ(get(*store, "a"), "1");
   store.reset();
   migration.steps.clear();
   store = open(4, &Migration::run, &migration);
   EXPECT_TRUE(migration.steps.empty());
}

TEST_F(Kv, ANewStoreNeedsNoMigration) {
   Migration migration;
   EXPECT_NE(open(7, &Migration::run, &migration), nullptr);
   EXPECT_TRUE(migration.steps.empty());
}

TEST_F(Kv, AFailedMigrationLeavesTheStoreToTheOlderProgram) {
   put(*open(1), "a", "1");
   Migration migration{{}, 2};
   EXPECT_EQ(open(4, &Migration::run, &migration), nullptr);
   EXPECT_EQ(err_.code, NEB_E_CORRUPT);
   EXPECT_STREQ(err_.text,
                "the migration from schema version 2 to 3 failed: a record makes no sense; the store was left as "
                "it was");
   auto store = open(1);
   ASSERT_NE(store, nullptr) << err_.text;
   EXPECT_EQ(get(*store, "a"), "1");
   EXPECT_EQ(get(*store, "step1"), "(" + std::to_string(NEB_E_NOT_FOUND) + ")");
}

TEST_F(Kv, RefusesAStoreOfANewerProgramAndNamesIt) {
   options_.program = "nebula 9.1 with chain 3.0";
   put(*open(5), "a", "1");
   options_.program = "nebula 0.1 with chain 0.1";
   EXPECT_EQ(open(4), nullptr);
   EXPECT_EQ(err_.code, NEB_E_CORRUPT);
   EXPECT_NE(std::string(err_.text).find("written by nebula 9.1 with chain 3.0"), std::string::npos) << err_.text;
}

TEST_F(Kv, RefusesMalformedTables) {
   const neb_str twice[] = {str("a"), str("a")};
   const neb_str odd[] = {str("!nebula")};
   EXPECT_EQ(KvStore::open(options_, 1, twice, nullptr, nullptr, &err_), nullptr);
   EXPECT_EQ(err_.code, NEB_E_INVALID);
   EXPECT_EQ(KvStore::open(options_, 1, odd, nullptr, nullptr, &err_), nullptr);
   EXPECT_EQ(KvStore::open(options_, 1, {}, nullptr, nullptr, &err_), nullptr);
   EXPECT_EQ(KvStore::open(options_, 0, odd, nullptr, nullptr, &err_), nullptr);
   const std::vector<neb_str> many(NEB_KV_TABLES_MAX + 1, str("t"));
   EXPECT_EQ(KvStore::open(options_, 1, many, nullptr, nullptr, &err_), nullptr);
}

TEST_F(Kv, TakesThirtyTwoTables) {
   std::vector<std::string> names;
   std::vector<neb_str> tables;
   for (uint32_t i = 0; i < NEB_KV_TABLES_MAX; ++i)
      names.push_back("table" + std::to_string(i));
   for (const std::string &name : names)
      tables.push_back(str(name));
   EXPECT_NE(KvStore::open(options_, 1, tables, nullptr, nullptr, &err_), nullptr) << err_.text;
}

TEST_F(Kv, ADamagedFileIsRefusedWithAReason) {
   put(*open(), "a", "1");
   const int fd = ::open((options_.directory + "/data.mdb").c_str(), O_WRONLY);
   const std::string noise(8192, '\x5a');
   ASSERT_EQ(::pwrite(fd, noise.data(), noise.size(), 0), 8192);
   ::close(fd);
   EXPECT_EQ(open(), nullptr);
   EXPECT_EQ(err_.code, NEB_E_CORRUPT) << err_.text;
}

TEST_F(Kv, TooManyReadersAreToldToTryLater) {
   options_.readers_max = 4;
   auto store = open();
   std::vector<neb_kv_txn *> readers;
   neb_kv_txn *txn = nullptr;
   neb_status status = NEB_OK;
   while (readers.size() < 50 && (status = store->begin(NEB_KV_READ, &txn, &err_)) == NEB_OK)
      readers.push_back(txn);
   EXPECT_EQ(status, NEB_E_BUSY);
   for (neb_kv_txn *reader : readers)
      KvStore::abort(reader);
   EXPECT_EQ(store->begin(NEB_KV_READ, &txn, &err_), NEB_OK) << err_.text;
   KvStore::abort(txn);
}

} // namespace
} // namespace nebula::host::test
