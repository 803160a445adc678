#include "host/config/describe.h"
#include "host/config/render.h"
#include "host/config/scalar.h"

#include <algorithm>

namespace nebula::host::config {

namespace {

/// True when the text means itself without quotes, whatever reads the YAML (1.1 readers take `no` for false).
bool needs_no_quotes(std::string_view text) {
   const auto plain = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
             c == '/' || c == '-' || c == '+';
   };
   if (text.empty() || text.front() == '-' || text.front() == '.' || text.front() == '+' || looks_boolean(text))
      return !text.empty() && text.size() > 1 && (text.starts_with("./") || text.starts_with("../")) &&
             std::all_of(text.begin(), text.end(), plain);
   return std::all_of(text.begin(), text.end(), plain) && plain_scalar(text, {}).is_string();
}

std::string yaml_text(std::string_view text) {
   return needs_no_quotes(text) ? std::string(text) : json_string(text);
}

std::string yaml_scalar(const Value &value, std::string_view key) {
   if (value.is_string() && !is_hidden(value, key))
      return yaml_text(without_credentials(*value.as_string()));
   if (value.is_list() && !value.secret())
      return "[]";
   if (value.is_map() && !value.secret())
      return "{}";
   return json_scalar(value, key);
}

class YamlWriter {
public:
   explicit YamlWriter(ShowOrigin origins) : origins_(origins) {}

   void write_map(const Value &map, std::size_t indent, bool first_inline) {
      for (const Entry &entry : map.entries()) {
         if (!first_inline)
            line_.append(indent, ' ');
         first_inline = false;
         line_ += yaml_text(entry.key) + ":";
         write_member(entry.value, entry.key, indent);
      }
   }
   void write_list(const Value &list, std::string_view key, std::size_t indent) {
      for (const Value &item : list.items()) {
         line_.append(indent, ' ');
         if (is_leaf(item)) {
            line_ += "- " + yaml_scalar(item, key);
            end_line(item);
         } else if (item.is_map()) {
            line_ += "- ";
            write_map(item, indent + 2, true);
         } else {
            line_ += "-\n";
            flush();
            write_list(item, key, indent + 2);
         }
      }
   }
   void write_leaf(const Value &value) {
      line_ = yaml_scalar(value, "");
      end_line(value);
   }
   static bool is_leaf(const Value &value) {
      return value.is_scalar() || value.secret() || (value.items().empty() && value.entries().empty());
   }
   [[nodiscard]] std::string take() { return std::move(out_); }

private:
   void write_member(const Value &value, std::string_view key, std::size_t indent) {
      if (is_leaf(value)) {
         line_ += " " + yaml_scalar(value, key);
         end_line(value);
         return;
      }
      line_ += "\n";
      flush();
      if (value.is_map())
         write_map(value, indent + 2, false);
      else
         write_list(value, key, indent + 2);
   }
   void end_line(const Value &value) {
      if (origins_ == ShowOrigin::yes) {
         constexpr std::size_t k_comment_column = 48;
         line_.append(line_.size() < k_comment_column ? k_comment_column - line_.size() : 2, ' ');
         const std::string layer(layer_name(value.origin().layer));
         const bool written = value.origin().layer != Layer::schema_default;
         line_ += "# " + (written ? value.where() + " (" + layer + ")" : layer);
      }
      line_ += "\n";
      flush();
   }
   void flush() {
      out_ += line_;
      line_.clear();
   }

   ShowOrigin origins_;
   std::string line_, out_;
};

} // namespace

std::string render_yaml(const Value &value, ShowOrigin origins) {
   YamlWriter writer(origins);
   if (YamlWriter::is_leaf(value))
      writer.write_leaf(value);
   else if (value.is_map())
      writer.write_map(value, 0, false);
   else
      writer.write_list(value, "", 0);
   return writer.take();
}

} // namespace nebula::host::config
