#include "export.h"

#include "core/codec.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <unistd.h>

namespace nebula::chain {
namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE *)>;

constexpr std::uint64_t k_progress_blocks = 256;

Error io_error(const std::string &path) {
   return {Fault::storage, "cannot write " + path + ": " + std::strerror(errno)};
}

bool write(std::FILE *file, ByteView bytes) {
   return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
}

Result<void> write_blocks(const ReadView &view, std::FILE *file, const std::string &path, ExportReport &report,
                          const std::function<bool(std::uint64_t, std::uint64_t)> &progress) {
   auto tip = stored_tip(view);
   if (!tip)
      return tip.error();
   if (!*tip)
      return Error{Fault::missing, "the store holds no chain"};
   auto last = need_index(view, **tip);
   if (!last)
      return last.error();
   for (std::uint64_t height = 0; height <= last->height; ++height) {
      auto id = main_id(view, height);
      if (!id)
         return id.error();
      auto block = view.get(Table::blocks, id->value_or(Hash{}));
      if (!block)
         return block.error();
      if (!*block)
         return Error{Fault::storage, "the store has no block at height " + std::to_string(height)};
      Writer length;
      length.u32(static_cast<std::uint32_t>((*block)->size()));
      if (!write(file, length.view()) || !write(file, **block))
         return io_error(path);
      ++report.blocks;
      report.bytes += length.view().size() + (*block)->size();
      const bool tell = height % k_progress_blocks == 0 || height == last->height;
      if (tell && !progress(height, last->height))
         return Error{Fault::unavailable, "the export was ended at height " + std::to_string(height)};
   }
   return {};
}

} // namespace

Result<ExportReport> export_chain(Store &store, const NetworkParams &network, const std::string &path,
                                  const std::function<bool(std::uint64_t, std::uint64_t)> &progress) {
   auto view = store.read();
   if (!view)
      return view.error();
   File file(std::fopen(path.c_str(), "wbx"), &std::fclose);
   if (file == nullptr)
      return io_error(path);
   Writer head;
   head.bytes(common::as_bytes("NEBCHN01"));
   head.u32(network.chain_id);
   ExportReport report{0, head.view().size()};
   Result<void> written = write(file.get(), head.view()) ? Result<void>() : Result<void>(io_error(path));
   if (written)
      written = write_blocks(**view, file.get(), path, report, progress);
   if (written && (std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0))
      written = io_error(path);
   if (!written) {
      (void)::unlink(path.c_str());
      return written.error();
   }
   return report;
}

} // namespace nebula::chain
