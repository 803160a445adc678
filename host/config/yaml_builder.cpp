#include "host/config/yaml_builder.h"

#include "host/config/limits.h"
#include "host/config/path.h"
#include "host/config/scalar.h"

namespace nebula::host::config {

namespace {

constexpr std::string_view k_yaml_tag = "tag:yaml.org,2002:";

std::string quoted(std::string_view text) {
   return "\"" + std::string(text.substr(0, k_max_shown_bytes)) + (text.size() > k_max_shown_bytes ? "...\"" : "\"");
}

/// The dotted path of the place where the next value goes.
template <class Stack>
std::string path_of(const Stack &stack) {
   std::string path;
   for (const auto &level : stack)
      path = !level.is_map   ? join_path(path, level.items.size())
             : level.has_key ? join_path(path, level.key.key)
                             : path;
   return path;
}

} // namespace

Origin YamlBuilder::origin_of(const YAML::Mark &mark) const {
   Origin origin = file_;
   if (mark.line < 0 || mark.column < 0)
      return origin;
   const Position at = source_.position(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
   origin.line = at.line;
   origin.column = at.column;
   return origin;
}

void YamlBuilder::stop(Origin origin, std::string text) const {
   throw Stop{{std::move(origin), path_of(stack_), std::move(text)}};
}

Mistake YamlBuilder::too_deep(const YAML::Mark &mark) const {
   return {origin_of(mark), "",
           "nested more than " + std::to_string(k_max_depth) + " levels deep; a configuration is flatter"};
}

void YamlBuilder::OnDocumentStart(const YAML::Mark &mark) {
   if (++documents_ > 1)
      stop(origin_of(mark), "a second document begins here; a configuration is one document (remove the --- line)");
}

void YamlBuilder::OnNull(const YAML::Mark &mark, YAML::anchor_t anchor) {
   Origin origin = origin_of(mark);
   if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key)
      stop(std::move(origin), "a key is missing before the colon");
   // The parser marks an omitted value where it noticed; people look at the key.
   if (!stack_.empty() && stack_.back().is_map)
      origin = stack_.back().key.key_origin;
   deliver(Value::null(std::move(origin)), anchor);
}

void YamlBuilder::OnAlias(const YAML::Mark &mark, YAML::anchor_t anchor) {
   const auto known = anchors_.find(anchor);
   if (known == anchors_.end())
      stop(origin_of(mark), "this alias refers to the value it is part of");
   if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key)
      stop(origin_of(mark), "an alias cannot be a key; write the key out");
   nodes_ += known->second.weight(); // all of its nodes once more
   deliver(known->second, 0);
}

void YamlBuilder::refuse_open_quote(const YAML::Mark &mark, char quote) const {
   const std::string &text = source_.text();
   for (std::size_t at = static_cast<std::size_t>(mark.pos) + 1; at < text.size(); ++at) {
      const bool doubled = quote == '\'' && text[at] == quote && at + 1 < text.size() && text[at + 1] == quote;
      if (doubled || (quote == '"' && text[at] == '\\'))
         ++at; // '' inside single quotes, \x inside double ones
      else if (text[at] == quote)
         return;
   }
   stop(origin_of(mark), std::string("the quote ") + quote + " that begins here is never closed");
}

void YamlBuilder::OnScalar(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                           const std::string &text) {
   Origin origin = origin_of(mark);
   if (text.size() > k_max_scalar_bytes)
      stop(std::move(origin), "a value of " + std::to_string(text.size()) + " bytes; the longest allowed has " +
                                 std::to_string(k_max_scalar_bytes));
   const auto at = static_cast<std::size_t>(mark.pos);
   if (tag == "!" && at < source_.text().size() && (source_.text()[at] == '"' || source_.text()[at] == '\''))
      refuse_open_quote(mark, source_.text()[at]);
   const bool plain = tag == "?" || tag.empty();
   const bool as_text = tag == "!" || tag == std::string(k_yaml_tag) + "str";
   if (!plain && !as_text && !tag.starts_with(k_yaml_tag))
      stop(std::move(origin),
           "the tag " + quoted(tag) + " is unknown here; remove it (put quotes around text that begins with !)");
   Value value = as_text ? Value::string(text, origin) : plain_scalar(text, origin);
   if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key)
      take_key(value, text, as_text);
   else
      deliver(std::move(value), anchor);
}

void YamlBuilder::take_key(const Value &value, std::string_view text, bool quoted_key) {
   Open &map = stack_.back();
   if (text == "<<" && !quoted_key) {
      map.merge_key = true;
      map.key = {"<<", value.origin(), {}};
      map.has_key = true;
      return;
   }
   for (const Entry &entry : map.entries)
      if (entry.key == text)
         stop(value.origin(), "the key " + quoted(text) + " is already used in this map, in line " +
                                 std::to_string(entry.key_origin.line) + "; keep one of the two");
   if (map.entries.size() >= k_max_map_keys)
      stop(value.origin(), "more than " + std::to_string(k_max_map_keys) + " keys in one map");
   map.key = {std::string(text), value.origin(), {}};
   map.has_key = true;
}

void YamlBuilder::OnSequenceStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                                  YAML::EmitterStyle::value) {
   open(mark, tag, anchor, false);
}

void YamlBuilder::OnMapStart(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
   open(mark, tag, anchor, true);
}

void YamlBuilder::open(const YAML::Mark &mark, const std::string &tag, YAML::anchor_t anchor, bool is_map) {
   if (!stack_.empty() && stack_.back().is_map && !stack_.back().has_key)
      stop(origin_of(mark), "a list or map cannot be a key; put quotes around a key that begins with [ or {");
   if (!tag.empty() && tag != "?" && tag != "!" && !tag.starts_with(k_yaml_tag))
      stop(origin_of(mark), "the tag " + quoted(tag) + " is unknown here; remove it");
   if (stack_.size() >= k_max_depth) {
      Mistake mistake = too_deep(mark);
      throw Stop{std::move(mistake)};
   }
   Open level;
   level.is_map = is_map;
   level.origin = origin_of(mark);
   level.anchor = anchor;
   stack_.push_back(std::move(level));
}

void YamlBuilder::close() {
   Open level = std::move(stack_.back());
   stack_.pop_back();
   if (level.is_map)
      apply_merges(level);
   Value value = level.is_map ? Value::map(std::move(level.entries), level.origin)
                              : Value::list(std::move(level.items), level.origin);
   deliver(std::move(value), level.anchor);
}

void YamlBuilder::deliver(Value value, YAML::anchor_t anchor) {
   if (++nodes_ > k_max_nodes)
      stop(value.origin(), "more than " + std::to_string(k_max_nodes) +
                              " values with every *alias written out; a configuration is smaller");
   if (anchor != 0)
      anchors_.insert_or_assign(anchor, value);
   if (stack_.empty()) {
      root_ = std::move(value);
      return;
   }
   Open &parent = stack_.back();
   if (!parent.is_map) {
      parent.items.push_back(std::move(value));
      return;
   }
   parent.has_key = false;
   if (parent.merge_key) {
      parent.merge_key = false;
      take_merge(parent, value);
      return;
   }
   parent.key.value = std::move(value);
   parent.entries.push_back(std::move(parent.key));
}

void YamlBuilder::take_merge(Open &map, const Value &value) {
   const auto add = [&](const Value &source) {
      if (!source.is_map())
         stop(map.key.key_origin, "<< takes the alias of a map, or a list of them");
      map.merged.push_back(source);
   };
   if (value.is_list())
      for (const Value &item : value.items())
         add(item);
   else
      add(value);
}

void YamlBuilder::apply_merges(Open &map) {
   for (const Value &source : map.merged)
      for (const Entry &entry : source.entries()) {
         bool present = false;
         for (const Entry &own : map.entries)
            present = present || own.key == entry.key;
         if (!present && map.entries.size() >= k_max_map_keys)
            stop(map.origin, "more than " + std::to_string(k_max_map_keys) + " keys in one map");
         if (!present)
            map.entries.push_back(entry);
      }
}

} // namespace nebula::host::config
