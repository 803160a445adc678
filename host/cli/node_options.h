#pragma once

#include "host/cli/configuration.h"
#include "host/node/node.h"

namespace nebula::host::cli {

// A node as this program makes it.
[[nodiscard]] NodeOptions node_options(const config::LoadRequest &request, config::Settings settings,
                                       std::string data_dir);

// Loads and initialises every plugin in a folder of its own; nothing is started, so nothing is bound.
[[nodiscard]] Result<void> provision_aside(const config::LoadRequest &request, const config::Settings &settings);

// A folder below the system's temporary one, removed with its content at the end; for commands that only look.
class ScratchFolder {
public:
   [[nodiscard]] static Result<ScratchFolder> make();
   ScratchFolder(ScratchFolder &&other) noexcept : path_(std::exchange(other.path_, {})) {}
   ScratchFolder &operator=(ScratchFolder &&) = delete;
   ~ScratchFolder();
   [[nodiscard]] const std::string &path() const { return path_; }

private:
   explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
   std::string path_;
};

} // namespace nebula::host::cli
