#include "host/plugin/stubs.h"
#include "host/plugin/tables.h"

#include <nebula/svc/coin.h>
#include <nebula/svc/handover.h>
#include <nebula/svc/pow-backend.h>
#include <nebula/svc/work-source.h>

#include <gtest/gtest.h>

#include <vector>

namespace nebula::host {
namespace {

neb_plugin whole() {
   neb_plugin table{};
   table.size = sizeof table;
   table.init = [](const neb_plugin *, neb_error *) -> neb_status { return 11; };
   table.start = [](const neb_plugin *, neb_error *) -> neb_status { return 12; };
   table.drain = [](const neb_plugin *, uint64_t) -> neb_status { return 13; };
   table.stop = [](const neb_plugin *, uint64_t) -> neb_status { return 14; };
   table.destroy = [](const neb_plugin *) {};
   table.reconfigure = [](const neb_plugin *, const neb_config *, neb_error *) -> neb_status { return 15; };
   table.get_extension = [](const neb_plugin *, const char *) -> const void * { return "x"; };
   return table;
}

TEST(Tables, AWholeTableIsCopiedAsItIs) {
   const auto given = whole();
   auto full = complete_plugin(&given);
   ASSERT_TRUE(full);
   EXPECT_EQ(full->init(&*full, nullptr), 11);
   EXPECT_EQ(full->reconfigure(&*full, nullptr, nullptr), 15);
}

TEST(Tables, MissingMembersAnswerUnsupported) {
   auto given = whole();
   given.drain = nullptr;
   given.size = offsetof(neb_plugin, reconfigure);
   auto full = complete_plugin(&given);
   ASSERT_TRUE(full);
   EXPECT_EQ(full->size, sizeof(neb_plugin));
   EXPECT_EQ(full->drain(&*full, 0), NEB_E_UNSUPPORTED);
   EXPECT_EQ(full->reconfigure(&*full, nullptr, nullptr), NEB_E_UNSUPPORTED);
   EXPECT_EQ(full->get_extension(&*full, "x"), nullptr);
   EXPECT_EQ(full->stop(&*full, 0), 14);
}

TEST(Tables, AMemberThatIsOnlyPartlyGivenIsNotGiven) {
   auto given = whole();
   given.size = offsetof(neb_plugin, get_extension) + 4;
   auto full = complete_plugin(&given);
   ASSERT_TRUE(full);
   EXPECT_EQ(full->get_extension(&*full, "x"), nullptr);
}

TEST(Tables, TooSmallAndIncompleteTablesAreRefused) {
   EXPECT_FALSE(complete_plugin(nullptr));
   auto small = whole();
   small.size = offsetof(neb_plugin, stop);
   EXPECT_FALSE(complete_plugin(&small));
   auto incomplete = whole();
   incomplete.start = nullptr;
   EXPECT_FALSE(complete_plugin(&incomplete));
}

TEST(Tables, ATableOfALaterVersionIsCutToWhatTheHostKnows) {
   struct {
      neb_plugin table;
      void *later;
   } given{whole(), nullptr};
   given.table.size = sizeof given;
   auto full = complete_plugin(&given.table);
   ASSERT_TRUE(full);
   EXPECT_EQ(full->size, sizeof(neb_plugin));
}

TEST(Tables, EveryFunctionOfAServiceTableCanBeCalled) {
   neb_work_source given{};
   given.size = offsetof(neb_work_source, algorithms);
   auto table = complete_service(NEB_SVC_WORK_SOURCE, &given);
   ASSERT_TRUE(table);
   const auto *source = static_cast<const neb_work_source *>(*table);
   EXPECT_EQ(source->algorithms(source, nullptr, 0), 0u);
   EXPECT_EQ(source->submit(source, nullptr, nullptr, nullptr), NEB_E_UNSUPPORTED);
   source->unwatch(source, nullptr);
   given.size = 4;
   EXPECT_FALSE(complete_service(NEB_SVC_WORK_SOURCE, &given));
   neb_coin bare{};
   bare.size = offsetof(neb_coin, describe);
   table = complete_service(NEB_SVC_COIN, &bare);
   ASSERT_TRUE(table);
   const auto *coin = static_cast<const neb_coin *>(*table);
   EXPECT_EQ(coin->pay(coin, {}, 0, nullptr, 0, nullptr, nullptr, nullptr), NEB_E_UNSUPPORTED);
   EXPECT_EQ(coin->batch(coin, {}, nullptr, nullptr), NEB_E_UNSUPPORTED);
   neb_handover first{};
   first.size = offsetof(neb_handover, give);
   table = complete_service(NEB_SVC_HANDOVER, &first);
   ASSERT_TRUE(table);
   const auto *handover = static_cast<const neb_handover *>(*table);
   EXPECT_EQ(handover->give(handover, 0, nullptr, nullptr, nullptr, nullptr), NEB_E_UNSUPPORTED);
   EXPECT_EQ(handover->take(handover, {}, nullptr, 0, nullptr), NEB_E_UNSUPPORTED);
   handover->resume(handover);
}

TEST(Tables, DataPastTheGivenSizeIsNotRead) {
   // Only `size` bytes exist: a sanitizer sees any read past them.
   neb_pow_backend full{};
   full.size = offsetof(neb_pow_backend, device);
   full.name = "x";
   std::vector<unsigned char> exact(full.size);
   std::memcpy(exact.data(), &full, exact.size());
   auto table = complete_service(NEB_SVC_POW_BACKEND, exact.data());
   ASSERT_TRUE(table);
   const auto *backend = static_cast<const neb_pow_backend *>(*table);
   EXPECT_STREQ(backend->name, "x");
   EXPECT_EQ(backend->device, nullptr);
}

TEST(Tables, AnUnknownServiceIsCopiedByItsSizeWithinTheLimit) {
   std::vector<unsigned char> table(k_max_table_bytes + 8, 7);
   const auto copy_of_size = [&](std::uint32_t size) {
      std::memcpy(table.data(), &size, sizeof size);
      return complete_service("com.example.thing/1", table.data());
   };
   auto copy = copy_of_size(16);
   ASSERT_TRUE(copy);
   EXPECT_NE(*copy, table.data());
   EXPECT_EQ(std::memcmp(*copy, table.data(), 16), 0);
   EXPECT_TRUE(copy_of_size(k_max_table_bytes));
   EXPECT_FALSE(copy_of_size(k_max_table_bytes + 1));
   EXPECT_FALSE(copy_of_size(0));
   EXPECT_FALSE(complete_service("com.example.thing/1", nullptr));
}

} // namespace
} // namespace nebula::host
