#include "runtime/base/error.h"

#include "runtime/base/format.h"

namespace vedette {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::Syntax:
      return "syntax";
    case ErrorKind::Semantic:
      return "semantic";
    case ErrorKind::Unsupported:
      return "unsupported";
    case ErrorKind::Runtime:
      return "runtime";
    case ErrorKind::Limit:
      return "limit";
  }
  return "runtime";
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::Error) ++errors_;
  list_.push_back(std::move(diagnostic));
}

void Diagnostics::error(std::string_view code, Span span, std::string message,
                        std::string suggestion) {
  add({Severity::Error, ErrorKind::Semantic, code, std::move(message), span,
       std::move(suggestion)});
}

void Diagnostics::warning(std::string_view code, Span span, std::string message,
                          std::string suggestion) {
  add({Severity::Warning, ErrorKind::Semantic, code, std::move(message), span,
       std::move(suggestion)});
}

void Diagnostics::syntax_error(std::string_view code, Span span, std::string message,
                               std::string suggestion) {
  add({Severity::Error, ErrorKind::Syntax, code, std::move(message), span, std::move(suggestion)});
}

void Diagnostics::unsupported(std::string_view code, Span span, std::string message,
                              std::string suggestion) {
  add({Severity::Error, ErrorKind::Unsupported, code, std::move(message), span,
       std::move(suggestion)});
}

void check(bool condition, std::string_view sentence, std::source_location where) {
  if (condition) return;
  throw InternalError(fmt::format("{} ({}:{})", sentence, where.file_name(), where.line()));
}

}  // namespace vedette
