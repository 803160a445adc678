// Loaded with LD_PRELOAD: records the writes and syncs of chosen files (see README.md). It changes no result.
#define _GNU_SOURCE
#include "journal_format.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; // keeps the journal in the order of what it records
static int journal = -1;

static void fatal(const char *what) {
   fprintf(stderr, "powerloss shim: %s: %s\n", what, strerror(errno));
   _exit(99);
}

static void put(const void *bytes, size_t length) {
   const char *at = bytes;
   while (length > 0) {
      const long written = syscall(SYS_write, journal, at, length);
      if (written < 0 && errno == EINTR)
         continue;
      if (written <= 0)
         fatal("the journal cannot be written");
      at += written;
      length -= (size_t)written;
   }
}

static void record(uint32_t kind, uint64_t offset, const struct iovec *parts, int count, size_t length) {
   const int saved = errno;
   if (journal < 0) {
      const char *path = getenv("NEBULA_POWERLOSS_JOURNAL");
      const int low = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
      journal = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 900);
      if (journal < 0)
         fatal("NEBULA_POWERLOSS_JOURNAL cannot be opened");
      close(low);
   }
   const struct nebula_journal_record head = {kind, (uint32_t)length, offset};
   put(&head, sizeof head);
   for (int i = 0; i < count && length > 0; ++i) {
      const size_t part = parts[i].iov_len < length ? parts[i].iov_len : length;
      put(parts[i].iov_base, part);
      length -= part;
   }
   errno = saved;
}

// Whether the descriptor is one of the files to follow.
static int followed(int fd) {
   const char *suffix = getenv("NEBULA_POWERLOSS_FILE");
   if (!suffix || fd < 0 || fd == journal)
      return 0;
   const int saved = errno;
   char link[64];
   char path[4096];
   snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
   const ssize_t length = readlink(link, path, sizeof path);
   errno = saved;
   const size_t tail = strlen(suffix);
   return length > 0 && (size_t)length >= tail && memcmp(path + length - tail, suffix, tail) == 0;
}

static void record_write(int fd, off_t offset, const struct iovec *parts, int count, ssize_t written) {
   if (written <= 0)
      return;
   const int flags = fcntl(fd, F_GETFL);
   const int durable = flags >= 0 && (flags & (O_DSYNC | O_SYNC)) != 0;
   record(durable ? NEBULA_JOURNAL_DURABLE_WRITE : NEBULA_JOURNAL_WRITE, (uint64_t)offset, parts, count,
          (size_t)written);
}

EXPORT void nebula_powerloss_mark(uint64_t number) {
   pthread_mutex_lock(&lock);
   record(NEBULA_JOURNAL_MARK, number, NULL, 0, 0);
   pthread_mutex_unlock(&lock);
}

static ssize_t vector_write(int fd, const struct iovec *parts, int count, off_t offset, int positioned) {
   const int watch = followed(fd);
   if (watch)
      pthread_mutex_lock(&lock);
   const off_t at = positioned ? offset : (watch ? lseek(fd, 0, SEEK_CUR) : 0);
   // The second half of the offset is for machines of 32 bits.
   const ssize_t written =
      positioned ? syscall(SYS_pwritev, fd, parts, count, (long)offset, 0L) : syscall(SYS_writev, fd, parts, count);
   if (watch) {
      record_write(fd, at, parts, count, written);
      pthread_mutex_unlock(&lock);
   }
   return written;
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count) {
   return vector_write(fd, parts, count, 0, 0);
}
EXPORT ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
   return vector_write(fd, parts, count, offset, 1);
}
EXPORT ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
   return vector_write(fd, parts, count, offset, 1);
}
EXPORT ssize_t write(int fd, const void *bytes, size_t length) {
   if (!followed(fd))
      return syscall(SYS_write, fd, bytes, length);
   const struct iovec part = {(void *)bytes, length};
   return vector_write(fd, &part, 1, 0, 0);
}

static ssize_t write_at(int fd, const void *bytes, size_t length, off_t offset) {
   const int watch = followed(fd);
   if (watch)
      pthread_mutex_lock(&lock);
   const ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
   if (watch) {
      const struct iovec part = {(void *)bytes, length};
      record_write(fd, offset, &part, 1, written);
      pthread_mutex_unlock(&lock);
   }
   return written;
}
EXPORT ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
   return write_at(fd, bytes, length, offset);
}
EXPORT ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
   return write_at(fd, bytes, length, offset);
}

static int sync_file(int fd, long call) {
   const int watch = followed(fd);
   if (watch)
      pthread_mutex_lock(&lock);
   const int result = (int)syscall(call, fd);
   if (watch) {
      if (result == 0)
         record(NEBULA_JOURNAL_SYNC, 0, NULL, 0, 0);
      pthread_mutex_unlock(&lock);
   }
   return result;
}
EXPORT int fdatasync(int fd) {
   return sync_file(fd, SYS_fdatasync);
}
EXPORT int fsync(int fd) {
   return sync_file(fd, SYS_fsync);
}

static int truncate_file(int fd, off_t size) {
   const int watch = followed(fd);
   if (watch)
      pthread_mutex_lock(&lock);
   const int result = (int)syscall(SYS_ftruncate, fd, size);
   if (watch) {
      if (result == 0)
         record(NEBULA_JOURNAL_TRUNCATE, (uint64_t)size, NULL, 0, 0);
      pthread_mutex_unlock(&lock);
   }
   return result;
}
EXPORT int ftruncate(int fd, off_t size) {
   return truncate_file(fd, size);
}
EXPORT int ftruncate64(int fd, off64_t size) {
   return truncate_file(fd, size);
}
