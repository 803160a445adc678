#include "common/opencl/store.h"

#include <nebula/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "common/blake3.h"
#include "common/bytes.h"

namespace nebula::common::opencl {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

// An entry: the magic, the BLAKE3 of all that follows, the length of the key (u32 LE), the key, the value. The key is
// there in full, so that neither a renamed file nor two keys of one name can pass for each other.
constexpr std::string_view k_magic = "NEBOCL1\n";
constexpr std::size_t k_digest_at = 8, k_body_at = k_digest_at + 32, k_key_at = k_body_at + 4;
constexpr const char *k_suffix = ".entry", *k_fresh = ".new";

[[nodiscard]] std::span<const std::uint8_t> bytes_of(std::string_view text) noexcept {
   return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

[[nodiscard]] Bytes encode(std::string_view key, std::span<const std::uint8_t> value) {
   Bytes entry(k_key_at + key.size() + value.size());
   const auto at = [&](std::size_t offset) { return entry.begin() + static_cast<std::ptrdiff_t>(offset); };
   std::copy(k_magic.begin(), k_magic.end(), entry.begin());
   store_le32(entry.data() + k_body_at, static_cast<std::uint32_t>(key.size()));
   std::copy(key.begin(), key.end(), at(k_key_at));
   std::copy(value.begin(), value.end(), at(k_key_at + key.size()));
   const auto digest = blake3_256(std::span(entry).subspan(k_body_at));
   std::copy(digest.begin(), digest.end(), at(k_digest_at));
   return entry;
}

/// The value of an intact entry of `key`.
[[nodiscard]] std::optional<Bytes> decode(std::span<const std::uint8_t> entry, std::string_view key) {
   if (entry.size() < k_key_at || !std::equal(k_magic.begin(), k_magic.end(), entry.begin()))
      return std::nullopt;
   const auto digest = blake3_256(entry.subspan(k_body_at));
   if (!std::equal(digest.begin(), digest.end(), entry.begin() + k_digest_at))
      return std::nullopt;
   const auto rest = entry.subspan(k_key_at);
   const auto wanted = bytes_of(key);
   if (load_le32(entry.data() + k_body_at) != wanted.size() || rest.size() < wanted.size() ||
       !std::equal(wanted.begin(), wanted.end(), rest.begin()))
      return std::nullopt;
   const auto value = rest.subspan(wanted.size());
   return Bytes(value.begin(), value.end());
}

[[noreturn]] void fail_on(const fs::path &path, const char *doing) {
   throw Error(NEB_E_IO, path.native(), " cannot be ", doing, ": ", std::strerror(errno));
}

/// Writes a whole file with its bytes on the disk, for its owner only.
void write_file(const fs::path &path, std::span<const std::uint8_t> bytes) {
   const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
   if (file < 0)
      fail_on(path, "created");
   bool good = true;
   while (good && !bytes.empty()) {
      const ssize_t written = ::write(file, bytes.data(), bytes.size());
      if (written > 0)
         bytes = bytes.subspan(static_cast<std::size_t>(written));
      else
         good = written < 0 && errno == EINTR;
   }
   good = good && ::fsync(file) == 0;
   const int reason = errno;
   ::close(file);
   if (!good) {
      ::unlink(path.c_str());
      errno = reason;
      fail_on(path, "written");
   }
}

} // namespace

fs::path Store::path_of(std::string_view key) const {
   std::string name;
   const auto digest = blake3_256(bytes_of(key));
   for (std::size_t i = 0; i < 16; ++i) {
      name += "0123456789abcdef"[digest[i] >> 4];
      name += "0123456789abcdef"[digest[i] & 15];
   }
   return folder_ / (name + k_suffix);
}

std::optional<std::vector<std::uint8_t>> Store::load(std::string_view key) const {
   const fs::path path = path_of(key);
   std::error_code failed;
   const auto size = fs::file_size(path, failed);
   if (failed)
      return std::nullopt;
   std::optional<Bytes> value;
   if (size <= k_store_entry_bytes_max) {
      std::ifstream file(path, std::ios::binary);
      const Bytes entry{std::istreambuf_iterator<char>(file), {}};
      value = decode(entry, key);
   }
   if (!value)
      fs::remove(path, failed);
   return value;
}

void Store::save(std::string_view key, std::span<const std::uint8_t> value) {
   const Bytes entry = encode(key, value);
   if (entry.size() > k_store_entry_bytes_max)
      throw Error(NEB_E_FULL, "an entry of ", entry.size(), " bytes is over the limit of ", k_store_entry_bytes_max);
   const std::lock_guard lock(saving_);
   if (::mkdir(folder_.c_str(), S_IRWXU) != 0 && errno != EEXIST)
      fail_on(folder_, "created");
   const fs::path path = path_of(key);
   // No one else writes under this name: a process has one number, and this object one lock.
   const fs::path fresh = concat(path.native(), ".", ::getpid(), "-", reinterpret_cast<std::uintptr_t>(this), k_fresh);
   ::unlink(fresh.c_str()); // of a process with our number that died here
   write_file(fresh, entry);
   if (::rename(fresh.c_str(), path.c_str()) != 0) {
      const int reason = errno;
      ::unlink(fresh.c_str());
      errno = reason;
      fail_on(path, "replaced");
   }
   remove_oldest();
}

void Store::remove_oldest() const {
   std::vector<std::pair<fs::file_time_type, fs::path>> entries;
   std::error_code failed;
   for (fs::directory_iterator file(folder_, failed), end; !failed && file != end; file.increment(failed)) {
      const fs::path suffix = file->path().extension();
      if (suffix != k_suffix && suffix != k_fresh)
         continue;              // not ours
      std::error_code vanished; // another process may remove it meanwhile
      const auto written = fs::last_write_time(file->path(), vanished);
      if (!vanished)
         entries.emplace_back(written, file->path());
   }
   std::sort(entries.begin(), entries.end());
   for (std::size_t i = 0; i + k_store_entries_max < entries.size(); ++i)
      fs::remove(entries[i].second, failed);
}

} // namespace nebula::common::opencl
