#include "runtime/table/manifest.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"

namespace vedette::storage {
namespace {

constexpr std::string_view first_line = "vedette manifest ";
constexpr uint64_t format_version = 1;

/// Names may hold anything; a line of the manifest may not hold line breaks.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char c : name) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\\') {
      text += "\\\\";
    } else {
      text += c;
    }
  }
  return text;
}

std::string unescaped(std::string_view text) {
  std::string name;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      name += text[at];
    } else {
      name += text[++at] == 'n' ? '\n' : text[at];
    }
  }
  return name;
}

/// The words of a line; `rest` takes what is left, spaces and all.
class Line {
 public:
  explicit Line(std::string_view text) : text_(text) {}

  std::string_view word() {
    const size_t end = std::min(text_.find(' '), text_.size());
    const std::string_view word = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    return word;
  }
  uint64_t number(int base = 10) {
    const std::string_view digits = word();
    uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc{} || end != digits.data() + digits.size()) ok_ = false;
    return value;
  }
  std::string_view rest() const { return text_; }
  bool ok() const { return ok_; }

 private:
  std::string_view text_;
  bool ok_ = true;
};

QueryError damaged(const std::string& path, std::string_view what) {
  return QueryError(ErrorKind::Runtime, "KQL0603",
                    fmt::format("damaged file '{}': {}", path, what));
}

}  // namespace

std::string Manifest::to_text() const {
  std::string text = fmt::format("{}{}\nsequence {}\nnext {} {}\n", first_line, format_version,
                                 sequence, next_table, next_extent);
  for (const TableEntry& table : tables) {
    text += fmt::format("table {} {}\n", table.id, escaped(table.schema.name));
    for (const ColumnSchema& column : table.schema.columns) {
      text += fmt::format("column {} {}\n", vedette::name_of(column.type), escaped(column.name));
    }
    for (const ExtentEntry& extent : table.extents) {
      text += fmt::format("extent {:x} {} {}\n", extent.id, extent.rows, extent.bytes);
    }
  }
  return text + fmt::format("checksum {:016x}\n", hash_bytes(text));
}

Manifest Manifest::from_text(std::string_view text, const std::string& path) {
  if (!text.starts_with(first_line)) throw damaged(path, "it is not a manifest");
  if (Line line(text.substr(first_line.size(), text.find('\n') - first_line.size()));
      line.number() != format_version) {
    throw QueryError(ErrorKind::Runtime, "KQL0603",
                     fmt::format("'{}' was written by a newer version of Vedette", path));
  }
  const size_t end = text.rfind("checksum ");
  if (end == std::string_view::npos) throw damaged(path, "it has no checksum");
  Line last(text.substr(end, text.find('\n', end) - end));
  last.word();
  if (last.number(16) != hash_bytes(text.substr(0, end)) || !last.ok()) {
    throw damaged(path, "it has the wrong checksum");
  }

  Manifest manifest;
  text = text.substr(0, end);
  text.remove_prefix(text.find('\n') + 1);
  while (!text.empty()) {
    const size_t size = std::min(text.find('\n'), text.size() - 1);
    Line line(text.substr(0, size));
    text.remove_prefix(size + 1);
    const std::string_view word = line.word();
    const bool in_table = !manifest.tables.empty();
    bool known = true;
    if (word == "sequence") {
      manifest.sequence = line.number();
    } else if (word == "next") {
      manifest.next_table = line.number();
      manifest.next_extent = line.number();
    } else if (word == "table") {
      TableEntry& table = manifest.tables.emplace_back();
      table.id = line.number();
      table.schema.name = unescaped(line.rest());
    } else if (word == "column" && in_table) {
      const auto type = type_of_name(line.word());
      known = type.has_value();
      manifest.tables.back().schema.columns.push_back(
          {unescaped(line.rest()), type.value_or(Type::String)});
    } else if (word == "extent" && in_table) {
      ExtentEntry& extent = manifest.tables.back().extents.emplace_back();
      extent.id = line.number(16);
      extent.rows = static_cast<uint32_t>(line.number());
      extent.bytes = line.number();
    } else {
      known = false;
    }
    if (!known || !line.ok()) throw damaged(path, "a line of it makes no sense");
  }
  return manifest;
}

}  // namespace vedette::storage
