#include "host/validate/life_errors.h"

#include "host/slots/c_error.h"
#include "host/validate/child.h"
#include "host/validate/rigged.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace nebula::host::validation {
namespace {

constexpr std::uint32_t k_no_such_plugin = 1'000; // above any count a file may have
constexpr std::size_t k_small_text = 16;          // bytes of text in the small record
constexpr unsigned char k_canary = 0xA5;

// An error record that is smaller than the plugin's header says, and what lies behind it.
struct SmallRecord {
   alignas(neb_error) std::array<unsigned char, sizeof(neb_error)> bytes{};

   SmallRecord() {
      bytes.fill(k_canary);
      const std::uint32_t size = offsetof(neb_error, text) + k_small_text;
      const neb_status code = NEB_OK;
      std::memcpy(bytes.data() + offsetof(neb_error, size), &size, sizeof size);
      std::memcpy(bytes.data() + offsetof(neb_error, code), &code, sizeof code);
      bytes[offsetof(neb_error, text)] = 0;
   }
   [[nodiscard]] neb_error *record() { return reinterpret_cast<neb_error *>(bytes.data()); }
   [[nodiscard]] bool intact() const {
      return std::all_of(bytes.begin() + offsetof(neb_error, text) + k_small_text, bytes.end(),
                         [](unsigned char byte) { return byte == k_canary; });
   }
};

// Makes the plugin fail in `create` and, when it provides something, in `init`, with the given record.
Verdict fail_with(Subject &subject, neb_error *record) {
   RiggedOptions options;
   options.provide_answer = NEB_E_EXISTS;
   return with_rig(subject, options, [&](Rig &rig) {
      const auto entry = subject.entry();
      ChildPipe::step("calling create for a plugin the file does not have");
      (void)(*entry)->create(rig.host(), k_no_such_plugin, record);
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      const InstanceHost::InitScope scope(rig.instance());
      ChildPipe::step("calling init on a host that refuses its services");
      (void)rig.table()->init(rig.table(), record);
      return Verdict::pass();
   });
}

} // namespace

Verdict refuses_bad_index(Subject &subject) {
   return with_rig(subject, {}, [&](Rig &rig) {
      const auto entry = subject.entry();
      neb_error err = make_error();
      ChildPipe::step("calling create for a plugin the file does not have");
      if ((*entry)->create(rig.host(), k_no_such_plugin, &err) != nullptr)
         return Verdict::fail("create(host, 1000) made an instance; return NULL for an index at or above `count`");
      return text_of(err).empty() ? Verdict::fail("create(host, 1000) failed without a text; fill `err`")
                                  : Verdict::pass();
   });
}

Verdict takes_no_error_record(Subject &subject) {
   return fail_with(subject, nullptr);
}

Verdict keeps_within_error_record(Subject &subject) {
   SmallRecord small;
   if (auto verdict = fail_with(subject, small.record()); !verdict.passed())
      return verdict;
   return small.intact() ? Verdict::pass()
                         : Verdict::fail("it wrote past the end of an error record of 24 bytes; never write beyond "
                                         "err->size");
}

Verdict passes_on_refusal(Subject &subject) {
   bool provides = false;
   auto verdict = with_rig(subject, {}, [&](Rig &rig) {
      provides |= !rig.manifest().provides.empty();
      return Verdict::pass();
   });
   if (!verdict.passed() || !provides)
      return provides ? verdict : Verdict::skip("it provides no service");
   RiggedOptions options;
   options.provide_answer = NEB_E_EXISTS;
   return with_rig(subject, options, [](Rig &rig) {
      if (rig.manifest().provides.empty())
         return Verdict::pass();
      if (auto done = rig.create(); !done)
         return Verdict::fail(done.error().message);
      return rig.init() ? Verdict::fail("`provide` failed and init succeeded; return the failure of `provide`")
                        : Verdict::pass();
   });
}

} // namespace nebula::host::validation
