#include "common/opencl/program.h"

#include <algorithm>
#include <span>

#include "common/blake3.h"
#include "common/opencl/signals.h"

namespace nebula::common::opencl {
namespace {

[[nodiscard]] std::string hex_digest(std::string_view text) {
   std::string out;
   for (const std::uint8_t byte : blake3_256({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()})) {
      out += "0123456789abcdef"[byte >> 4];
      out += "0123456789abcdef"[byte & 15];
   }
   return out;
}

[[nodiscard]] std::string key_of(const Device &device, const ProgramSource &source) {
   return concat("program\nplatform ", device.platform, "\ndevice ", device.name, "\nversion ", device.version,
                 "\ndriver ", device.driver, "\noptions ", source.options, "\nsource ", hex_digest(source.text), "\n");
}

} // namespace

Kernel::Kernel(const Queue &queue, cl_program program, const char *entry)
   : device_(queue.device()), cl_(*queue.device().api) {
   cl_int code = CL_SUCCESS;
   kernel_ = {cl_.CreateKernel(program, entry, &code), cl_.ReleaseKernel};
   check(code, device_.name, "creating a kernel");
}

std::size_t Kernel::local_max() const {
   std::size_t size = 0;
   check(cl_.GetKernelWorkGroupInfo(kernel_.get(), device_.id, CL_KERNEL_WORK_GROUP_SIZE, sizeof size, &size, nullptr),
         device_.name, "asking for the work-group size");
   return size;
}

Program::Program(const Queue &queue, const ProgramSource &source, Store *store, const Note &note)
   : queue_(queue), device_(queue.device()), cl_(*device_.api), key_(key_of(device_, source)) {
   const KeepSignalHandlers keep;
   was_stored_ = store && take_stored(source.options, *store);
   if (was_stored_)
      return;
   compile(source);
   if (!store)
      return;
   try {
      if (const auto built = binary(); !built.empty())
         store->save(key_, built);
   } catch (const Error &error) {
      note(concat("the compiled OpenCL program is not kept for the next start: ", error.what()));
   }
}

bool Program::take_stored(const std::string &options, Store &store) {
   const auto bytes = store.load(key_);
   if (!bytes)
      return false;
   const unsigned char *data = bytes->data();
   const std::size_t size = bytes->size();
   cl_int loaded = CL_SUCCESS, code = CL_SUCCESS;
   Owned<cl_program> program{
      cl_.CreateProgramWithBinary(queue_.context(), 1, &device_.id, &size, &data, &loaded, &code), cl_.ReleaseProgram};
   if (code != CL_SUCCESS || loaded != CL_SUCCESS ||
       cl_.BuildProgram(program.get(), 1, &device_.id, options.c_str(), nullptr, nullptr) != CL_SUCCESS)
      return false;
   program_ = std::move(program);
   return true;
}

void Program::compile(const ProgramSource &source) {
   const char *text = source.text.data();
   const std::size_t length = source.text.size();
   cl_int code = CL_SUCCESS;
   program_ = {cl_.CreateProgramWithSource(queue_.context(), 1, &text, &length, &code), cl_.ReleaseProgram};
   check(code, device_.name, "reading the kernel source");
   code = cl_.BuildProgram(program_.get(), 1, &device_.id, source.options.c_str(), nullptr, nullptr);
   if (code != CL_SUCCESS)
      throw OpenClError(device_.name, concat("does not compile the kernel, ", error_name(code), ": ", build_log()));
}

std::string Program::build_log() const {
   std::size_t length = 0;
   cl_.GetProgramBuildInfo(program_.get(), device_.id, CL_PROGRAM_BUILD_LOG, 0, nullptr, &length);
   std::string log(length, '\0');
   if (length > 0)
      cl_.GetProgramBuildInfo(program_.get(), device_.id, CL_PROGRAM_BUILD_LOG, length, log.data(), nullptr);
   log.resize(std::min(log.find('\0'), log.size()));
   std::replace(log.begin(), log.end(), '\n', ' ');
   return log;
}

std::vector<std::uint8_t> Program::binary() const {
   // One size and one pointer per device of the context, and it has one. A driver without binaries answers 0.
   std::size_t size = 0;
   check(cl_.GetProgramInfo(program_.get(), CL_PROGRAM_BINARY_SIZES, sizeof size, &size, nullptr), device_.name,
         "asking for the compiled program");
   std::vector<std::uint8_t> bytes(size);
   unsigned char *place = bytes.data();
   if (size > 0)
      // The value is an array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression)
      check(cl_.GetProgramInfo(program_.get(), CL_PROGRAM_BINARIES, sizeof place, &place, nullptr), device_.name,
            "fetching the compiled program");
   return bytes;
}

} // namespace nebula::common::opencl
