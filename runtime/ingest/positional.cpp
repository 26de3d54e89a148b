#include "runtime/ingest/positional.h"

#include <algorithm>
#include <cstring>

#include "runtime/base/format.h"
#include "runtime/ingest/byte_source.h"
#include "runtime/ingest/format.h"

namespace vedette {
namespace {

constexpr size_t beginning_bytes = 4 << 20;

/// A text, and behind it the rest of a source.
class Continued : public ByteSource {
 public:
  Continued(std::string beginning, std::unique_ptr<ByteSource> rest)
      : beginning_(std::move(beginning)), rest_(std::move(rest)) {}

  size_t read(char* into, size_t capacity) override {
    const size_t left = std::min(capacity, beginning_.size() - at_);
    if (left == 0) return rest_->read(into, capacity);
    std::memcpy(into, beginning_.data() + at_, left);
    at_ += left;
    return left;
  }
  uint64_t consumed() const override { return rest_->consumed(); }
  uint64_t total() const override { return rest_->total(); }

 private:
  std::string beginning_;
  std::unique_ptr<ByteSource> rest_;
  size_t at_ = 0;
};

}  // namespace

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

std::unique_ptr<ByteSource> with_header(std::unique_ptr<ByteSource> source, char delimiter,
                                        std::span<const ColumnSchema> columns, bool skip_first) {
  std::string beginning(beginning_bytes, '\0');
  size_t size = 0;
  while (size < beginning.size()) {
    const size_t bytes = source->read(beginning.data() + size, beginning.size() - size);
    if (bytes == 0) break;
    size += bytes;
  }
  const bool ended = size < beginning.size();
  beginning.resize(size);
  if (ended && beginning.find_first_not_of(" \t\r\n") == std::string::npos) return nullptr;
  if (delimiter != 0) {
    beginning = with_header(beginning, delimiter, columns, skip_first);
    if (ended && beginning.find('\n') + 1 == beginning.size()) return nullptr;
  }
  return std::make_unique<Continued>(std::move(beginning), std::move(source));
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
