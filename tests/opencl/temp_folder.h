#pragma once

/// A folder that goes away with the object.

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <stdlib.h>

namespace nebula::test {

class TempFolder {
public:
   TempFolder() {
      std::string name = (std::filesystem::temp_directory_path() / "nebula-opencl-XXXXXX").string();
      if (!mkdtemp(name.data()))
         throw std::runtime_error("no temporary folder");
      path_ = name;
   }
   ~TempFolder() {
      std::error_code failed;
      std::filesystem::remove_all(path_, failed);
   }
   TempFolder(const TempFolder &) = delete;
   TempFolder &operator=(const TempFolder &) = delete;

   [[nodiscard]] const std::filesystem::path &path() const { return path_; }
   void write(const std::filesystem::path &relative, const std::string &text) const {
      std::filesystem::create_directories((path_ / relative).parent_path());
      std::ofstream(path_ / relative) << text;
   }

private:
   std::filesystem::path path_;
};

} // namespace nebula::test
