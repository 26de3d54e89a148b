// Text files of a database: a line is a word and what belongs to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vedette::storage {

/// Names and texts may hold anything; a line may not hold line breaks.
std::string escaped(std::string_view text);
std::string unescaped(std::string_view text);

/// The words of a line; `rest` takes what is left, spaces and all.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) {}

  std::string_view word();
  uint64_t number(int base = 10);
  std::string_view rest() const { return text_; }
  /// Were all numbers numbers?
  bool ok() const { return ok_; }

 private:
  std::string_view text_;
  bool ok_ = true;
};

/// Takes the first line off `text`, without its line feed.
std::string_view take_line(std::string_view& text);

}  // namespace vedette::storage
