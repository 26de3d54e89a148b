// libFuzzer target: any bytes must end in a tree or in diagnostics, and a tree must format to a
// text that means the same.
#include <cstdint>
#include <string_view>

#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  vedette::Diagnostics diagnostics;
  const vedette::ast::Query query = vedette::parse(text, diagnostics);
  for (const vedette::Diagnostic& diagnostic : diagnostics.all()) {
    vedette::check(diagnostic.span.end() <= size, "a diagnostic stays inside the text");
  }
  if (diagnostics.any_errors()) return 0;
  const std::string formatted = vedette::format(query);
  vedette::Diagnostics again;
  const std::string twice = vedette::format(vedette::parse(formatted, again));
  vedette::check(!again.any_errors(), "what the formatter writes can be parsed");
  vedette::check(twice == formatted, "formatting twice changes nothing");
  return 0;
}
