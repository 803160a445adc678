#include "host/cli/status_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace nebula::host::cli {

namespace json = boost::json;

namespace {

[[nodiscard]] const json::object *object_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   return value && value->is_object() ? &value->get_object() : nullptr;
}

[[nodiscard]] std::string text_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   return value && value->is_string() ? std::string(value->get_string()) : "";
}

[[nodiscard]] std::uint64_t number_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   boost::system::error_code failed;
   const auto number = value ? value->to_number<std::uint64_t>(failed) : 0;
   return failed ? 0 : number;
}

[[nodiscard]] bool true_at(const json::object &object, const char *key) {
   const auto *value = object.if_contains(key);
   return value && value->is_bool() && value->get_bool();
}

// Terminal columns: code points, which is right for the texts that stand here.
[[nodiscard]] std::size_t width(const std::string &text) {
   return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

[[nodiscard]] std::string plugins_table(const json::array &plugins) {
   std::vector<std::vector<std::string>> rows{{"INSTANCE", "PLUGIN", "STATE", "HEALTH", ""}};
   for (const auto &value : plugins) {
      if (!value.is_object()) {
         continue;
      }
      const auto &plugin = value.get_object();
      const auto problem = text_at(plugin, "problem");
      rows.push_back({text_at(plugin, "instance"), text_at(plugin, "id") + " " + text_at(plugin, "version"),
                      text_at(plugin, "state") + (true_at(plugin, "stuck") ? ", stuck" : ""), text_at(plugin, "health"),
                      problem.empty() ? text_at(plugin, "summary") : problem});
   }
   return table(rows, "  ");
}

} // namespace

std::string duration_text(std::uint64_t seconds) {
   const auto part = [](std::uint64_t big, const char *big_unit, std::uint64_t small, const char *small_unit) {
      return std::to_string(big) + " " + big_unit + (small ? " " + std::to_string(small) + " " + small_unit : "");
   };
   if (seconds >= 86400) {
      return part(seconds / 86400, "d", seconds % 86400 / 3600, "h");
   }
   if (seconds >= 3600) {
      return part(seconds / 3600, "h", seconds % 3600 / 60, "min");
   }
   return seconds >= 60 ? part(seconds / 60, "min", seconds % 60, "s") : std::to_string(seconds) + " s";
}

std::string table(const std::vector<std::vector<std::string>> &rows, const std::string &indent) {
   std::vector<std::size_t> widths;
   for (const auto &row : rows) {
      widths.resize(std::max(widths.size(), row.size()));
      for (std::size_t i = 0; i < row.size(); ++i) {
         widths[i] = std::max(widths[i], width(row[i]));
      }
   }
   std::string out;
   for (const auto &row : rows) {
      std::string line = indent;
      for (std::size_t i = 0; i < row.size(); ++i) {
         line += row[i];
         if (i + 1 < row.size()) {
            line.append(widths[i] - width(row[i]) + 2, ' ');
         }
      }
      out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
   }
   return out;
}

std::string status_text(const json::value &status) {
   if (!status.is_object()) {
      return "the node's status cannot be shown\n";
   }
   const auto &document = status.get_object();
   std::string out;
   if (const auto *node = object_at(document, "node")) {
      out += text_at(*node, "name") + " on " + text_at(*node, "network") + ", " + text_at(*node, "state") + " for " +
             duration_text(number_at(*node, "uptime_s")) + ", " + (true_at(*node, "ready") ? "ready" : "not ready") +
             " (nebula " + text_at(*node, "version") + ")\n\n";
   }
   if (const auto *plugins = document.if_contains("plugins"); plugins && plugins->is_array()) {
      out += plugins_table(plugins->get_array());
   }
   return out;
}

} // namespace nebula::host::cli
