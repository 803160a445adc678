#include "host/config/describe.h"
#include "host/config/path.h"
#include "host/config/render.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace nebula::host::config {

namespace {

std::string real_text(double value) {
   if (!std::isfinite(value))
      return "null"; // a whole number beyond 10^308; validation refused it wherever a number was wanted
   char buffer[40];
   const auto [end, problem] = std::to_chars(buffer, buffer + sizeof buffer, value);
   std::string text(buffer, problem == std::errc{} ? end : buffer);
   if (text.find_first_of(".e") == std::string::npos)
      text += ".0";
   return text;
}

void write_json(const Value &value, std::string_view key, std::size_t indent, std::string &out) {
   const bool empty = value.items().empty() && value.entries().empty();
   if (value.is_scalar() || value.secret() || empty) {
      out += value.is_scalar() || value.secret() ? json_scalar(value, key) : value.is_list() ? "[]" : "{}";
      return;
   }
   const std::string line = "\n" + std::string(indent + 3, ' ');
   const char *separator = "";
   out += value.is_list() ? "[" : "{";
   for (const Value &item : value.items()) {
      out += separator + line;
      write_json(item, key, indent + 3, out);
      separator = ",";
   }
   for (const Entry &entry : value.entries()) {
      out += separator + line + json_string(entry.key) + ": ";
      write_json(entry.value, entry.key, indent + 3, out);
      separator = ",";
   }
   out += "\n" + std::string(indent, ' ') + (value.is_list() ? "]" : "}");
}

void write_leaves(const Value &value, const std::string &path, std::string_view key, std::string &out) {
   const bool leaf = value.is_scalar() || value.secret() || (value.items().empty() && value.entries().empty());
   if (leaf) {
      out += out.empty() ? "[\n" : ",\n";
      out += "   {\"path\": " + json_string(path) + ", \"value\": ";
      write_json(value, key, 0, out);
      out += ", \"layer\": " + json_string(layer_name(value.origin().layer)) +
             ", \"where\": " + json_string(value.where()) + "}";
      return;
   }
   for (std::size_t i = 0; i < value.items().size(); ++i)
      write_leaves(value.items()[i], join_path(path, i), key, out);
   for (const Entry &entry : value.entries())
      write_leaves(entry.value, join_path(path, entry.key), entry.key, out);
}

} // namespace

std::string json_string(std::string_view text) {
   std::string out = "\"";
   for (const char c : text) {
      if (c == '"' || c == '\\')
         out += std::string("\\") + c;
      else if (c == '\n')
         out += "\\n";
      else if (c == '\t')
         out += "\\t";
      else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
         char escape[8];
         std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
         out += escape;
      } else
         out += c;
   }
   return out + '"';
}

std::string json_scalar(const Value &value, std::string_view key) {
   if (is_hidden(value, key))
      return "\"(secret)\"";
   switch (value.kind()) {
   case Kind::boolean:
      return *value.as_bool() ? "true" : "false";
   case Kind::integer:
      return std::to_string(*value.as_int());
   case Kind::unsigned_integer:
      return std::to_string(*value.as_uint());
   case Kind::real:
      return real_text(*value.as_double());
   case Kind::string:
      return json_string(without_credentials(*value.as_string()));
   case Kind::null:
   case Kind::list:
   case Kind::map:
      break;
   }
   return "null";
}

std::string render_json(const Value &value, ShowOrigin origins) {
   std::string out;
   if (origins == ShowOrigin::no) {
      write_json(value, "", 0, out);
      return out + "\n";
   }
   write_leaves(value, "", "", out);
   return out + "\n]\n";
}

} // namespace nebula::host::config
