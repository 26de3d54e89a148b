// The text of a query: lines and columns, UTF-16 offsets for editors, and diagnostics as people
// read them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/error.h"

namespace vedette {

/// A place in a text as editors count: both from 1, columns in UTF-16 units.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// Answers where a byte of a text is. The text must outlive the source.
class Source {
 public:
  explicit Source(std::string_view text);

  std::string_view text() const { return text_; }
  LineColumn line_column(uint32_t byte) const;
  /// The number of UTF-16 units before `byte`.
  uint32_t utf16_offset(uint32_t byte) const;
  /// `span` with start and length in UTF-16 units.
  Span utf16_span(Span span) const;
  /// Line `line`, counted from 1, without its end.
  std::string_view line(uint32_t line) const;

 private:
  size_t line_index(uint32_t byte) const;

  std::string_view text_;
  std::vector<uint32_t> line_starts_;
};

/// A diagnostic with the line it is about and a caret under the place:
///
///     error KQL0102: 'Usr' is not a column of Logins
///       | where Usr == 'ann'
///               ^^^ did you mean 'User'?
std::string render(const Diagnostic& diagnostic, const Source& source);

/// All of them, one after the other.
std::string render(const Diagnostics& diagnostics, const Source& source);

}  // namespace vedette
