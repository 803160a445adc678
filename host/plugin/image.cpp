#include "host/plugin/image.h"

#include "host/plugin/limits.h"
#include "host/plugin/note.h"
#include "host/plugin/sealed_copy.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nebula::host {
namespace {

Error file_error(const std::string &path, const std::string &what, ErrorKind kind = ErrorKind::unavailable) {
   return {"plugin file " + path + ": " + what, kind};
}

Result<std::string> identity_of(const std::string &path, int descriptor) {
   struct stat status {};
   if (fstat(descriptor, &status) != 0)
      return file_error(path, std::string("cannot be examined: ") + std::strerror(errno), ErrorKind::io);
   return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" + std::to_string(status.st_size) +
          ":" + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec);
}

std::string lower(std::string_view text) {
   std::string out(text);
   std::transform(out.begin(), out.end(), out.begin(),
                  [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
   return out;
}

// Replaces the image's file by a sealed copy whose hash is the pin.
Result<void> pin(Image &image, std::string_view sha256) {
   auto copy = sealed_copy(image.descriptor.get());
   if (!copy)
      return file_error(image.path, copy.error().message, copy.error().kind);
   if (copy->sha256 != lower(sha256))
      return file_error(image.path, "its sha256 is " + copy->sha256 + ", not the pinned " + lower(sha256) +
                                       "; install the pinned file, or change the pin when this one is meant");
   image.descriptor = Descriptor(copy->descriptor);
   image.sealed = true;
   image.sha256 = copy->sha256;
   image.identity = "sha256:" + copy->sha256;
   return {};
}

Result<void> read_manifests(Image &image) {
   auto input = elf_input(image.descriptor.get());
   if (!input)
      return file_error(image.path, input.error().message, ErrorKind::io);
   auto note = read_manifest_note(*input);
   if (note.fault != NoteFault::none)
      return file_error(image.path, note.what);
   auto manifests = parse_manifests(note.text);
   if (!manifests)
      return file_error(image.path, manifests.error().message);
   image.manifests = std::move(*manifests);
   return {};
}

} // namespace

std::string Image::loadable_path() const {
   return sealed ? "/proc/self/fd/" + std::to_string(descriptor.get()) : path;
}

const Manifest *Image::manifest(std::string_view id, std::uint32_t *index) const {
   for (std::size_t i = 0; i < manifests.size(); ++i) {
      if (manifests[i].id != id)
         continue;
      if (index)
         *index = static_cast<std::uint32_t>(i);
      return &manifests[i];
   }
   return nullptr;
}

Result<Image> open_image(const std::string &path, std::string_view sha256) {
   Image image;
   image.path = path;
   // Not O_NONBLOCK alone: a FIFO in a plugin folder must not hang the program.
   image.descriptor = Descriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
   if (!image.descriptor.valid())
      return file_error(path, std::string("cannot be opened: ") + std::strerror(errno), ErrorKind::io);
   auto identity = identity_of(path, image.descriptor.get());
   if (!identity)
      return identity.error();
   image.identity = std::move(*identity);
   if (!sha256.empty())
      if (auto pinned = pin(image, sha256); !pinned)
         return pinned.error();
   if (auto read = read_manifests(image); !read)
      return read.error();
   return image;
}

} // namespace nebula::host
