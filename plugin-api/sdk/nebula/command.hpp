// nebula.command/1: commands a plugin adds to the `nebula` program, and requests it answers inside the running node.
#pragma once

#include <nebula/node.hpp>
#include <nebula/plugin.hpp>
#include <nebula/svc/command.h>

#include <vector>

namespace nebula {

// The terminal and the running node, as a command may use them. Valid during `run`.
// [main]
class CommandIo {
public:
   explicit CommandIo(const neb_command_io *raw) noexcept : raw_(raw) {}

   template <class... Parts>
   void out(const Parts &...parts) const {
      raw_->out(raw_, str(concat(parts...)));
   }
   template <class... Parts>
   void err(const Parts &...parts) const {
      raw_->err(raw_, str(concat(parts...)));
   }

   std::string_view config_file() const noexcept { return view(raw_->config_file); }

   // A secret typed without echo; throws NEB_E_STATE without a terminal. Wipe it after use.
   std::string read_secret(std::string_view prompt) const {
      std::string secret(k_secret_max, '\0');
      uint64_t length = secret.size();
      check(raw_->read_secret(raw_, str(prompt), secret.data(), &length), "read a secret");
      secret.resize(static_cast<std::size_t>(length));
      return secret;
   }

   // Asks an instance of the running node; returns its JSON answer.
   std::string request(std::string_view instance, std::string_view method, std::string_view params_json = "{}") const {
      detail::StringSink sink;
      ErrorRecord record;
      record.check(raw_->request(raw_, str(instance), str(method), str(params_json), &detail::StringSink::write, &sink,
                                 record.raw()),
                   method);
      return std::move(sink.text);
   }

private:
   static constexpr std::size_t k_secret_max = 1024; // longer than any passphrase a person types

   const neb_command_io *raw_;
};

// Derive, override what the plugin has, and call attach(plugin) in the plugin's constructor. Keep it in the plugin
// object.
class Command {
public:
   Command() noexcept : table_{sizeof(neb_command), 0, this, &on_run, &on_answer} {}
   Command(const Command &) = delete;
   Command &operator=(const Command &) = delete;
   virtual ~Command() = default;

   void attach(Plugin &plugin) { plugin.offer(NEB_SVC_COMMAND, &table_); }

protected:
   // Runs `nebula NAME ...` with args[0] == NAME and returns the exit code. What it throws is shown, with exit code 70.
   // [main & created]
   virtual int32_t run(const std::vector<std::string_view> &args, const CommandIo &io) {
      (void)args;
      (void)io;
      throw Error(NEB_E_UNSUPPORTED, "this plugin has no commands");
   }

   // Answers a request inside the running node with one JSON document; throw NEB_E_NOT_FOUND for an unknown method.
   // [thread-safe]
   virtual std::string answer(std::string_view method, std::string_view params_json) {
      (void)params_json;
      throw Error(NEB_E_NOT_FOUND, "this plugin has no method ", method);
   }

private:
   static Command &of(const neb_command *table) noexcept { return *static_cast<Command *>(table->ctx); }

   static neb_status on_run(const neb_command *table, const neb_str *argv, uint32_t argc, const neb_command_io *raw_io,
                            int32_t *exit_code) noexcept {
      constexpr int32_t k_exit_internal = 70; // EX_SOFTWARE
      *exit_code = k_exit_internal;
      neb_error err{sizeof(neb_error), NEB_OK, {0}};
      const neb_status status = guarded(&err, [&] {
         std::vector<std::string_view> args;
         for (uint32_t i = 0; i < argc; ++i) {
            args.push_back(view(argv[i]));
         }
         *exit_code = of(table).run(args, CommandIo(raw_io));
      });
      if (status != NEB_OK) {
         (void)guarded(nullptr, [&] { CommandIo(raw_io).err(err.text, "\n"); });
      }
      return status;
   }

   static neb_status on_answer(const neb_command *table, neb_str method, neb_str params_json, neb_write_fn write,
                               void *user, neb_error *err) noexcept {
      return guarded(err, [&] { write(user, bytes(of(table).answer(view(method), view(params_json)))); });
   }

   neb_command table_;
};

} // namespace nebula
