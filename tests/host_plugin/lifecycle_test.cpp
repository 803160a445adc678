#include "host/plugin/lifecycle.h"

#include <gtest/gtest.h>

#include <map>
#include <utility>

namespace nebula::host {
namespace {

using State = PluginState;
using Step = PluginStep;

// The table of nebula/plugin.h once more, written by hand: what it does not hold is illegal.
const std::map<std::pair<State, Step>, std::pair<State, State>> k_legal = {
   {{State::found, Step::verify}, {State::verified, State::failed}},
   {{State::verified, Step::load}, {State::loaded, State::failed}},
   {{State::loaded, Step::create}, {State::created, State::failed}},
   {{State::created, Step::init}, {State::ready, State::failed}},
   {{State::ready, Step::start}, {State::running, State::failed}},
   {{State::running, Step::drain}, {State::draining, State::draining}},
   {{State::running, Step::stop}, {State::stopped, State::stopped}},
   {{State::draining, Step::stop}, {State::stopped, State::stopped}},
   {{State::running, Step::reconfigure}, {State::running, State::running}},
   {{State::created, Step::destroy}, {State::destroyed, State::destroyed}},
   {{State::ready, Step::destroy}, {State::destroyed, State::destroyed}},
   {{State::stopped, Step::destroy}, {State::destroyed, State::destroyed}},
   {{State::failed, Step::destroy}, {State::destroyed, State::destroyed}},
};

TEST(LifeCycle, EveryEdgeIsTheOneThatIsPublishedAndAllOthersAreIllegal) {
   for (int state = 0; state < k_plugin_states; ++state)
      for (int step = 0; step < k_plugin_steps; ++step) {
         const auto from = static_cast<State>(state);
         const auto what = static_cast<Step>(step);
         if (what == Step::fail)
            continue;
         const auto legal = k_legal.find({from, what});
         const auto well = next_state(from, what, true);
         const auto badly = next_state(from, what, false);
         ASSERT_EQ(well.has_value(), legal != k_legal.end()) << to_string(from) << " " << to_string(what);
         ASSERT_EQ(badly.has_value(), legal != k_legal.end()) << to_string(from) << " " << to_string(what);
         if (well) {
            EXPECT_EQ(*well, legal->second.first) << to_string(from) << " " << to_string(what);
            EXPECT_EQ(*badly, legal->second.second) << to_string(from) << " " << to_string(what);
         }
      }
}

TEST(LifeCycle, AnyStateButTheLastCanFail) {
   for (int state = 0; state < k_plugin_states; ++state) {
      const auto from = static_cast<State>(state);
      const auto next = next_state(from, Step::fail, true);
      if (from == State::destroyed)
         EXPECT_FALSE(next);
      else
         EXPECT_EQ(next, State::failed) << to_string(from);
   }
}

} // namespace
} // namespace nebula::host
