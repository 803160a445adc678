#include "powerloss/crash_image.h"

#include "powerloss/journal_format.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

namespace nebula::powerloss {
namespace {

constexpr std::size_t k_page = 4096;

[[noreturn]] void give_up(const std::string &what) {
   std::fprintf(stderr, "powerloss: %s\n", what.c_str());
   std::abort();
}

void apply(std::vector<uint8_t> &file, uint64_t offset, const uint8_t *bytes, std::size_t length) {
   if (file.size() < offset + length)
      file.resize(offset + length);
   std::memcpy(file.data() + offset, bytes, length);
}

/// Of each page of the write a coin decides.
void apply_some_pages(std::vector<uint8_t> &file, uint64_t offset, const std::vector<uint8_t> &bytes,
                      std::mt19937_64 &random) {
   for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t to_page_end = k_page - (offset + at) % k_page;
      const std::size_t length = std::min(to_page_end, bytes.size() - at);
      if (random() & 1)
         apply(file, offset + at, bytes.data() + at, length);
      at += length;
   }
}

} // namespace

Journal Journal::load(const std::string &path) {
   std::ifstream in(path, std::ios::binary);
   if (!in)
      give_up("the journal " + path + " cannot be read: did the shim load?");
   const std::string all{std::istreambuf_iterator<char>(in), {}};
   Journal journal;
   nebula_journal_record head{};
   for (std::size_t at = 0; at + sizeof head <= all.size();) {
      std::memcpy(&head, all.data() + at, sizeof head);
      at += sizeof head;
      if (all.size() - at < head.length)
         break;
      const auto *bytes = reinterpret_cast<const uint8_t *>(all.data()) + at;
      journal.entries_.push_back({head.kind, head.offset, {bytes, bytes + head.length}});
      at += head.length;
   }
   return journal;
}

std::optional<uint64_t> Journal::acknowledged(std::size_t cut) const {
   for (std::size_t i = std::min(cut, entries_.size()); i-- > 0;)
      if (entries_[i].kind == NEBULA_JOURNAL_MARK)
         return entries_[i].offset;
   return std::nullopt;
}

std::vector<uint8_t> Journal::image(std::size_t cut, uint64_t seed) const {
   cut = std::min(cut, entries_.size());
   std::size_t synced = 0; // entries before it are durable
   for (std::size_t i = 0; i < cut; ++i)
      if (entries_[i].kind == NEBULA_JOURNAL_SYNC)
         synced = i;
   std::mt19937_64 random(seed);
   std::vector<uint8_t> file;
   for (std::size_t i = 0; i < cut; ++i) {
      const Entry &entry = entries_[i];
      if (entry.kind == NEBULA_JOURNAL_TRUNCATE && (i < synced || (random() & 1)))
         file.resize(entry.offset);
      if (entry.kind == NEBULA_JOURNAL_DURABLE_WRITE || (entry.kind == NEBULA_JOURNAL_WRITE && i < synced))
         apply(file, entry.offset, entry.bytes.data(), entry.bytes.size());
      else if (entry.kind == NEBULA_JOURNAL_WRITE)
         apply_some_pages(file, entry.offset, entry.bytes, random);
   }
   return file;
}

int run_recorded(const std::vector<std::string> &command, const std::string &followed, const std::string &journal) {
   std::vector<char *> arguments;
   for (const std::string &argument : command)
      arguments.push_back(const_cast<char *>(argument.c_str()));
   arguments.push_back(nullptr);
   const pid_t child = ::fork();
   if (child == 0) {
      ::setenv("LD_PRELOAD", NEBULA_POWERLOSS_SHIM, 1);
      ::setenv("NEBULA_POWERLOSS_FILE", followed.c_str(), 1);
      ::setenv("NEBULA_POWERLOSS_JOURNAL", journal.c_str(), 1);
      ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1); // the shim comes first on purpose
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
   }
   int status = 0;
   if (child < 0 || ::waitpid(child, &status, 0) != child)
      give_up("the recorded program cannot be run");
   return status;
}

void write_file(const std::string &path, const std::vector<uint8_t> &bytes) {
   std::ofstream out(path, std::ios::binary | std::ios::trunc);
   out.write(reinterpret_cast<const char *>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
   if (!out.flush())
      give_up(path + " cannot be written");
}

} // namespace nebula::powerloss
