#pragma once

#include "host/util/result.h"

#include <string>

namespace nebula::host::cli {

// Makes the data folder (0700) when it is missing.
[[nodiscard]] Result<void> make_data_folder(const std::string &folder);

// Holds a data folder for this process: two nodes on one folder would corrupt each other's view.
class DataLock {
public:
   // Makes the folder (0700) when it is missing, and takes its lock. The error says who holds it, or what is wrong with
   // it.
   [[nodiscard]] static Result<DataLock> take(const std::string &folder);

   DataLock(DataLock &&other) noexcept;
   DataLock &operator=(DataLock &&) = delete;
   ~DataLock();

private:
   explicit DataLock(int fd) : fd_(fd) {}
   int fd_;
};

} // namespace nebula::host::cli
