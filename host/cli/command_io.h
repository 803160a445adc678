#pragma once

#include <nebula/svc/command.h>

#include <string>

namespace nebula::host::cli {

// What a plugin's command may use: standard output and error, a secret from the terminal, and the running node.
class CommandIo {
public:
   CommandIo(std::string config_file, std::string data_dir);
   CommandIo(const CommandIo &) = delete;
   CommandIo &operator=(const CommandIo &) = delete;

   [[nodiscard]] const neb_command_io *table() const { return &table_; }

private:
   static void out(const neb_command_io *self, neb_str text);
   static void err(const neb_command_io *self, neb_str text);
   static neb_status read_secret(const neb_command_io *self, neb_str prompt, char *buffer, std::uint64_t *length);
   static neb_status request(const neb_command_io *self, neb_str instance, neb_str method, neb_str params_json,
                             neb_write_fn write, void *user, neb_error *err);

   std::string config_file_;
   std::string data_dir_;
   neb_command_io table_;
};

} // namespace nebula::host::cli
