#include "runtime/table/manifest.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/table/text_lines.h"

namespace vedette::storage {
namespace {

constexpr std::string_view first_line = "vedette manifest ";
// 1 had neither properties nor functions, 2 none of the whole database, 3 no times of ingestion.
constexpr uint64_t format_version = 4;

QueryError damaged(const std::string& path, std::string_view what) {
  return QueryError(ErrorKind::Runtime, "KQL0603",
                    fmt::format("damaged file '{}': {}", path, what));
}

}  // namespace

std::string Manifest::to_text() const {
  std::string text = fmt::format("{}{}\nsequence {}\nnext {} {}\n", first_line, format_version,
                                 sequence, next_table, next_extent);
  if (newest_rows) text += fmt::format("newest {}\n", newest_rows->ticks);
  if (functions.sequence != 0) {
    text += fmt::format("functions {} {} {:016x}\n", functions.sequence, functions.bytes,
                        functions.checksum);
  }
  for (const auto& [name, value] : properties) {
    text += fmt::format("property {} {}\n", name, escaped(value));
  }
  for (const TableEntry& table : tables) {
    text += fmt::format("table {} {}\n", table.id, escaped(table.schema.name));
    for (const auto& [name, value] : table.schema.properties) {
      text += fmt::format("property {} {}\n", name, escaped(value));
    }
    for (const ColumnSchema& column : table.schema.columns) {
      text += fmt::format("column {} {}\n", vedette::name_of(column.type), escaped(column.name));
    }
    for (const ExtentEntry& extent : table.extents) {
      text += fmt::format("extent {:x} {} {}", extent.id, extent.rows, extent.bytes);
      if (extent.ingested) text += fmt::format(" {}", *extent.ingested);
      text += '\n';
    }
  }
  return text + fmt::format("checksum {:016x}\n", hash_bytes(text));
}

Manifest Manifest::from_text(std::string_view text, const std::string& path) {
  if (!text.starts_with(first_line)) throw damaged(path, "it is not a manifest");
  if (Line line(text.substr(first_line.size(), text.find('\n') - first_line.size()));
      line.number() > format_version || !line.ok()) {
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
    Line line(take_line(text));
    const std::string_view word = line.word();
    const bool in_table = !manifest.tables.empty();
    bool known = true;
    if (word == "sequence") {
      manifest.sequence = line.number();
    } else if (word == "next") {
      manifest.next_table = line.number();
      manifest.next_extent = line.number();
    } else if (word == "newest") {
      manifest.newest_rows = Datetime{static_cast<int64_t>(line.number())};
    } else if (word == "functions") {
      manifest.functions.sequence = line.number();
      manifest.functions.bytes = line.number();
      manifest.functions.checksum = line.number(16);
    } else if (word == "property") {
      const std::string name(line.word());
      Properties& properties =
          in_table ? manifest.tables.back().schema.properties : manifest.properties;
      properties[name] = unescaped(line.rest());
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
      if (!line.rest().empty()) extent.ingested = static_cast<int64_t>(line.number());
    } else {
      known = false;
    }
    if (!known || !line.ok()) throw damaged(path, "a line of it makes no sense");
  }
  return manifest;
}

}  // namespace vedette::storage
