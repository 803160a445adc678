/// Commits numbered transactions to a store until it is killed or done, for the crash tests.
///
///    kv_child DIRECTORY COUNT [nosync]
///
/// Transaction n puts n under "last" and a few keys whose values follow from n. It prints "n" after each acknowledged
/// commit and marks it for the power-loss shim. `nosync` commits with LMDB's unsafe mode: what the tests must be able
/// to tell apart.

#include "ext/kv_store.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <lmdb.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

using nebula::host::KvStore;

neb_bytes bytes_of(const std::string &text) {
   return {reinterpret_cast<const uint8_t *>(text.data()), text.size()};
}

std::string value_of(uint64_t number, uint64_t key) {
   return std::string(200 + (number * 7 + key) % 900, static_cast<char>('a' + (number + key) % 26));
}

void acknowledge(uint64_t number) {
   static const auto mark = reinterpret_cast<void (*)(uint64_t)>(::dlsym(RTLD_DEFAULT, "nebula_powerloss_mark"));
   if (mark != nullptr)
      mark(number);
   const std::string line = std::to_string(number) + '\n';
   if (::write(STDOUT_FILENO, line.data(), line.size()) < 0)
      std::exit(3);
}

int fill_store(const std::string &directory, uint64_t count) {
   neb_error err{sizeof(neb_error), 0, {}};
   const neb_str tables[] = {{"state", 5}};
   const auto store = KvStore::open({.directory = directory}, 1, tables, nullptr, nullptr, &err);
   if (!store) {
      std::fprintf(stderr, "%s\n", err.text);
      return 1;
   }
   for (uint64_t number = 1; number <= count; ++number) {
      neb_kv_txn *txn = nullptr;
      if (store->begin(NEB_KV_WRITE, &txn, &err) != NEB_OK)
         return 1;
      for (uint64_t key = 0; key < 8; ++key)
         if (KvStore::put(txn, 0, bytes_of("key" + std::to_string((number * 5 + key) % 200)),
                          bytes_of(std::to_string(number) + ':' + value_of(number, key))) != NEB_OK)
            return 1;
      if (KvStore::put(txn, 0, bytes_of("last"), bytes_of(std::to_string(number))) != NEB_OK ||
          KvStore::commit(txn, &err) != NEB_OK)
         return 1;
      acknowledge(number);
   }
   return 0;
}

/// The same tables and keys, without durability.
int fill_nosync(const std::string &directory, uint64_t count) {
   (void)::mkdir(directory.c_str(), 0700);
   MDB_env *env = nullptr;
   if (mdb_env_create(&env) != 0 || mdb_env_set_mapsize(env, 1u << 30) != 0 || mdb_env_set_maxdbs(env, 33) != 0 ||
       mdb_env_open(env, directory.c_str(), MDB_NOSYNC | MDB_NOTLS, 0600) != 0)
      return 1;
   for (uint64_t number = 1; number <= count; ++number) {
      MDB_txn *txn = nullptr;
      MDB_dbi table = 0;
      if (mdb_txn_begin(env, nullptr, 0, &txn) != 0 || mdb_dbi_open(txn, "state", MDB_CREATE, &table) != 0)
         return 1;
      const auto put = [&](const std::string &key, const std::string &value) {
         MDB_val k{key.size(), const_cast<char *>(key.data())};
         MDB_val v{value.size(), const_cast<char *>(value.data())};
         return mdb_put(txn, table, &k, &v, 0) == 0;
      };
      for (uint64_t key = 0; key < 8; ++key)
         if (!put("key" + std::to_string((number * 5 + key) % 200),
                  std::to_string(number) + ':' + value_of(number, key)))
            return 1;
      if (!put("last", std::to_string(number)) || mdb_txn_commit(txn) != 0)
         return 1;
      acknowledge(number);
   }
   mdb_env_close(env); // writes nothing
   return 0;
}

} // namespace

int main(int argc, char **argv) {
   if (argc < 3)
      return 64;
   const uint64_t count = std::strtoull(argv[2], nullptr, 10);
   return argc > 3 ? fill_nosync(argv[1], count) : fill_store(argv[1], count);
}
