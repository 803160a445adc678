#include "host/validate/rigged.h"

namespace nebula::host::validation {
namespace {

// A second plugin's instance, ready, which stays for the rest of the process.
Result<void> bring_up_helper(const ValidateOptions &options, std::size_t number, TestNode &node) {
   ValidateOptions of_helper = options;
   of_helper.file = options.with[number];
   of_helper.config.clear();
   auto *subject = new Subject(of_helper); // its code stays loaded as long as the process
   auto rig = Rig::make(*subject, node, {.instance = helper_name(number)});
   if (!rig)
      return rig.error().within(of_helper.file);
   const auto up = (*rig)->bring_up(false);
   return up ? Result<void>() : up.error().within(of_helper.file);
}

} // namespace

std::string helper_name(std::size_t number) {
   return "with-" + std::to_string(number);
}

Verdict with_node(Subject &subject, const RiggedOptions &options, const std::function<Verdict(TestNode &)> &body) {
   auto node = TestNode::make({.data_root = subject.options().scratch, .provide_answer = options.provide_answer});
   if (!node)
      return Verdict::fail(node.error().message);
   for (std::size_t i = 0; i < subject.options().with.size() && options.provide_answer == NEB_OK; ++i)
      if (const auto up = bring_up_helper(subject.options(), i, **node); !up)
         return Verdict::skip("the plugin given with --with is of no use: " + up.error().message);
   return body(**node);
}

Result<std::unique_ptr<Rig>> make_rig(Subject &subject, TestNode &node, std::uint32_t index,
                                      const RiggedOptions &options) {
   static unsigned made = 0; // each has a store of its own
   return Rig::make(subject, node,
                    {.index = index,
                     .instance = "subject-" + std::to_string(made++),
                     .view = options.view,
                     .config = options.config,
                     .empty_config = options.empty_config});
}

Verdict with_rig(Subject &subject, const RiggedOptions &options, const std::function<Verdict(Rig &)> &body) {
   return with_node(subject, options, [&](TestNode &node) {
      const auto manifests = subject.manifests();
      if (!manifests)
         return Verdict::fail(manifests.error().message);
      for (std::uint32_t index = 0; index < manifests->size(); ++index) {
         auto rig = make_rig(subject, node, index, options);
         if (!rig)
            return Verdict::fail(rig.error().message);
         if (auto verdict = body(**rig); !verdict.passed())
            return verdict;
      }
      return Verdict::pass();
   });
}

} // namespace nebula::host::validation
