#include "host/slots/directory.h"

#include "host/slots/c_error.h"

#include <nebula/svc/pow-backend.h>

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace nebula::host {
namespace {

constexpr std::uint64_t k_short_ns = 2'000'000;

struct Thing {
   std::uint32_t size = sizeof(Thing);
   std::uint32_t number = 0;
};

class DirectoryTest : public ::testing::Test {
protected:
   void SetUp() override {
      directory_.set_instances({{"one", {0, {"thing/1"}}}, {"two", {1, {"thing/1"}}}, {"seeker", {2, {}}}});
   }

   neb_status provide(const char *instance, std::uint32_t number, const char *properties = nullptr,
                      const char *name = nullptr, const char *id = "thing/1") {
      Thing thing;
      thing.number = number;
      error_ = make_error();
      return directory_.provide({instance, "plugin"}, id, name, properties, &thing, &error_);
   }

   Slot *find(const char *select, const char *seeker = "seeker") {
      neb_slot *slot = nullptr;
      error_ = make_error();
      status_ = directory_.find({seeker, "plugin"}, "thing/1", select, &slot, &error_);
      return static_cast<Slot *>(slot);
   }

   static std::uint32_t inside(Slot *slot) {
      neb_guard guard;
      const auto *thing = static_cast<const Thing *>(enter(slot, &guard));
      if (!thing)
         return 0;
      const auto number = thing->number;
      leave(&guard);
      return number;
   }

   Directory directory_;
   neb_error error_{};
   neb_status status_ = 0;
};

TEST_F(DirectoryTest, AServiceFillsSlotsOnceItsProviderIsReady) {
   auto *slot = find("");
   ASSERT_NE(slot, nullptr) << text_of(error_);
   EXPECT_EQ(status_, NEB_OK);
   ASSERT_EQ(provide("one", 1), NEB_OK) << text_of(error_);
   EXPECT_EQ(inside(slot), 0u);
   directory_.instance_ready("one");
   EXPECT_EQ(inside(slot), 1u);
}

TEST_F(DirectoryTest, TheSameQuestionGivesTheSameSlotAndEachInstanceItsOwn) {
   EXPECT_EQ(find("kind=a, ?x=1"), find("?x=1,kind=a"));
   EXPECT_NE(find("kind=a"), find("kind=a", "one"));
}

TEST_F(DirectoryTest, TheBestCandidateFillsTheSlotAndTheNextOneFollowsIt) {
   ASSERT_EQ(provide("two", 2, "kind=a"), NEB_OK);
   ASSERT_EQ(provide("one", 1, "kind=b"), NEB_OK);
   directory_.instance_ready("one");
   directory_.instance_ready("two");
   auto *any = find("");
   auto *prefers_a = find("?kind=a");
   auto *by_name = find("instance=two");
   EXPECT_EQ(inside(any), 1u);
   EXPECT_EQ(inside(prefers_a), 2u);
   EXPECT_EQ(inside(by_name), 2u);
   ASSERT_TRUE(directory_.withdraw("two", k_short_ns));
   EXPECT_EQ(inside(prefers_a), 1u);
   EXPECT_EQ(inside(by_name), 0u);
   ASSERT_TRUE(directory_.withdraw("one", k_short_ns));
   EXPECT_EQ(inside(any), 0u);
}

TEST_F(DirectoryTest, NobodyFindsItsOwnService) {
   ASSERT_EQ(provide("one", 1), NEB_OK);
   directory_.instance_ready("one");
   EXPECT_EQ(inside(find("", "one")), 0u);
}

TEST_F(DirectoryTest, WhatNobodyCanFillIsSaidButTheSlotIsValid) {
   auto *slot = find("instance=three");
   EXPECT_EQ(status_, NEB_E_NOT_FOUND);
   EXPECT_NE(slot, nullptr);
   EXPECT_NE(text_of(error_).find("these do: one, two"), std::string::npos) << text_of(error_);
   neb_slot *unknown = nullptr;
   EXPECT_EQ(directory_.find({"seeker", "p"}, "other/1", "", &unknown, &error_), NEB_E_NOT_FOUND);
   EXPECT_EQ(directory_.find({"seeker", "p"}, "no version", "", &unknown, &error_), NEB_E_INVALID);
   EXPECT_EQ(directory_.find({"seeker", "p"}, "thing/1", "bad", &unknown, &error_), NEB_E_INVALID);
}

TEST_F(DirectoryTest, WrongProvisionsAreRefusedWithTheReason) {
   ASSERT_EQ(provide("one", 1), NEB_OK);
   EXPECT_EQ(provide("one", 1), NEB_E_EXISTS);
   EXPECT_EQ(provide("one", 1, nullptr, "another"), NEB_OK);
   EXPECT_EQ(provide("one", 1, "kind"), NEB_E_INVALID);
   EXPECT_EQ(provide("seeker", 1), NEB_E_INVALID);
   EXPECT_NE(text_of(error_).find("manifest does not name thing/1"), std::string::npos) << text_of(error_);
   EXPECT_EQ(provide("one", 1, nullptr, nullptr, "Thing"), NEB_E_INVALID);
   EXPECT_EQ(directory_.provide({"one", "p"}, "thing/1", "null", nullptr, nullptr, &error_), NEB_E_INVALID);
}

TEST_F(DirectoryTest, WatchersSeeEachChangeWhileTheOldServiceStillLives) {
   auto *slot = find("");
   struct Seen {
      Slot *slot;
      std::vector<std::uint32_t> numbers;
   } seen{slot, {}};
   const auto functions = directory_.slot_functions();
   ASSERT_EQ(functions.watch(
                slot,
                [](void *user, std::uint64_t) {
                   auto &self = *static_cast<Seen *>(user);
                   self.numbers.push_back(inside(self.slot));
                },
                &seen),
             NEB_OK);
   ASSERT_EQ(provide("one", 1), NEB_OK);
   directory_.instance_ready("one");
   ASSERT_TRUE(directory_.withdraw("one", k_short_ns));
   EXPECT_EQ(seen.numbers, (std::vector<std::uint32_t>{1, 0}));
   directory_.end_watches("seeker");
   ASSERT_EQ(provide("two", 2), NEB_OK);
   directory_.instance_ready("two");
   EXPECT_EQ(seen.numbers.size(), 2u);
}

TEST_F(DirectoryTest, AReaderThatStaysMakesTheWithdrawalFail) {
   ASSERT_EQ(provide("one", 1), NEB_OK);
   directory_.instance_ready("one");
   auto *slot = find("");
   neb_guard guard;
   ASSERT_NE(enter(slot, &guard), nullptr);
   auto withdrawn = directory_.withdraw("one", k_short_ns);
   ASSERT_FALSE(withdrawn);
   EXPECT_NE(withdrawn.error().message.find("thing/1"), std::string::npos);
   leave(&guard);
}

TEST_F(DirectoryTest, AReaderInsideAnEarlierOccupantHoldsUpItsWithdrawal) {
   ASSERT_EQ(provide("two", 2), NEB_OK);
   directory_.instance_ready("two");
   auto *slot = find("");
   neb_guard guard;
   ASSERT_NE(enter(slot, &guard), nullptr); // inside two
   ASSERT_EQ(provide("one", 1), NEB_OK);
   directory_.instance_ready("one"); // comes first in the file, so it takes the slot
   EXPECT_EQ(inside(slot), 1u);
   EXPECT_FALSE(directory_.withdraw("two", k_short_ns));
   leave(&guard);
}

TEST_F(DirectoryTest, ListAndExplainShowEveryCandidate) {
   ASSERT_EQ(provide("one", 1, "kind=a"), NEB_OK);
   ASSERT_EQ(provide("two", 2, "kind=b"), NEB_OK);
   std::string listed;
   EXPECT_EQ(directory_.list(
                {"seeker", "p"}, "thing/1",
                [](void *user, neb_str name, neb_str properties) {
                   *static_cast<std::string *>(user) +=
                      std::string(name.ptr, name.len) + ":" + std::string(properties.ptr, properties.len) + " ";
                },
                &listed),
             NEB_OK);
   EXPECT_EQ(listed, "one:instance=one,kind=a,name=one,plugin=plugin two:instance=two,kind=b,name=two,plugin=plugin ");
   auto explained = directory_.explain("thing/1", "kind=b");
   ASSERT_TRUE(explained);
   const auto text = boost::json::serialize(*explained);
   EXPECT_NE(text.find(R"("rejected_by":"kind=b")"), std::string::npos) << text;
   EXPECT_NE(text.find(R"("name":"two")"), std::string::npos) << text;
}

TEST_F(DirectoryTest, SlotsAndServicesOfAnInstanceAreLimited) {
   for (std::size_t i = 0; i < k_max_slots_of_instance; ++i)
      ASSERT_NE(find(("n=" + std::to_string(i)).c_str()), nullptr);
   EXPECT_EQ(find("n=more"), nullptr);
   directory_.forget("seeker");
   EXPECT_NE(find("n=more"), nullptr);
   for (std::size_t i = 0; i < k_max_services_of_instance; ++i)
      ASSERT_EQ(provide("one", 1, nullptr, ("s" + std::to_string(i)).c_str()), NEB_OK);
   EXPECT_EQ(provide("one", 1, nullptr, "more"), NEB_E_FULL);
}

} // namespace
} // namespace nebula::host
