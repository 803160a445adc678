#pragma once

/// One configuration file with everything it `extends`: read, variables put in, merged.

#include "host/config/mistake.h"
#include "host/config/sources.h"
#include "host/config/value.h"

#include <optional>
#include <string>
#include <vector>

namespace nebula::host::config {

class FileLoader {
public:
   /// All outlive the loader. `profiles`: the ones whose variables are put in; others may name unset variables.
   FileLoader(const ReadFile &read_file, const Variables &variables, const std::vector<std::string> &profiles,
              Mistakes &mistakes)
      : read_file_(read_file), variables_(variables), profiles_(profiles), mistakes_(mistakes) {}

   /// The merged map, without `extends`. nullopt after a mistake that leaves nothing to work with.
   [[nodiscard]] std::optional<Value> load(const std::string &path, Layer layer);
   /// The same for a text that is at hand.
   [[nodiscard]] std::optional<Value> load_text(const std::string &name, const std::string &text, Layer layer);

   [[nodiscard]] const std::vector<std::string> &files() const noexcept { return files_; }

private:
   struct Named { // who asked for a file, for messages
      Origin origin;
      std::string path; // "extends", empty for the command line
   };
   std::optional<Value> load_named(const std::string &path, Layer layer, const Named &named);
   std::optional<Value> finish(const std::string &path, const std::string &text, Layer layer);
   Value put_in_variables(const Value &root, const std::string &path);
   Value on_top_of_extended(const Value &root, const std::string &path);
   void extend(const Value &name, const std::string &value_path, const std::string &path, Value &base);

   const ReadFile &read_file_;
   const Variables &variables_;
   const std::vector<std::string> &profiles_;
   Mistakes &mistakes_;
   std::vector<std::string> chain_; // files being loaded, the outermost first
   std::vector<std::string> files_;
};

} // namespace nebula::host::config
