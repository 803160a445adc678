#include "ext/kv_state.h"

#include <cerrno>
#include <cstring>

namespace nebula::host {

neb_status kv_status(int code) noexcept {
   switch (code) {
   case MDB_SUCCESS:
      return NEB_OK;
   case MDB_NOTFOUND:
      return NEB_E_NOT_FOUND;
   case MDB_MAP_FULL:
   case MDB_TXN_FULL:
   case MDB_CURSOR_FULL:
   case ENOSPC:
   case EDQUOT:
   case EFBIG:
      return NEB_E_FULL;
   case MDB_READERS_FULL:
      return NEB_E_BUSY;
   case MDB_CORRUPTED:
   case MDB_PAGE_NOTFOUND:
   case MDB_INVALID:
   case MDB_VERSION_MISMATCH:
      return NEB_E_CORRUPT;
   case MDB_BAD_VALSIZE:
   case EINVAL:
      return NEB_E_INVALID;
   case ENOMEM:
      return NEB_E_NO_MEMORY;
   case EACCES:
   case EPERM:
   case EROFS:
      return NEB_E_DENIED;
   default:
      return NEB_E_IO;
   }
}

std::string kv_reason(int code) {
   switch (code) {
   case MDB_MAP_FULL:
      return "the store has reached its configured maximum: raise it or remove data";
   case MDB_TXN_FULL:
      return "the transaction changes too much at once: split it";
   case ENOSPC:
   case EDQUOT:
   case EFBIG:
      return std::string("the disk is full (") + std::strerror(code) + "): free some space; nothing was written";
   case MDB_READERS_FULL:
      return "too many read transactions are open: end them sooner";
   case MDB_PANIC:
      return "an earlier write to the disk failed, so its contents are uncertain: restart the node";
   case MDB_CORRUPTED:
   case MDB_PAGE_NOTFOUND:
   case MDB_INVALID:
      return std::string("the data file is damaged (") + mdb_strerror(code) + "): restore it from a copy";
   case EACCES:
   case EPERM:
      return std::string(std::strerror(code)) + ": the folder and its files must belong to the user of the node";
   default:
      return mdb_strerror(code);
   }
}

} // namespace nebula::host
