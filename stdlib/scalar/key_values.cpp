// What `parse-kv` does with one text: keys and values cut at delimiters, at anything that is no
// letter or digit, or by a regex.
#include <re2/re2.h>

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/function/rowwise.h"
#include "runtime/value/dynamic_builder.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

struct Quote {
  char open, close;
};

/// The options of a `parse-kv`, ready for use.
struct KeyValueReader {
  std::unordered_map<std::string, size_t> index_of_key;
  std::string pair_delimiter, kv_delimiter;
  std::vector<Quote> quotes;
  std::string escapes;
  bool greedy = false;
  std::unique_ptr<RE2> regex;
};

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

constexpr auto make_key_value_reader =
    [](const Value& value, std::string& problem) -> std::shared_ptr<const KeyValueReader> {
  if (value.is_null()) return nullptr;
  const DynamicView options(value.as_text());
  auto reader = std::make_shared<KeyValueReader>();
  for (const DynamicView key : options.find("keys").items()) {
    reader->index_of_key.try_emplace(std::string(key.as_text()), reader->index_of_key.size());
  }
  reader->pair_delimiter = options.find("pair_delimiter").as_text();
  reader->kv_delimiter = options.find("kv_delimiter").as_text();
  for (const DynamicView quote : options.find("quotes").items()) {
    const std::string_view text = quote.as_text();
    if (!text.empty()) reader->quotes.push_back({text.front(), text.back()});
  }
  for (const DynamicView escape : options.find("escapes").items()) {
    reader->escapes += escape.as_text().substr(0, 1);
  }
  reader->greedy = options.find("greedy").as_bool();
  if (const std::string_view pattern = options.find("regex").as_text(); !pattern.empty()) {
    RE2::Options quiet;
    quiet.set_log_errors(false);
    reader->regex = std::make_unique<RE2>(pattern, quiet);
    if (!reader->regex->ok()) {
      problem = "not a regular expression: " + reader->regex->error();
    } else if (reader->regex->NumberOfCapturingGroups() != 2) {
      problem = "the regular expression must have two groups: the key and the value";
    }
    if (!problem.empty()) return nullptr;
  }
  return reader;
};

/// One walk over one text.
class Walk {
 public:
  Walk(const KeyValueReader& reader, std::string_view text)
      : reader_(reader), text_(text), values_(reader.index_of_key.size()) {}

  std::vector<std::optional<std::string>> run() {
    if (reader_.regex != nullptr) {
      match_regex();
    } else if (reader_.pair_delimiter.empty() || reader_.kv_delimiter.empty()) {
      read_words();
    } else {
      read_pairs();
    }
    return std::move(values_);
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  void keep(std::string_view key, std::string value) {
    const auto found = reader_.index_of_key.find(std::string(key));
    if (found == reader_.index_of_key.end()) return;
    std::optional<std::string>& slot = values_[found->second];
    if (!slot) slot = std::move(value);
  }

  /// A quoted text that begins here, without its quotes; goes behind it.
  std::optional<std::string> quoted() {
    if (done()) return std::nullopt;
    for (const Quote quote : reader_.quotes) {
      if (text_[at_] != quote.open) continue;
      std::string result;
      for (++at_; !done() && text_[at_] != quote.close; ++at_) {
        const bool escaped = reader_.escapes.find(text_[at_]) != std::string::npos;
        if (escaped && at_ + 1 < text_.size()) ++at_;
        result += text_[at_];
      }
      if (!done()) ++at_;
      return result;
    }
    return std::nullopt;
  }

  void skip_spaces() {
    while (!done() && is_space(text_[at_]) && !starts(reader_.pair_delimiter) &&
           !starts(reader_.kv_delimiter)) {
      ++at_;
    }
  }

  void match_regex() {
    re2::StringPiece rest(text_.data(), text_.size());
    re2::StringPiece key, value;
    while (!rest.empty() && RE2::FindAndConsume(&rest, *reader_.regex, &key, &value)) {
      keep(trim({key.data(), key.size()}), std::string(trim({value.data(), value.size()})));
    }
  }

  /// Words are keys when somebody asked for them; the word behind is the value.
  void read_words() {
    std::optional<std::string> key;
    while (!done()) {
      std::optional<std::string> word = quoted();
      if (!word) {
        if (!is_alphanumeric(text_[at_])) {
          ++at_;
          continue;
        }
        const size_t start = at_;
        while (!done() && is_alphanumeric(text_[at_])) ++at_;
        word = text_.substr(start, at_ - start);
      }
      if (key) {
        keep(*key, std::string(trim(*word)));
        key.reset();
      } else if (reader_.index_of_key.contains(*word)) {
        key = std::move(word);
      }
    }
  }

  void read_pairs() {
    while (!done()) {
      skip_spaces();
      if (starts(reader_.pair_delimiter)) {
        at_ += reader_.pair_delimiter.size();
        continue;
      }
      const std::optional<std::string> key = read_key();
      if (!key) continue;
      at_ += reader_.kv_delimiter.size();
      skip_spaces();
      if (std::optional<std::string> value = quoted()) {
        keep(*key, std::string(trim(*value)));
        at_ = std::min(text_.find(reader_.pair_delimiter, at_), text_.size());
      } else {
        const size_t end = end_of_value();
        keep(*key, std::string(trim(text_.substr(at_, end - at_))));
        at_ = end;
      }
    }
  }

  /// The key of the pair that begins here, up to the delimiter before its value; nothing when there
  /// is none, and then goes behind what is no pair.
  std::optional<std::string> read_key() {
    if (std::optional<std::string> key = quoted()) {
      skip_spaces();
      if (starts(reader_.kv_delimiter)) return std::string(trim(*key));
      at_ = std::min(text_.find(reader_.pair_delimiter, at_), text_.size());
      return std::nullopt;
    }
    const size_t middle = text_.find(reader_.kv_delimiter, at_);
    const size_t next = text_.find(reader_.pair_delimiter, at_);
    if (middle == std::string_view::npos) {
      at_ = text_.size();
      return std::nullopt;
    }
    if (next < middle) {
      at_ = next;
      return std::nullopt;
    }
    const std::string_view key = text_.substr(at_, middle - at_);
    at_ = middle;
    return std::string(trim(key));
  }

  /// Where the value that begins here ends: at the next delimiter; when greedy, at the last one
  /// before the next key.
  size_t end_of_value() const {
    const std::string_view delimiter = reader_.pair_delimiter;
    if (!reader_.greedy) return std::min(text_.find(delimiter, at_), text_.size());
    for (size_t from = at_;;) {
      const size_t middle = text_.find(reader_.kv_delimiter, from);
      if (middle == std::string_view::npos) return text_.size();
      const size_t last = text_.substr(0, middle).rfind(delimiter);
      if (last != std::string_view::npos && last >= at_) return last;
      from = middle + reader_.kv_delimiter.size();
    }
  }

  const KeyValueReader& reader_;
  const std::string_view text_;
  size_t at_ = 0;
  std::vector<std::optional<std::string>> values_;
};

constexpr auto read_keys = [](const KeyValueReader& reader, Arena& arena, std::string_view text,
                              Dynamic) -> Dynamic {
  DynamicBuilder builder;
  builder.begin_array();
  for (const std::optional<std::string>& value : Walk(reader, text).run()) {
    if (value) {
      builder.add_string(*value);
    } else {
      builder.add_null();
    }
  }
  builder.end_array();
  return builder.finish(arena);
};

}  // namespace

std::vector<ScalarFunction> key_value_functions() {
  return {
      {
          .name = "$parse_kv",
          .summary =
              "The values of some keys in a text of keys and values, as `parse-kv` reads it.",
          .parameters = {{"text", "The text."}, {.name = "options", .constant = true}},
          .overloads = {prepared<1>(make_key_value_reader, read_keys)},
          .hidden = true,
      },
  };
}

}  // namespace vedette::stdlib
