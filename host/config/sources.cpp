#include "host/config/sources.h"

#include <filesystem>

namespace nebula::host::config {

std::string folder_of(std::string_view file) {
   return std::string(file.substr(0, file.rfind('/') + 1)); // npos + 1 is 0
}

std::string beside(std::string_view file, std::string_view path) {
   return (std::filesystem::path(folder_of(file)) / path).lexically_normal().string();
}

} // namespace nebula::host::config
