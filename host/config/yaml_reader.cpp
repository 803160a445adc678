#include "host/config/yaml_reader.h"

#include "host/config/yaml_builder.h"
#include "host/config/yaml_explain.h"

#include <sstream>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace nebula::host::config {

namespace {

void parse(const SourceText &source, YamlBuilder &builder) {
   std::istringstream stream(source.text());
   YAML::Parser parser(stream);
   while (parser.HandleNextDocument(builder)) {
   }
}

} // namespace

std::optional<Value> read_yaml(std::string_view bytes, const Origin &file, Mistakes &mistakes) {
   const auto source = SourceText::read(bytes, file, mistakes);
   if (!source)
      return std::nullopt;
   YamlBuilder builder(*source, file);
   try {
      parse(*source, builder);
   } catch (const YamlBuilder::Stop &stop) {
      mistakes.add(stop.mistake);
      return std::nullopt;
   } catch (const YAML::DeepRecursion &deep) {
      mistakes.add(builder.too_deep(deep.mark));
      return std::nullopt;
   } catch (const YAML::ParserException &bad) {
      std::size_t line = bad.mark.line < 0 ? 0 : static_cast<std::size_t>(bad.mark.line);
      std::size_t column = bad.mark.column < 0 ? 0 : static_cast<std::size_t>(bad.mark.column);
      std::string text = explain_yaml_error(bad.msg, *source, line, column);
      if (bad.msg.ends_with("flow not found") && !text.starts_with("inside"))
         text += " (it was opened in line " + std::to_string(builder.innermost_open_line()) + ")";
      const Position at = source->position(line, column);
      Origin origin = file;
      origin.line = at.line;
      origin.column = at.column;
      mistakes.add(std::move(origin), "", std::move(text));
      return std::nullopt;
   }
   return builder.take_root();
}

} // namespace nebula::host::config
