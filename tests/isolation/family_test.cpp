/// The real yescrypt in a runner: its members are made there and serve here.

#include "pow_node.h"

#include "host/isolation/isolated_family.h"
#include "host/plugin/image.h"
#include "host/pow/hash.h"
#include "host/slots/select.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace nebula::host {
namespace {

constexpr char k_instance[] = "yescrypt";
constexpr char k_member[] = "yescrypt:version=0.5,N=1024,r=8,pers=Client Key";
constexpr char k_spelled[] = "yescrypt:pers=Client Key,r=8,N=1024,version=0.5";

class IsolatedYescrypt : public testing::Test {
protected:
   void SetUp() override {
      auto image = open_image(NEBULA_YESCRYPT, {});
      ASSERT_TRUE(image) << image.error().message;
      KeeperSpec spec;
      spec.program = "/proc/self/exe";
      spec.setup.instance = k_instance;
      spec.setup.plugin = "yescrypt";
      spec.setup.path = image->path;
      spec.setup.config = config::Value::map({});
      spec.file = std::move(image->descriptor);
      keeper_ = std::make_unique<Keeper>(&host_, directory_, std::move(spec));
      auto described = keeper_->begin();
      ASSERT_TRUE(described) << described.error().message;
      ASSERT_EQ(described->families.size(), 1u);
      ASSERT_TRUE(keeper_->start());
      family_ = std::make_unique<IsolatedFamily>(*keeper_, described->families[0]);
      Provided provided;
      provided.id = NEB_SVC_POW_FAMILY;
      provided.name = "yescrypt";
      provided.instance = k_instance;
      provided.plugin = "yescrypt";
      provided.table = family_->table();
      ASSERT_TRUE(pow_.family_added(provided));
      pow_.instance_ready(k_instance);
   }
   void TearDown() override { EXPECT_TRUE(pow_.instance_removed(k_instance, 10'000'000'000)); }

   const neb_host host_ = silent_host(k_instance);
   Pow pow_{PowEnvironment{}};
   PowDirectory directory_{pow_};
   std::unique_ptr<Keeper> keeper_;
   std::unique_ptr<IsolatedFamily> family_;
};

TEST_F(IsolatedYescrypt, MakesAMemberThatServesAndIsThereAgainAfterADeath) {
   const auto entry = pow_.registry().find(k_spelled);
   ASSERT_TRUE(entry) << entry.error().message;
   EXPECT_STREQ((*entry)->table().name, k_member);
   EXPECT_EQ(pow_.registry().find(k_member).value(), *entry);
   EXPECT_EQ(pow_.family_members().size(), 1u);
   Slot *slot = nullptr;
   const std::string select = "algorithm=" + property_value(k_spelled) + ", isolation=process";
   ASSERT_TRUE(pow_.find_backend(Selection::parse(select).value(), "miner", &slot));
   pow_.settle();
   ASSERT_NE(slot->table(), nullptr) << pow_.explain(k_member).value();

   HashRequest request;
   request.algorithm = k_member;
   request.input.assign(80, 7);
   const auto before = hash(pow_.registry(), request);
   ASSERT_TRUE(before) << before.error().message;

   keeper_->runner()->kill("the test says so");
   while (keeper_->view().restarts == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
   pow_.settle();
   EXPECT_NE(slot->table(), nullptr) << pow_.explain(k_member).value();
   const auto after = hash(pow_.registry(), request);
   ASSERT_TRUE(after) << after.error().message;
   EXPECT_EQ(after->digest, before->digest);
}

TEST_F(IsolatedYescrypt, SaysWhatItsFamilySaysOfWrongParameters) {
   const auto refused = pow_.registry().find("yescrypt:N=1023");
   ASSERT_FALSE(refused);
   EXPECT_NE(refused.error().message.find("N"), std::string::npos);
   EXPECT_NE(refused.error().message.find("its parameters: version=0.5|1.0"), std::string::npos)
      << refused.error().message;
   EXPECT_TRUE(pow_.family_members().empty());
}

TEST_F(IsolatedYescrypt, MakesNoMemberWhileItsRunnerIsDown) {
   keeper_->stop(0);
   const auto refused = pow_.registry().find(k_member);
   ASSERT_FALSE(refused);
   EXPECT_NE(refused.error().message.find("its runner is down"), std::string::npos) << refused.error().message;
}

} // namespace
} // namespace nebula::host
