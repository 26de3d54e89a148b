#include "runtime/ingest/framer.h"

#include <cstring>

#include "runtime/ingest/evtx/event_log.h"

namespace vedette {

std::unique_ptr<Framer> make_json_framer();

namespace {

class LineFramer : public Framer {
 public:
  size_t frame(std::string_view text, bool at_end, std::vector<RecordPlace>&) override {
    if (at_end) return text.size();
    const size_t last = text.rfind('\n');
    return last == std::string_view::npos ? 0 : last + 1;
  }
  bool leaves_lines() const override { return true; }
};

/// Records end at line ends that are not inside of quotes. A quote opens a quoted field only at the
/// field's beginning; elsewhere it is a character like others.
class DelimitedFramer : public Framer {
 public:
  explicit DelimitedFramer(char delimiter) : delimiter_(delimiter) {}

  size_t frame(std::string_view text, bool at_end, std::vector<RecordPlace>& records) override {
    size_t start = 0;
    uint64_t line = 0;
    while (start < text.size()) {
      uint64_t lines = 0;
      const size_t end = end_of_record(text, start, lines);
      if (end == std::string_view::npos) {
        if (!at_end) return start;
        records.push_back({start, text.size() - start, line});
        return text.size();
      }
      size_t size = end - start;
      if (size > 0 && text[end - 1] == '\r') --size;
      if (size > 0) records.push_back({start, size, line});
      line += lines;
      start = end + 1;
    }
    return start;
  }

 private:
  size_t end_of_record(std::string_view text, size_t at, uint64_t& lines) const {
    bool field_begins = true;
    while (at < text.size()) {
      const char c = text[at];
      if (c == '\n') {
        ++lines;
        return at;
      }
      if (c == '"' && field_begins) {
        at = end_of_quotes(text, at, lines);
        if (at == std::string_view::npos) return at;
        field_begins = false;
        continue;
      }
      field_begins = c == delimiter_;
      ++at;
    }
    return std::string_view::npos;
  }

  /// The place behind the quote that ends the field; two quotes in a row are one of its characters.
  static size_t end_of_quotes(std::string_view text, size_t open, uint64_t& lines) {
    size_t at = open + 1;
    while (true) {
      const size_t quote = text.find('"', at);
      if (quote == std::string_view::npos) return quote;
      for (size_t c = at; c < quote; ++c) lines += text[c] == '\n';
      if (quote + 1 == text.size() || text[quote + 1] != '"') return quote + 1;
      at = quote + 2;
    }
  }

  char delimiter_;
};

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

std::unique_ptr<Framer> make_framer(const Dialect& dialect) {
  switch (dialect.format) {
    case InputFormat::Json:
      return make_json_framer();
    case InputFormat::Delimited:
      return std::make_unique<DelimitedFramer>(dialect.delimiter);
    case InputFormat::EventLog:
      return make_event_log_framer();
    default:
      return std::make_unique<LineFramer>();
  }
}

uint64_t split_lines(std::string_view text, std::vector<RecordPlace>& records) {
  uint64_t line = 0;
  size_t start = 0;
  while (start < text.size()) {
    const void* found = std::memchr(text.data() + start, '\n', text.size() - start);
    const size_t end =
        found == nullptr ? text.size() : static_cast<const char*>(found) - text.data();
    size_t size = end - start;
    if (size > 0 && text[end - 1] == '\r') --size;
    if (size > 0 && !is_blank(text.substr(start, size))) records.push_back({start, size, line});
    if (found != nullptr) ++line;
    start = end + 1;
  }
  return line;
}

}  // namespace vedette
