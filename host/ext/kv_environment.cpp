#include "ext/error_text.h"
#include "ext/kv_state.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace nebula::host {
namespace {

constexpr uint64_t k_map_least = 1u << 20;

/// A new file is durable when its folder is.
void sync_folder(const std::string &path) {
   const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
   if (descriptor < 0)
      return;
   (void)::fsync(descriptor); // some file systems refuse it for folders and need none
   ::close(descriptor);
}

[[nodiscard]] neb_status make_folder(const std::string &path, neb_error *err) {
   if (::mkdir(path.c_str(), 0700) == 0) {
      sync_folder(path.substr(0, path.find_last_of('/') + 1));
      return NEB_OK;
   }
   struct stat status {};
   if (errno != EEXIST || ::stat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))
      return fail(err, NEB_E_IO,
                  "the folder " + path + " cannot be made (" + std::strerror(errno) +
                     "): its parent must exist and be writable");
   if ((status.st_mode & 077) != 0 && ::chmod(path.c_str(), 0700) != 0)
      return fail(err, NEB_E_DENIED,
                  "the folder " + path + " is open to other users and its mode cannot be set to 0700");
   return NEB_OK;
}

/// Whether the system would map that much more.
[[nodiscard]] bool has_address_space(uint64_t bytes) {
   void *probe = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
   return probe != MAP_FAILED && ::munmap(probe, bytes) == 0;
}

[[nodiscard]] uint64_t whole_pages(uint64_t bytes) {
   const uint64_t page = static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
   return std::max(k_map_least, bytes / page * page);
}

} // namespace

KvStore::State::~State() {
   if (env != nullptr)
      mdb_env_close(env);
}

int KvStore::State::try_environment(uint64_t map) {
   MDB_env *made = nullptr;
   int code = mdb_env_create(&made);
   if (code != 0)
      return code;
   code = mdb_env_set_mapsize(made, map);
   if (code == 0)
      code = mdb_env_set_maxdbs(made, NEB_KV_TABLES_MAX + 1);
   if (code == 0)
      code = mdb_env_set_maxreaders(made, options.readers_max);
   // NOTLS: a reader belongs to its transaction, not to its thread, so a thread may have several. NORDAHEAD would hurt
   // range reads of a file that fits in memory; the unsafe flags are never set (see kv_store.h).
   if (code == 0)
      code = mdb_env_open(made, options.directory.c_str(), MDB_NOTLS, 0600);
   if (code != 0) {
      mdb_env_close(made);
      return code;
   }
   env = made;
   return 0;
}

neb_status KvStore::State::open_environment(neb_error *err) {
   if (const neb_status made = make_folder(options.directory, err); made != NEB_OK)
      return made;
   neb_error reason{sizeof(neb_error), NEB_OK, {}};
   owner = OwnerLock::take(options.directory, &reason);
   if (!owner)
      return fail(err, reason.code, reason.text);
   options.map_max = whole_pages(options.map_max);
   uint64_t map = std::min(whole_pages(options.map_first), options.map_max);
   int code = try_environment(map);
   while (code == ENOMEM && map / 2 >= k_map_least) {
      map /= 2;
      code = try_environment(map);
   }
   if (code != 0)
      return fail(err, kv_status(code), "the store in " + options.directory + " cannot be opened: " + kv_reason(code));
   sync_folder(options.directory);
   int dead = 0;
   (void)mdb_reader_check(env, &dead); // places of readers that were killed; they would keep old pages for ever
   MDB_envinfo info{};
   MDB_stat stat{};
   (void)mdb_env_info(env, &info);
   (void)mdb_env_stat(env, &stat);
   map_bytes = info.me_mapsize;
   page_bytes = stat.ms_psize;
   return NEB_OK;
}

int KvStore::State::named(int code) const {
   constexpr uint64_t k_little = 16u << 20;
   if (code != EIO)
      return code;
   struct statvfs disk {};
   if (::statvfs(options.directory.c_str(), &disk) == 0 && uint64_t{disk.f_bavail} * disk.f_frsize < k_little)
      return ENOSPC;
   struct stat file {};
   rlimit limit{};
   if (::stat((options.directory + "/data.mdb").c_str(), &file) == 0 && ::getrlimit(RLIMIT_FSIZE, &limit) == 0 &&
       limit.rlim_cur != RLIM_INFINITY && static_cast<uint64_t>(file.st_size) + k_little > limit.rlim_cur)
      return EFBIG;
   return code;
}

uint64_t KvStore::State::used_bytes() const {
   MDB_envinfo info{};
   (void)mdb_env_info(env, &info);
   return (static_cast<uint64_t>(info.me_last_pgno) + 1) * page_bytes;
}

void KvStore::State::grow_if_short(std::unique_lock<std::mutex> &lock) {
   if (map_bytes >= options.map_max)
      return;
   const bool short_of_room = growth_wanted || used_bytes() > map_bytes / 2;
   if (!short_of_room)
      return;
   growing = true;
   const auto deadline = std::chrono::steady_clock::now() + std::chrono::nanoseconds(options.growth_wait_ns);
   const bool alone = changed.wait_until(lock, deadline, [&] { return readers == 0; });
   if (alone) {
      uint64_t map = map_bytes;
      do
         map = std::min(map * 2, options.map_max);
      while (map < options.map_max && used_bytes() > map / 2);
      if (has_address_space(map - map_bytes)) {
         const int code = mdb_env_set_mapsize(env, map);
         lost = code != 0; // LMDB gave the old map back before it asked for the new one
         map_bytes = lost ? map_bytes : map;
         growth_wanted = false;
      }
   }
   growing = false;
   changed.notify_all();
}

void KvStore::State::end_turn(bool write) {
   std::lock_guard lock(mutex);
   if (write)
      writing = false;
   else
      --readers;
   changed.notify_all();
}

} // namespace nebula::host
