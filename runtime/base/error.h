// What can go wrong: diagnostics about a query's text, and the two exceptions.
#pragma once

#include <cstdint>
#include <exception>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

namespace vedette {

/// A place in a query's text, in bytes of UTF-8.
struct Span {
  uint32_t start = 0;
  uint32_t length = 0;

  uint32_t end() const { return start + length; }
  bool operator==(const Span&) const = default;
};

/// The smallest span that covers both.
inline Span join(Span a, Span b) {
  const uint32_t start = a.start < b.start ? a.start : b.start;
  const uint32_t end = a.end() > b.end() ? a.end() : b.end();
  return {start, end - start};
}

enum class Severity { Warning, Error };

/// What sort of problem a query has; the `kind` of the machine-readable form.
enum class ErrorKind { Syntax, Semantic, Unsupported, Runtime, Limit };

/// `syntax`, `semantic`, `unsupported`, `runtime` or `limit`.
std::string_view name_of(ErrorKind kind);

/// Something to tell the author of a query. Carries enough to draw a caret and to offer a fix.
struct Diagnostic {
  Severity severity = Severity::Error;
  ErrorKind kind = ErrorKind::Semantic;
  std::string_view code;  // "KQL0102": stable, a string literal, listed in docs/reference/errors.md
  std::string message;
  Span span;
  std::string suggestion = {};  // "did you mean 'User'?"; empty when there is none
};

/// The diagnostics of one query, in the order they were found.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);
  void error(std::string_view code, Span span, std::string message, std::string suggestion = {});
  void warning(std::string_view code, Span span, std::string message, std::string suggestion = {});
  void syntax_error(std::string_view code, Span span, std::string message,
                    std::string suggestion = {});
  void unsupported(std::string_view code, Span span, std::string message,
                   std::string suggestion = {});

  bool any_errors() const { return errors_ > 0; }
  const std::vector<Diagnostic>& all() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
  int errors_ = 0;
};

/// Ends a running query: memory, time, cancelled, `assert()`, a damaged file.
class QueryError : public std::exception {
 public:
  QueryError(ErrorKind kind, std::string_view code, std::string message, Span span = {})
      : kind(kind), code(code), message(std::move(message)), span(span) {}
  const char* what() const noexcept override { return message.c_str(); }

  ErrorKind kind;
  std::string_view code;
  std::string message;
  Span span;
};

/// A broken promise of ours. The query ends; the process goes on.
class InternalError : public std::exception {
 public:
  explicit InternalError(std::string message) : message_(std::move(message)) {}
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  std::string message_;
};

/// Throws InternalError with `sentence` and the caller's place unless `condition` holds.
void check(bool condition, std::string_view sentence,
           std::source_location where = std::source_location::current());

#ifdef NDEBUG
inline void debug_check(bool, std::string_view) {}
#else
inline void debug_check(bool condition, std::string_view sentence,
                        std::source_location where = std::source_location::current()) {
  check(condition, sentence, where);
}
#endif

}  // namespace vedette
