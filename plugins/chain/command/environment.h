#pragma once

/// What the commands of this plugin work with: the terminal, the running node, and the instance's own place on disk.

#include "core/params.h"

#include <nebula/command.hpp>

#include <boost/json/object.hpp>

#include <functional>
#include <memory>

namespace nebula::chain {

class Store;

/// Exit statuses of the program that these commands use.
enum : std::int32_t {
   k_exit_ok = 0,
   k_exit_usage = 64,
   k_exit_unavailable = 69,
   k_exit_io = 74,
   k_exit_temporary = 75
};

[[nodiscard]] std::int32_t exit_code_of(Fault fault);

struct CommandEnvironment {
   CommandIo io;
   std::string instance;
   NetworkParams network;
   std::string wallet_file;                                    // the default keystore
   std::function<Result<std::unique_ptr<Store>>()> open_store; // fails while a node runs on the data folder

   /// Asks the running node. Fault::unavailable: none runs, or it refused; the text says which.
   [[nodiscard]] Result<boost::json::object> ask(std::string_view method, const boost::json::object &params) const;

   /// Prints the document as JSON, or `text` for people.
   void print(bool json, const boost::json::object &document, const std::string &text) const;
   /// Prints "nebula COMMAND: text" and gives the exit status.
   [[nodiscard]] std::int32_t fail(std::string_view command, const Error &error) const;
};

/// nebula wallet ...
[[nodiscard]] std::int32_t run_wallet(const std::vector<std::string_view> &args, const CommandEnvironment &environment);
/// nebula chain ...
[[nodiscard]] std::int32_t run_chain(const std::vector<std::string_view> &args, const CommandEnvironment &environment);

} // namespace nebula::chain
