#include "runtime/ingest/positional.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/ingest/byte_source.h"
#include "runtime/ingest/format.h"

namespace vedette {

std::string with_header(std::string_view text, char delimiter,
                        std::span<const ColumnSchema> columns, bool skip_first) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && (text[0] == '\n' || text[0] == '\r')) text.remove_prefix(1);
  if (skip_first) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  if (text.find_first_not_of("\r\n") == std::string_view::npos) text = {};
  const size_t fields = text.empty() ? columns.size() : count_fields(text, delimiter);
  std::string all;
  for (size_t i = 0; i < std::max<size_t>(fields, 1); ++i) {
    if (i > 0) all += delimiter;
    all += '"';
    const std::string name =
        i < columns.size() ? columns[i].name : fmt::format("_field_{}_without_column", i + 1);
    for (const char c : name) all += c == '"' ? std::string("\"\"") : std::string(1, c);
    all += '"';
  }
  all += '\n';
  return all.append(text);
}

std::string read_whole(const std::string& path) {
  const auto source = open_source(path);
  std::string text;
  std::string buffer(1 << 16, '\0');
  while (const size_t bytes = source->read(buffer.data(), buffer.size())) {
    text.append(buffer, 0, bytes);
  }
  return text;
}

}  // namespace vedette
