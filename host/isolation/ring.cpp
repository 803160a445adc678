#include "host/isolation/ring.h"

#include <bit>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <ctime>
#include <fcntl.h>
#include <linux/futex.h>
#include <new>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utility>

namespace nebula::host {
namespace {

Error failed(const char *what) {
   return {std::string("the memory shared with a runner cannot be ") + what + ": " + std::strerror(errno),
           ErrorKind::io};
}

void *mapped(int descriptor, std::size_t bytes) {
   void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
   return memory == MAP_FAILED ? nullptr : memory;
}

} // namespace

void futex_wait(const std::atomic<std::uint32_t> &word, std::uint32_t seen, std::uint64_t timeout_ns) noexcept {
   timespec timeout{static_cast<time_t>(timeout_ns / 1'000'000'000), static_cast<long>(timeout_ns % 1'000'000'000)};
   (void)syscall(SYS_futex, &word, FUTEX_WAIT, seen, &timeout, nullptr, 0);
}

void futex_ring(std::atomic<std::uint32_t> &word) noexcept {
   word.fetch_add(1, std::memory_order_release);
   (void)syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

Result<Ring> Ring::make(std::uint32_t depth, Descriptor &descriptor) {
   const std::uint32_t slots = std::bit_ceil(depth);
   const std::size_t bytes = ring_bytes(slots);
   descriptor = Descriptor(memfd_create("nebula-session", MFD_CLOEXEC | MFD_ALLOW_SEALING));
   if (!descriptor.valid())
      return failed("made");
   if (ftruncate(descriptor.get(), static_cast<off_t>(bytes)) != 0 ||
       fcntl(descriptor.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
      return failed("sealed");
   void *memory = mapped(descriptor.get(), bytes);
   if (!memory)
      return failed("mapped");
   auto *head = new (memory) RingHead{};
   head->slots = slots;
   return Ring(memory, bytes, slots);
}

Result<Ring> Ring::attach(int descriptor) {
   struct stat status {};
   if (fstat(descriptor, &status) != 0 || status.st_size < static_cast<off_t>(sizeof(RingHead)))
      return failed("examined");
   const auto bytes = static_cast<std::size_t>(status.st_size);
   void *memory = mapped(descriptor, bytes);
   if (!memory)
      return failed("mapped");
   const std::uint32_t slots = static_cast<const RingHead *>(memory)->slots;
   Ring ring(memory, bytes, slots);
   if (slots > std::bit_ceil(k_ring_depth_max) || !std::has_single_bit(slots) || ring_bytes(slots) != bytes)
      return Error{"the memory shared with the host has not the size that its head says", ErrorKind::internal};
   return ring;
}

Ring::Ring(Ring &&other) noexcept
   : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_), slots_(other.slots_) {}

Ring::~Ring() {
   if (memory_)
      munmap(memory_, bytes_);
}

RingJob &Ring::job(std::uint32_t number) const noexcept {
   return *reinterpret_cast<RingJob *>(static_cast<std::uint8_t *>(memory_) + ring_job_at(slots_, number));
}

RingResult &Ring::result(std::uint32_t number) const noexcept {
   return *reinterpret_cast<RingResult *>(static_cast<std::uint8_t *>(memory_) + ring_result_at(slots_, number));
}

} // namespace nebula::host
