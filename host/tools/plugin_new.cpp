#include "host/tools/plugin_new.h"

#include "host/tools/templates.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace nebula::host {
namespace {

constexpr std::size_t k_name_max = 64; // miners show it in one column
constexpr std::string_view k_usage =
   "usage: nebula plugin new algorithm NAME [--dir FOLDER] [--language c|cpp]\n"
   "\n"
   "Writes a folder with a proof-of-work algorithm that builds, passes `nebula validate` and mines.\n"
   "NAME is what miners will call it: a-z, 0-9 and '-'. The folder is ./NAME unless --dir says another.\n";

const char *wrong_with_name(std::string_view name) {
   const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
   if (name.empty() || name.size() > k_name_max)
      return "has 1 to 64 characters";
   if (!std::all_of(name.begin(), name.end(), good) || name.front() == '-' || name.back() == '-')
      return "is made of a-z, 0-9 and '-', and begins and ends with a letter or digit";
   return nullptr;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
   for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
   return text;
}

struct Command {
   std::string name;
   std::string folder;
   PluginLanguage language = PluginLanguage::cpp;
};

Error usage(std::string what) {
   return {std::move(what) + "; see nebula plugin new --help", ErrorKind::usage};
}

Result<Command> parse(const std::vector<std::string> &args) {
   Command command;
   if (args.size() < 2 || args[0] != "algorithm")
      return usage("say what to make: nebula plugin new algorithm NAME");
   command.name = args[1];
   command.folder = args[1];
   for (std::size_t i = 2; i < args.size(); i += 2) {
      if (i + 1 == args.size())
         return usage(args[i] + " takes a value");
      const std::string &value = args[i + 1];
      if (args[i] == "--dir")
         command.folder = value;
      else if (args[i] == "--language" && (value == "c" || value == "cpp"))
         command.language = value == "c" ? PluginLanguage::c : PluginLanguage::cpp;
      else if (args[i] == "--language")
         return usage("--language is c or cpp, not \"" + value + "\"");
      else
         return usage("unknown option " + args[i]);
   }
   return command;
}

int failed(const Error &error) {
   std::fprintf(stderr, "nebula plugin new: %s\n", error.message.c_str());
   return error.exit_code();
}

} // namespace

Result<std::vector<PluginTemplateFile>> new_algorithm(std::string_view name, PluginLanguage language) {
   if (const char *why = wrong_with_name(name))
      return Error{"\"" + std::string(name) + "\" is no name for an algorithm: it " + why, ErrorKind::usage};
   const std::string_view folder = language == PluginLanguage::c ? "algorithm-c" : "algorithm-cpp";
   const std::string_view placeholder = language == PluginLanguage::c ? "example-c" : "example-cpp";
   std::vector<PluginTemplateFile> files;
   for (const auto &file : embedded_templates())
      if (file.folder == folder)
         files.push_back({std::string(file.name), replaced(std::string(file.content), placeholder, name)});
   return files;
}

Result<void> write_new_plugin(const std::string &folder, const std::vector<PluginTemplateFile> &files) {
   namespace fs = std::filesystem;
   std::error_code failed;
   fs::create_directories(folder, failed);
   if (failed)
      return Error{folder + " cannot be made: " + failed.message(), ErrorKind::io};
   if (!fs::is_empty(folder, failed) || failed)
      return Error{folder + " is not empty; give another folder with --dir", ErrorKind::unavailable};
   for (const auto &file : files) {
      std::ofstream out(fs::path(folder) / file.name, std::ios::binary);
      if (!(out << file.content) || !out.flush())
         return Error{folder + "/" + file.name + " cannot be written", ErrorKind::io};
   }
   return {};
}

int plugin_new_main(const std::vector<std::string> &args) {
   if (!args.empty() && (args[0] == "--help" || args[0] == "-h")) {
      std::fwrite(k_usage.data(), 1, k_usage.size(), stdout);
      return 0;
   }
   const auto command = parse(args);
   if (!command)
      return failed(command.error());
   const auto files = new_algorithm(command->name, command->language);
   if (!files)
      return failed(files.error());
   if (const auto written = write_new_plugin(command->folder, *files); !written)
      return failed(written.error());
   std::printf("%s is ready. Next:\n\n"
               "   cd %s\n"
               "   cmake -B build && cmake --build build\n"
               "   nebula validate build/lib%s.so\n\n"
               "Then put your hash and its known answers in place of the example's; README.md says where.\n",
               command->folder.c_str(), command->folder.c_str(), command->name.c_str());
   return 0;
}

} // namespace nebula::host
