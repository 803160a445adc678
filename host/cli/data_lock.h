#pragma once

#include "host/util/descriptor.h"
#include "host/util/result.h"

#include <chrono>
#include <string>

namespace nebula::host::cli {

// Makes the data folder (0700) when it is missing.
[[nodiscard]] Result<void> make_data_folder(const std::string &folder);

// Holds a data folder for this process: two nodes on one folder would corrupt each other's view.
class DataLock {
public:
   // Makes the folder (0700) when it is missing, and takes its lock. The error says who holds it, or what is wrong with
   // it.
   // Waits for it as long as `patience`, for a holder that is about to end.
   [[nodiscard]] static Result<DataLock> take(const std::string &folder,
                                              std::chrono::milliseconds patience = std::chrono::milliseconds(0));

   // Of another process of this user that passed its own (an flock belongs to what is passed); both hold it then.
   [[nodiscard]] static Result<DataLock> adopt(Descriptor passed);
   // To be passed.
   [[nodiscard]] const Descriptor &descriptor() const { return file_; }

private:
   explicit DataLock(Descriptor file) : file_(std::move(file)) {}
   [[nodiscard]] Result<void> sign() const;

   Descriptor file_; // closing the last copy gives the lock back
};

} // namespace nebula::host::cli
