#include "host/plugin/sealed_copy.h"

#include "host/plugin/image.h"
#include "host/plugin/limits.h"

#include <openssl/evp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace nebula::host {
namespace {

constexpr std::size_t k_chunk = 1u << 20;

Error failed(const char *what) {
   return {std::string(what) + ": " + std::strerror(errno), ErrorKind::io};
}

Result<void> write_all(int to, const unsigned char *bytes, std::size_t size) {
   for (std::size_t done = 0; done < size;) {
      const auto written = write(to, bytes + done, size - done);
      if (written < 0 && errno == EINTR)
         continue;
      if (written <= 0)
         return failed("copying it into memory failed");
      done += static_cast<std::size_t>(written);
   }
   return {};
}

Result<void> copy(int from, int to) {
   std::vector<unsigned char> chunk(k_chunk);
   for (std::uint64_t offset = 0;;) {
      const auto got = pread(from, chunk.data(), chunk.size(), static_cast<off_t>(offset));
      if (got < 0)
         return failed("reading it failed");
      if (got == 0)
         return {};
      offset += static_cast<std::uint64_t>(got);
      if (offset > k_max_plugin_bytes)
         return Error{"it is larger than 1 GiB, the most a plugin may have", ErrorKind::unavailable};
      if (auto written = write_all(to, chunk.data(), static_cast<std::size_t>(got)); !written)
         return written.error();
   }
}

Result<std::string> sha256_of(int descriptor) {
   const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX *)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
   if (!hash || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1)
      return Error{"the system's SHA-256 is not available", ErrorKind::internal};
   std::vector<unsigned char> chunk(k_chunk);
   for (off_t offset = 0;;) {
      const auto got = pread(descriptor, chunk.data(), chunk.size(), offset);
      if (got < 0)
         return failed("reading its copy failed");
      if (got == 0)
         break;
      offset += got;
      EVP_DigestUpdate(hash.get(), chunk.data(), static_cast<std::size_t>(got));
   }
   std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
   unsigned int size = 0;
   EVP_DigestFinal_ex(hash.get(), digest.data(), &size);
   constexpr char digits[] = "0123456789abcdef";
   std::string hex;
   for (unsigned int i = 0; i < size; ++i) {
      hex += digits[digest[i] >> 4];
      hex += digits[digest[i] & 15];
   }
   return hex;
}

} // namespace

Result<SealedCopy> sealed_copy(int descriptor) {
   Descriptor memory(memfd_create("nebula-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
   if (!memory.valid())
      return failed("memory for a sealed copy cannot be had");
   if (auto copied = copy(descriptor, memory.get()); !copied)
      return copied.error();
   // Sealed first, hashed after: what is hashed can no longer change.
   if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
      return failed("its copy in memory cannot be sealed");
   auto hash = sha256_of(memory.get());
   if (!hash)
      return hash.error();
   return SealedCopy{memory.release(), std::move(*hash)};
}

} // namespace nebula::host
