// Group "life": instances are made and taken through the life cycle of nebula/plugin.h on a whole node.
#include "host/slots/c_error.h"
#include "host/validate/check.h"
#include "host/validate/child.h"
#include "host/validate/life_errors.h"
#include "host/validate/life_views.h"
#include "host/validate/process_watch.h"
#include "host/validate/rig.h"
#include "host/validate/rigged.h"

#include <algorithm>

namespace nebula::host::validation {
namespace {

Verdict has_config(Subject &subject) {
   const auto manifests = subject.manifests();
   if (!manifests)
      return Verdict::fail(manifests.error().message);
   for (const auto &manifest : *manifests)
      if (const auto config = examined_config(manifest, subject.options().config); !config)
         return config.error().kind == ErrorKind::unavailable
                   ? Verdict::skip("its configuration has required options (" + config.error().message +
                                   "); give one with --config FILE")
                   : Verdict::fail("the configuration given does not fit: " + config.error().message);
   return Verdict::pass();
}

Verdict creates(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      const auto done = rig.create();
      return rig.original() ? Verdict::pass() : Verdict::fail(done.error().message); // life.table looks at the table
   });
}

Verdict table_is_whole(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      const neb_plugin *table = rig.original();
      const auto missing = !table->init      ? "init"
                           : !table->start   ? "start"
                           : !table->stop    ? "stop"
                           : !table->destroy ? "destroy"
                                             : nullptr;
      return missing ? Verdict::fail(std::string("its table has no ") + missing +
                                     "; only drain, reconfigure and get_extension are optional")
                     : Verdict::pass();
   });
}

Verdict create_starts_no_thread(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      const unsigned before = thread_count();
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      return thread_count() == before ? Verdict::pass()
                                      : Verdict::fail("create started a thread; start threads in `start`");
   });
}

Verdict can_be_destroyed_early(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      auto done = rig.create();
      rig.destroy();
      return verdict_of(done);
   });
}

Verdict inits(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) { return verdict_of(rig.bring_up(false)); });
}

Verdict init_starts_no_thread(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      const unsigned before = thread_count();
      if (auto done = rig.init(); !done)
         return Verdict::fail(done.error().message);
      return thread_count() == before
                ? Verdict::pass()
                : Verdict::fail(
                     "init started a thread; a node may be refused after all inits, start threads in `start`");
   });
}

Verdict provides_what_it_declares(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      const auto provided = rig.provided();
      for (const auto &declared : rig.manifest().provides)
         if (std::none_of(provided.begin(), provided.end(), [&](const Provided *service) {
                return service->id == declared.id && (declared.name.empty() || service->name == declared.name);
             }))
            return Verdict::fail("the manifest declares " + declared.id +
                                 (declared.name.empty() ? "" : " named " + declared.name) +
                                 ", but init did not provide it; provide it, or take it out of the manifest");
      return Verdict::pass();
   });
}

Verdict declares_what_it_provides(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(false); !done)
         return Verdict::fail(done.error().message);
      for (const Provided *service : rig.provided())
         if (!rig.manifest().provides_service(service->id))
            return Verdict::fail("init provided " + service->id +
                                 ", which the manifest does not declare; add {\"id\": \"" + service->id +
                                 "\"} to its `provides`, for the node orders plugins by it");
      return Verdict::pass();
   });
}

Verdict starts(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) { return verdict_of(rig.bring_up(true)); });
}

Verdict drains(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      const neb_status status = rig.drain();
      if (status == NEB_OK || status == NEB_E_TIMEOUT || status == NEB_E_UNSUPPORTED)
         return Verdict::pass();
      return Verdict::fail("drain returned " + std::to_string(status) +
                           "; it returns NEB_OK, or NEB_E_TIMEOUT at its deadline");
   });
}

Verdict stops(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      const neb_status status = rig.stop();
      return status == NEB_OK ? Verdict::pass()
                              : Verdict::fail("stop returned " + std::to_string(status) +
                                              " with 5 s to its deadline; end every thread, timer and callback and "
                                              "return NEB_OK");
   });
}

Verdict stop_ends_its_threads(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      const unsigned before = thread_count();
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      (void)rig.stop();
      constexpr unsigned k_settle_ms = 500;
      return threads_settle(before, k_settle_ms)
                ? Verdict::pass()
                : Verdict::fail("after stop it still has " + std::to_string(thread_count() - before) +
                                " threads; join every thread in `stop`");
   });
}

Verdict leaves_process_alone(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      const auto before = ProcessState::now();
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      const auto changed = ProcessState::now().changed_since(before);
      return changed.empty() ? Verdict::pass()
                             : Verdict::fail("it changed " + changed + ", which belongs to the host; leave it alone");
   });
}

Verdict survives_calls_out_of_order(Subject &subject) {
   auto early = with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      const neb_plugin *table = rig.table();
      ChildPipe::step("calling drain, stop and reconfigure before init");
      (void)table->drain(table, 0);
      (void)table->stop(table, 0);
      (void)table->reconfigure(table, rig.config(), nullptr);
      ChildPipe::step("calling start before init");
      neb_error err = make_error();
      if (table->start(table, &err) == NEB_OK)
         (void)table->stop(table, UINT64_MAX);
      return Verdict::pass();
   });
   if (!early.passed())
      return early;
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      (void)rig.stop();
      ChildPipe::step("calling stop and drain after stop");
      (void)rig.table()->stop(rig.table(), 0);
      (void)rig.table()->drain(rig.table(), 0);
      return Verdict::pass();
   });
}

Verdict lives_twice(Subject &subject) {
   return with_node(subject, {}, [&](TestNode &node) {
      for (std::uint32_t index = 0; index < subject.manifests()->size(); ++index) {
         auto first = Rig::make(subject, node, {.index = index, .instance = "first"});
         auto second = Rig::make(subject, node, {.index = index, .instance = "second"});
         if (!first || !second)
            return Verdict::fail((first ? second : first).error().message);
         if (auto done = (*first)->bring_up(true); !done)
            return Verdict::fail(done.error().message);
         if (auto done = (*second)->bring_up(true); !done)
            return done.error().kind == ErrorKind::io
                      ? Verdict::skip("with one configuration both want the same port, file or device: " +
                                      done.error().message)
                      : Verdict::fail("beside a running instance, a second one fails: " + done.error().message +
                                      "; keep everything in the instance's ctx, nothing in static variables");
         if ((*first)->original() == (*second)->original())
            return Verdict::fail("two instances share one table; keep it in the instance");
         if ((*first)->stop() != NEB_OK || (*second)->stop() != NEB_OK)
            return Verdict::fail("of two instances, one does not stop; keep everything in the instance's ctx");
      }
      return Verdict::pass();
   });
}

Verdict reconfigures(Subject &subject) {
   return with_rig(subject, {}, [](Rig &rig) {
      if (auto done = rig.bring_up(true); !done)
         return Verdict::fail(done.error().message);
      neb_error err = make_error();
      ChildPipe::step("calling reconfigure");
      const neb_status status = rig.table()->reconfigure(rig.table(), rig.config(), &err);
      if (status == NEB_OK || status == NEB_E_UNSUPPORTED)
         return Verdict::pass();
      return Verdict::fail("reconfigure with its own configuration returned " + std::to_string(status) + " " +
                           text_of(err) + "; return NEB_OK, or NEB_E_UNSUPPORTED to be restarted instead");
   });
}

constexpr Check k_checks[] = {
   {"life.config", "It has a configuration to be examined with", "file.config-schema file.config-defaults", has_config},
   {"life.create", "An instance can be made", "life.config entry.size entry.count entry.abi", creates},
   {"life.table", "The instance's table has what is not optional", "life.create", table_is_whole},
   {"life.create-threads", "create starts no thread", "life.table", create_starts_no_thread},
   {"life.destroy-early", "An instance can be destroyed before its init", "life.table", can_be_destroyed_early},
   {"life.bad-index", "create refuses a number that the file does not have", "life.table", refuses_bad_index},
   {"life.null-error", "Failures need no error record", "life.table", takes_no_error_record},
   {"life.error-room", "Errors stay within the room of their record", "life.table", keeps_within_error_record},
   {"life.init", "init succeeds", "life.table", inits},
   {"life.init-threads", "init starts no thread", "life.init", init_starts_no_thread},
   {"life.refused-service", "init fails when a service is refused", "life.init", passes_on_refusal},
   {"life.provides", "init provides every service the manifest declares", "life.init", provides_what_it_declares},
   {"life.declares", "The manifest declares every service init provides", "life.init", declares_what_it_provides},
   {"life.extension", "get_extension gives NULL for what it does not know", "life.init", has_no_unknown_extension},
   {"life.commands", "It answers the commands its manifest names", "life.init", has_its_commands},
   {"life.start", "start succeeds", "life.init", starts},
   {"life.status", "Its status is a JSON object with a summary", "life.start", status_is_json},
   {"life.reconfigure", "reconfigure takes the same configuration again, or none", "life.start", reconfigures},
   {"life.drain", "drain succeeds or keeps its deadline", "life.start", drains},
   {"life.stop", "stop succeeds", "life.start", stops, 20},
   {"life.stop-threads", "stop ends every thread", "life.stop", stop_ends_its_threads, 20},
   {"life.process", "It changes no signal handler, directory, mask or locale", "life.stop", leaves_process_alone},
   {"life.order", "Calls out of order do no harm", "life.stop", survives_calls_out_of_order},
   {"life.two-instances", "Two instances live beside each other", "life.stop", lives_twice, 20},
};

} // namespace

std::span<const Check> life_checks() {
   return k_checks;
}

} // namespace nebula::host::validation
