/// Writes a file in a known pattern, for the harness's own test: "a" synced, "b" not, "c" through O_DSYNC.
#include <cstdint>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <unistd.h>

int main(int, char **argv) {
   const int plain = ::open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
   const int durable = ::open(argv[1], O_WRONLY | O_DSYNC);
   const auto mark = reinterpret_cast<void (*)(uint64_t)>(::dlsym(RTLD_DEFAULT, "nebula_powerloss_mark"));
   if (plain < 0 || durable < 0 || mark == nullptr)
      return 1;
   const auto write = [](int fd, char fill, off_t page) {
      const std::string bytes(4096, fill);
      return ::pwrite(fd, bytes.data(), bytes.size(), page * 4096) == 4096;
   };
   bool good = write(plain, 'a', 0) && ::fdatasync(plain) == 0;
   mark(7);
   for (off_t page = 1; page <= 64; ++page)
      good = good && write(plain, 'b', page);
   return good && write(durable, 'c', 65) ? 0 : 1;
}
