#include "host_fixture.h"

#include <nebula/plugin.hpp>
#include <nebula/status.hpp>

#include <cstring>
#include <string>

namespace nebula {
namespace {

std::string calls; // of the plugin under test

class Recorder : public Plugin {
public:
   explicit Recorder(const neb_host *host) : Plugin(host), status_([] { return std::string("{\"summary\":\"ok\"}"); }) {
      status_.attach(*this);
   }
   ~Recorder() override { calls += "destroyed "; }

protected:
   void init() override { calls += "init "; }
   void start() override {
      calls += "start ";
      if (config().get_or<bool>("fail", false))
         throw Error(NEB_E_IO, "the port is taken");
   }
   neb_status drain(uint64_t) override {
      calls += "drain ";
      return NEB_OK;
   }
   neb_status stop(uint64_t) override {
      calls += "stop ";
      return NEB_OK;
   }
   neb_status reconfigure(const Config &config) override {
      calls += "reconfigure:" + config.get<std::string>("name") + " ";
      return NEB_OK;
   }

private:
   Status status_;
};

class PluginLifeCycle : public WithHost {
protected:
   void SetUp() override {
      WithHost::SetUp();
      calls.clear();
   }
   [[nodiscard]] const neb_plugin *create() { return detail::create_at<Recorder>(raw(), 0, nullptr); }
};

TEST_F(PluginLifeCycle, IsCalledInOrder) {
   make(R"({"name": "first"})");
   const neb_plugin *plugin = create();
   EXPECT_EQ(plugin->init(plugin, nullptr), NEB_OK);
   EXPECT_EQ(plugin->start(plugin, nullptr), NEB_OK);
   EXPECT_EQ(plugin->reconfigure(plugin, host::config::as_handle(config_), nullptr), NEB_OK);
   EXPECT_EQ(plugin->drain(plugin, 0), NEB_OK);
   EXPECT_EQ(plugin->stop(plugin, 0), NEB_OK);
   plugin->destroy(plugin);
   EXPECT_EQ(calls, "init start reconfigure:first drain stop destroyed ");
}

TEST_F(PluginLifeCycle, RefusesCallsOutOfOrderAndDoesNotPassThemOn) {
   const neb_plugin *plugin = create();
   neb_error err{sizeof(neb_error), NEB_OK, {0}};
   EXPECT_EQ(plugin->start(plugin, &err), NEB_E_STATE);
   EXPECT_STREQ(err.text, "start is only called on a plugin that is ready");
   EXPECT_EQ(plugin->drain(plugin, 0), NEB_E_STATE);
   EXPECT_EQ(plugin->stop(plugin, 0), NEB_E_STATE);
   EXPECT_EQ(plugin->reconfigure(plugin, nullptr, nullptr), NEB_E_STATE);
   EXPECT_EQ(calls, "");
   plugin->destroy(plugin);
}

TEST_F(PluginLifeCycle, StopsWhatAFailedStartLeftBehind) {
   make(R"({"fail": true})");
   const neb_plugin *plugin = create();
   neb_error err{sizeof(neb_error), NEB_OK, {0}};
   EXPECT_EQ(plugin->init(plugin, &err), NEB_OK);
   EXPECT_EQ(plugin->start(plugin, &err), NEB_E_IO);
   EXPECT_STREQ(err.text, "the port is taken");
   EXPECT_EQ(calls, "init start stop ");
   EXPECT_EQ(plugin->stop(plugin, 0), NEB_E_STATE);
   plugin->destroy(plugin);
}

TEST_F(PluginLifeCycle, OffersItsExtensionsByIdAndNoOthers) {
   const neb_plugin *plugin = create();
   const auto *status = static_cast<const neb_status_view *>(plugin->get_extension(plugin, NEB_SVC_STATUS));
   ASSERT_NE(status, nullptr);
   std::string text;
   const auto append = [](void *user, neb_bytes piece) { *static_cast<std::string *>(user) += view(piece); };
   EXPECT_EQ(status->write(status, append, &text), NEB_OK);
   EXPECT_EQ(text, "{\"summary\":\"ok\"}");
   EXPECT_EQ(plugin->get_extension(plugin, "nebula.status/2"), nullptr);
   plugin->destroy(plugin);
}

TEST_F(PluginLifeCycle, MakesEachClassOfAFileByItsIndex) {
   neb_error err{sizeof(neb_error), NEB_OK, {0}};
   EXPECT_EQ((detail::create_at<Recorder, Recorder>(raw(), 2, &err)), nullptr);
   EXPECT_EQ(err.code, NEB_E_INVALID);
   EXPECT_STREQ(err.text, "this file has 2 plugins; there is no number 2");
}

} // namespace
} // namespace nebula
