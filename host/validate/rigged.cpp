#include "host/validate/rigged.h"

namespace nebula::host::validation {

Verdict with_node(Subject &subject, const RiggedOptions &options, const std::function<Verdict(TestNode &)> &body) {
   auto node = TestNode::make(
      {.data_root = subject.options().scratch, .strict = options.strict, .provide_answer = options.provide_answer});
   if (!node)
      return Verdict::fail(node.error().message);
   return body(**node);
}

Verdict with_rig(Subject &subject, const RiggedOptions &options, const std::function<Verdict(Rig &)> &body) {
   return with_node(subject, options, [&](TestNode &node) {
      const auto manifests = subject.manifests();
      if (!manifests)
         return Verdict::fail(manifests.error().message);
      for (std::uint32_t index = 0; index < manifests->size(); ++index) {
         auto rig = Rig::make(subject, node,
                              {.index = index, .instance = "subject-" + std::to_string(index), .bare = options.bare});
         if (!rig)
            return Verdict::fail(rig.error().message);
         if (auto verdict = body(**rig); !verdict.passed())
            return verdict;
      }
      return Verdict::pass();
   });
}

} // namespace nebula::host::validation
