#pragma once

#include "nebula/abi.h"

#include <memory>
#include <string>

namespace nebula::host {

/// Keeps a folder for one process: a lock on the file `owner` in it, which names the process. The kernel lets go of it
/// when the process ends in any way.
class OwnerLock {
public:
   /// NULL with NEB_E_BUSY and the other process's id in the text, or NEB_E_IO.
   [[nodiscard]] static std::unique_ptr<OwnerLock> take(const std::string &directory, neb_error *err);
   ~OwnerLock();
   OwnerLock(const OwnerLock &) = delete;
   OwnerLock &operator=(const OwnerLock &) = delete;

private:
   explicit OwnerLock(int descriptor) : descriptor_(descriptor) {}
   const int descriptor_;
};

} // namespace nebula::host
