#include <cstring>

#include "runtime/ingest/framer.h"

namespace vedette {

namespace {

constexpr bool is_json_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

size_t skip_spaces(std::string_view text, size_t at) {
  while (at < text.size() && is_json_space(text[at])) ++at;
  return at;
}

/// The place behind the closing quote of the string at `start`, or npos.
size_t end_of_string(std::string_view text, size_t start) {
  size_t at = start + 1;
  while (at < text.size()) {
    const void* quote = std::memchr(text.data() + at, '"', text.size() - at);
    const size_t end =
        quote == nullptr ? text.size() : static_cast<const char*>(quote) - text.data();
    if (const void* line = std::memchr(text.data() + at, '\n', end - at)) {
      return static_cast<const char*>(line) - text.data();
    }
    if (quote == nullptr) return std::string_view::npos;
    size_t backslashes = 0;
    while (end - backslashes > start + 1 && text[end - backslashes - 1] == '\\') ++backslashes;
    if (backslashes % 2 == 0) return end + 1;
    at = end + 1;
  }
  return std::string_view::npos;
}

bool may_precede_records(std::string_view key) {
  return key.starts_with('@') || key.starts_with('$') || key == "nextLink" || key == "count" ||
         key == "odata.metadata" || key == "odata.nextLink";
}

bool holds_records(std::string_view key) {
  return key == "Records" || key == "records" || key == "value";
}

uint64_t count_line_ends(std::string_view text) {
  uint64_t count = 0;
  for (char c : text) count += c == '\n';
  return count;
}

class JsonFramer : public Framer {
 public:
  size_t frame(std::string_view text, bool at_end, std::vector<RecordPlace>& records) override {
    size_t at = 0;
    size_t counted = 0;  // line ends before this place are in `line`
    uint64_t line = 0;
    const auto add = [&](size_t start, size_t end) {
      line += count_line_ends(text.substr(counted, start - counted));
      counted = start;
      records.push_back({start, end - start, line});
    };
    while (true) {
      at = skip_spaces(text, at);
      if (at == text.size()) return at;
      const char c = text[at];
      if (c == ',' && inside_ != Inside::Nothing) {
        ++at;
      } else if (inside_ == Inside::Tail) {
        const size_t end = skip_tail(text, at);
        if (end == std::string_view::npos) return at_end ? text.size() : at;
        at = end;
      } else if (c == ']' && inside_ != Inside::Nothing) {
        inside_ = inside_ == Inside::Envelope ? Inside::Tail : Inside::Nothing;
        ++at;
      } else if (c == '[' && inside_ == Inside::Nothing) {
        inside_ = Inside::Array;
        ++at;
      } else {
        if (c == '{' && inside_ == Inside::Nothing) {
          size_t inside = 0;
          const Envelope look = look_for_envelope(text, at, at_end, inside);
          if (look == Envelope::TooShort) return at;
          if (look == Envelope::Yes) {
            inside_ = Inside::Envelope;
            at = inside;
            continue;
          }
        }
        size_t end = end_of_record(text, at);
        if (end == std::string_view::npos) {
          if (!at_end) return at;
          end = text.size();
        }
        add(at, end);
        at = end;
      }
    }
  }

 private:
  enum class Inside : uint8_t { Nothing, Array, Envelope, Tail };

  /// What follows the records in an envelope is left out: one member's piece at a time.
  size_t skip_tail(std::string_view text, size_t at) {
    switch (text[at]) {
      case '}':
        inside_ = Inside::Nothing;
        return at + 1;
      case '"':
      case '{':
      case '[':
        return end_of_json(text, at);
      default:
        return at + 1;
    }
  }

  /// A record should be an object; anything else is taken to the next separator and refused later.
  static size_t end_of_record(std::string_view text, size_t at) {
    if (text[at] == '{' || text[at] == '[' || text[at] == '"') return end_of_json(text, at);
    size_t end = at + 1;
    while (end < text.size() && text[end] != ',' && text[end] != ']' && text[end] != '{' &&
           text[end] != '\n') {
      ++end;
    }
    return end < text.size() ? end : std::string_view::npos;
  }

  Inside inside_ = Inside::Nothing;
};

}  // namespace

std::unique_ptr<Framer> make_json_framer() {
  return std::make_unique<JsonFramer>();
}

size_t end_of_json(std::string_view text, size_t start) {
  size_t depth = 0;
  size_t at = start;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
        at = end_of_string(text, at);
        // A string that a line end cut short has lost a quote: go on with the next line afresh.
        if (at == std::string_view::npos || depth == 0 || text[at - 1] != '"') return at;
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (--depth == 0) return at + 1;
        break;
      default:
        break;
    }
    ++at;
  }
  return std::string_view::npos;
}

Envelope look_for_envelope(std::string_view text, size_t start, bool at_end, size_t& inside) {
  const Envelope unknown = at_end ? Envelope::No : Envelope::TooShort;
  size_t at = start + 1;
  while (true) {
    at = skip_spaces(text, at);
    if (at == text.size()) return unknown;
    if (text[at] != '"') return Envelope::No;
    const size_t key_end = end_of_string(text, at);
    if (key_end == std::string_view::npos) return unknown;
    const std::string_view key = text.substr(at + 1, key_end - at - 2);
    at = skip_spaces(text, key_end);
    if (at == text.size()) return unknown;
    if (text[at] != ':') return Envelope::No;
    at = skip_spaces(text, at + 1);
    if (at == text.size()) return unknown;
    if (holds_records(key)) {
      if (text[at] != '[') return Envelope::No;
      inside = at + 1;
      at = skip_spaces(text, inside);
      if (at == text.size()) return unknown;
      return text[at] == '{' || text[at] == ']' ? Envelope::Yes : Envelope::No;
    }
    if (!may_precede_records(key) || text[at] == '{' || text[at] == '[') return Envelope::No;
    if (text[at] == '"') {
      at = end_of_string(text, at);
      if (at == std::string_view::npos) return unknown;
    }
    while (at < text.size() && text[at] != ',' && text[at] != '}') ++at;
    if (at == text.size()) return unknown;
    if (text[at] == '}') return Envelope::No;
    ++at;
  }
}

}  // namespace vedette
