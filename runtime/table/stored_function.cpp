#include "runtime/table/stored_function.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/table/text_lines.h"

namespace vedette::storage {
namespace {

constexpr std::string_view first_line = "vedette functions 1";

}  // namespace

std::string to_text(const StoredFunctions& functions) {
  std::string text = fmt::format("{}\n", first_line);
  for (const auto& [name, function] : functions) {
    text += fmt::format("function {}\nparameters {}\nbody {}\n", escaped(name),
                        escaped(function.parameters), escaped(function.body));
    if (!function.folder.empty()) text += fmt::format("folder {}\n", escaped(function.folder));
    if (!function.docstring.empty()) {
      text += fmt::format("docstring {}\n", escaped(function.docstring));
    }
    if (function.view) text += "view\n";
  }
  return text;
}

StoredFunctions functions_from_text(std::string_view text, const std::string& path) {
  const auto damaged = [&](std::string_view what) {
    return QueryError(ErrorKind::Runtime, "KQL0603",
                      fmt::format("damaged file '{}': {}", path, what));
  };
  if (take_line(text) != first_line) throw damaged("it is not a list of functions");
  StoredFunctions functions;
  StoredFunction* function = nullptr;
  while (!text.empty()) {
    Line line(take_line(text));
    const std::string_view word = line.word();
    std::string rest = unescaped(line.rest());
    if (word == "function") {
      function = &functions[rest];
      function->name = std::move(rest);
    } else if (function == nullptr) {
      throw damaged("a line of it makes no sense");
    } else if (word == "parameters") {
      function->parameters = std::move(rest);
    } else if (word == "body") {
      function->body = std::move(rest);
    } else if (word == "folder") {
      function->folder = std::move(rest);
    } else if (word == "docstring") {
      function->docstring = std::move(rest);
    } else if (word == "view") {
      function->view = true;
    } else {
      throw damaged("a line of it makes no sense");
    }
  }
  return functions;
}

}  // namespace vedette::storage
