#pragma once

/// The receiver of the YAML parser's events: builds the Value tree under the limits.

#include "host/config/text.h"
#include "host/config/value.h"

#include <unordered_map>
#include <vector>
#include <yaml-cpp/depthguard.h> // DeepRecursion, for the reader
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

namespace nebula::host::config {

class YamlBuilder final : public YAML::EventHandler {
public:
   /// Thrown through the parser, which knows no other way to stop; caught by read_yaml.
   struct Stop {
      Mistake mistake;
   };

   /// Both outlive the builder.
   YamlBuilder(const SourceText &source, const Origin &file) : source_(source), file_(file) {}

   [[nodiscard]] Value take_root() { return std::move(root_); }
   [[nodiscard]] Mistake too_deep(const YAML::Mark &mark) const;

   /// The line of the innermost list or map that is still open; 0 without one.
   [[nodiscard]] std::uint32_t innermost_open_line() const { return stack_.empty() ? 0 : stack_.back().origin.line; }

   void OnDocumentStart(const YAML::Mark &mark) override;
   void OnDocumentEnd() override {}
   void OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) override;
   void OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) override;
   void OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                 const std::string &text) override;
   void OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                        YAML::EmitterStyle::value style) override;
   void OnSequenceEnd() override { close(); }
   void OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                   YAML::EmitterStyle::value style) override;
   void OnMapEnd() override { close(); }

private:
   struct Open { // a list or map whose end has not come yet
      bool is_map = false;
      Origin origin;
      YAML::anchor_t anchor = 0;
      std::vector<Value> items;
      std::vector<Entry> entries;
      bool has_key = false; // of `key`, whose value comes next
      bool merge_key = false;
      Entry key;
      std::vector<Value> merged; // what << named, in order
   };

   [[nodiscard]] Origin origin_of(const YAML::Mark &mark) const;
   [[noreturn]] void stop(Origin origin, std::string text) const;
   void open(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, bool is_map);
   void close();
   void deliver(Value value, YAML::anchor_t anchor);
   void take_key(const Value &value, std::string_view text, bool quoted);
   void take_merge(Open &map, const Value &value);
   void apply_merges(Open &map);
   void refuse_open_quote(const YAML::Mark &mark, char quote) const;

   const SourceText &source_;
   const Origin &file_;
   std::vector<Open> stack_;
   std::unordered_map<YAML::anchor_t, Value> anchors_;
   std::size_t nodes_ = 0; // delivered so far, aliases expanded
   std::size_t documents_ = 0;
   Value root_;
};

} // namespace nebula::host::config
