/// The plugin's tables: thin, and nothing throws out of them.

#include "shell/miner.h"
#include "shell/report.h"

#include <nebula/entry.h>
#include <nebula/svc/command.h>
#include <nebula/svc/status.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace {

using nebula::miner::Failure;
using nebula::miner::Miner;

#ifndef NEBULA_MINER_VERSION
#define NEBULA_MINER_VERSION "0.1.0"
#endif

neb_status tell(neb_error *err, neb_status status, std::string_view text) noexcept {
   if (err && err->size >= offsetof(neb_error, text) + 1) {
      const std::size_t room = std::min<std::size_t>(err->size - offsetof(neb_error, text), sizeof err->text) - 1;
      const std::size_t length = std::min(text.size(), room);
      err->code = status;
      std::memcpy(err->text, text.data(), length);
      err->text[length] = '\0';
   }
   return status;
}

/// Runs `body`; what it throws becomes a status and a text.
template <class Body>
neb_status guarded(neb_error *err, Body body) noexcept {
   try {
      return body();
   } catch (const std::bad_alloc &) {
      return tell(err, NEB_E_NO_MEMORY, "not enough memory");
   } catch (const std::exception &e) {
      return tell(err, NEB_E_FAIL, e.what());
   } catch (...) {
      return tell(err, NEB_E_FAIL, "an unknown failure inside the miner");
   }
}

neb_status outcome(const std::optional<Failure> &failure, neb_error *err) noexcept {
   return failure ? tell(err, failure->code, failure->text) : NEB_OK;
}

void put(neb_write_fn write, void *user, const std::string &text) {
   write(user, {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
}

/// An instance with the tables that point back to it.
struct Instance {
   explicit Instance(const neb_host *host) : miner(host) {}

   Miner miner;
   neb_plugin plugin{};
   neb_command command{};
   neb_status_view status{};
};

Instance &of(const neb_plugin *self) noexcept {
   return *static_cast<Instance *>(self->ctx);
}

neb_status init(const neb_plugin *self, neb_error *err) {
   return guarded(err, [&] { return outcome(of(self).miner.init(), err); });
}

neb_status start(const neb_plugin *self, neb_error *err) {
   return guarded(err, [&] { return outcome(of(self).miner.start(), err); });
}

neb_status drain(const neb_plugin *self, std::uint64_t deadline_ns) {
   return guarded(nullptr, [&] { return of(self).miner.drain(deadline_ns); });
}

neb_status stop(const neb_plugin *self, std::uint64_t deadline_ns) {
   return guarded(nullptr, [&] { return of(self).miner.stop(deadline_ns); });
}

void destroy(const neb_plugin *self) {
   delete &of(self);
}

neb_status answer(const neb_command *self, neb_str method, neb_str, neb_write_fn write, void *user, neb_error *err) {
   return guarded(err, [&] {
      Miner &miner = static_cast<Instance *>(self->ctx)->miner;
      const std::string_view name = nebula::miner::view_of(method);
      if (name == "pause" || name == "resume") {
         const bool pause = name == "pause";
         put(write, user, nebula::miner::pause_json(pause, miner.pause(pause)));
         return static_cast<neb_status>(NEB_OK);
      }
      const auto text = nebula::miner::answer_json(miner.view(), name);
      if (!text)
         return tell(err, NEB_E_NOT_FOUND,
                     "the miner answers hashrate, results, connections, workers, pause and resume");
      put(write, user, *text);
      return static_cast<neb_status>(NEB_OK);
   });
}

neb_status write_status(const neb_status_view *self, neb_write_fn write, void *user) {
   return guarded(nullptr, [&] {
      put(write, user, nebula::miner::status_json(static_cast<Instance *>(self->ctx)->miner.view()));
      return static_cast<neb_status>(NEB_OK);
   });
}

const void *get_extension(const neb_plugin *self, const char *id) {
   if (std::strcmp(id, NEB_SVC_COMMAND) == 0)
      return &of(self).command;
   return std::strcmp(id, NEB_SVC_STATUS) == 0 ? &of(self).status : nullptr;
}

const neb_plugin *create(const neb_host *host, std::uint32_t index, neb_error *err) {
   const neb_plugin *created = nullptr;
   (void)guarded(err, [&] {
      if (index != 0)
         return tell(err, NEB_E_INVALID, "this file has one plugin, number 0");
      auto *instance = new Instance(host);
      instance->plugin = {sizeof(neb_plugin), 0, instance, init, start, drain, stop, destroy, nullptr, get_extension};
      instance->command = {sizeof(neb_command), 0, instance, nullptr, answer};
      instance->status = {sizeof(neb_status_view), 0, instance, write_status};
      created = &instance->plugin;
      return static_cast<neb_status>(NEB_OK);
   });
   return created;
}

constexpr neb_entry k_entry = {sizeof(neb_entry), NEB_ABI_MAJOR, 0, 1, "miner", NEBULA_MINER_VERSION, create};

} // namespace

const neb_entry *nebula_plugin_entry(std::uint32_t host_major, std::uint32_t) {
   return host_major == NEB_ABI_MAJOR ? &k_entry : nullptr;
}
