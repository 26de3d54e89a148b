#include "runtime/value/json.h"

#include <charconv>
#include <cmath>
#include <cstring>

#include "runtime/base/utf8.h"
#include "runtime/value/render.h"
#include "runtime/value/text_scanner.h"

#if defined(__SSE2__)
#include <emmintrin.h>

#include <bit>
#endif

namespace vedette {

namespace {

/// Reads one JSON text into a builder. Holds no stack of its own: the builder knows what is open.
class JsonParser {
 public:
  JsonParser(std::string_view text, DynamicBuilder& builder)
      : at_(text.data()), end_(text.data() + text.size()), builder_(builder) {}

  bool parse() {
    const size_t outside = builder_.depth();
    while (true) {
      if (!value()) return false;
      // After a value: close what ends here, go on with the next item, or be done.
      while (!just_opened_) {
        skip_spaces();
        if (builder_.depth() == outside) return at_ == end_;
        if (at_ == end_) return false;
        const char c = *at_++;
        if (c == ',') {
          if (builder_.in_object() && !key()) return false;
          break;
        }
        if (!close(c)) return false;
      }
      just_opened_ = false;
    }
  }

 private:
  /// One scalar, or the start of an array or object with the key of its first entry.
  bool value() {
    skip_spaces();
    if (at_ == end_) return false;
    switch (*at_) {
      case '[':
      case '{':
        return open(*at_++ == '{');
      case '"': {
        std::string_view text;
        if (!string(text)) return false;
        builder_.add_string(text);
        return true;
      }
      case 't':
        return word("true") && (builder_.add_bool(true), true);
      case 'f':
        return word("false") && (builder_.add_bool(false), true);
      case 'n':
        return word("null") && (builder_.add_null(), true);
      default:
        return number();
    }
  }

  bool open(bool object) {
    if (builder_.depth() >= max_dynamic_depth) return false;
    object ? builder_.begin_object() : builder_.begin_array();
    skip_spaces();
    if (at_ == end_) return false;
    if (*at_ == (object ? '}' : ']')) return close(*at_++);
    just_opened_ = true;
    return !object || key();
  }

  bool close(char c) {
    if (c != (builder_.in_object() ? '}' : ']')) return false;
    builder_.in_object() ? builder_.end_object() : builder_.end_array();
    return true;
  }

  bool key() {
    skip_spaces();
    std::string_view text;
    if (at_ == end_ || *at_ != '"' || !string(text)) return false;
    builder_.key(text);
    skip_spaces();
    return at_ != end_ && *at_++ == ':';
  }

  bool word(std::string_view expected) {
    if (static_cast<size_t>(end_ - at_) < expected.size()) return false;
    if (std::memcmp(at_, expected.data(), expected.size()) != 0) return false;
    at_ += expected.size();
    return true;
  }

  void skip_spaces() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r')) ++at_;
  }

  const char* skip_digits(const char* at) const {
    while (at != end_ && is_digit(*at)) ++at;
    return at;
  }

  bool number() {
    const char* const start = at_;
    const char* at = at_;
    if (*at == '-') ++at;
    const char* const digits = at;
    at = skip_digits(at);
    if (at == digits || (*digits == '0' && at - digits > 1)) return false;
    bool whole = true;
    if (at != end_ && *at == '.') {
      const char* const fraction = ++at;
      at = skip_digits(at);
      if (at == fraction) return false;
      whole = false;
    }
    if (at != end_ && (*at == 'e' || *at == 'E')) {
      ++at;
      if (at != end_ && (*at == '+' || *at == '-')) ++at;
      const char* const exponent = at;
      at = skip_digits(at);
      if (at == exponent) return false;
      whole = false;
    }
    at_ = at;
    if (!whole && add_short_real({start, static_cast<size_t>(at - start)})) return true;
    const bool minus_zero = *start == '-' && *digits == '0';
    if (int64_t value = 0; whole && !minus_zero) {
      if (std::from_chars(start, at, value).ec == std::errc()) {
        builder_.add_long(value);
        return true;
      }
    }
    add_real({start, static_cast<size_t>(at - start)});
    return true;
  }

  /// Reals like 12.375: up to 15 digits are exact as a quotient, and are their own shortest text.
  bool add_short_real(std::string_view text) {
    if (text.size() > 17) return false;
    constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    const bool negative = text[0] == '-';
    int64_t digits = 0;
    size_t count = 0;
    size_t after_point = 0;
    for (size_t at = negative; at < text.size(); ++at) {
      if (text[at] == '.') {
        after_point = text.size() - at - 1;
        continue;
      }
      if (!is_digit(text[at])) return false;  // an exponent
      digits = digits * 10 + (text[at] - '0');
      ++count;
    }
    if (count > 15 || (text.back() == '0' && after_point != 1)) return false;
    const double value = static_cast<double>(digits) / powers[after_point];
    if (value < 1e-4 && digits != 0) return false;
    builder_.add_real(negative ? -value : value);
    return true;
  }

  void add_real(std::string_view text) {
    double value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec == std::errc::result_out_of_range) {
      const size_t exponent = text.find_first_of("eE");
      const bool small = exponent != std::string_view::npos && text[exponent + 1] == '-';
      value = std::copysign(small ? 0.0 : HUGE_VAL, text[0] == '-' ? -1.0 : 1.0);
    }
    char shown[max_real_text_bytes];
    if (text == std::string_view(shown, static_cast<size_t>(write_real(shown, value) - shown))) {
      builder_.add_real(value);
    } else {
      builder_.add_number(value, text);
    }
  }

  /// The string whose opening quote comes next; the view lives until the next string.
  bool string(std::string_view& text) {
    const char* const start = ++at_;
    at_ = find_special(at_);
    if (at_ == end_) return false;
    if (*at_ == '"' && !beyond_ascii_) {
      text = {start, static_cast<size_t>(at_++ - start)};
      return true;
    }
    scratch_.assign(start, at_);
    while (*at_ != '"') {
      if (*at_ != '\\' || !escape()) return false;
      const char* const plain = at_;
      at_ = find_special(at_);
      scratch_.append(plain, at_);
      if (at_ == end_) return false;
    }
    ++at_;
    if (beyond_ascii_ && !is_valid_utf8(scratch_)) scratch_ = sanitized_utf8(scratch_);
    beyond_ascii_ = false;
    text = scratch_;
    return true;
  }

  /// The next quote, backslash or control character. Notes whether a byte before is above 127.
  const char* find_special(const char* at) {
#if defined(__SSE2__)
    for (; end_ - at >= 16; at += 16) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
      const __m128i special =
          _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))),
                       _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes));
      const auto high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
      const auto hits = static_cast<unsigned>(_mm_movemask_epi8(special));
      beyond_ascii_ |= (high & ((hits & (0u - hits)) - 1u)) != 0;
      if (hits != 0) return at + std::countr_zero(hits);
    }
#endif
    for (; at != end_; ++at) {
      const uint8_t byte = static_cast<uint8_t>(*at);
      if (byte == '"' || byte == '\\' || byte < 0x20) break;
      beyond_ascii_ |= byte >= 0x80;
    }
    return at;
  }

  /// Takes a backslash and what it escapes.
  bool escape() {
    if (end_ - at_ < 2) return false;
    const char c = at_[1];
    at_ += 2;
    switch (c) {
      case '"':
      case '\\':
      case '/':
        scratch_.push_back(c);
        return true;
      case 'b':
        scratch_.push_back('\b');
        return true;
      case 'f':
        scratch_.push_back('\f');
        return true;
      case 'n':
        scratch_.push_back('\n');
        return true;
      case 'r':
        scratch_.push_back('\r');
        return true;
      case 't':
        scratch_.push_back('\t');
        return true;
      case 'u':
        break;
      default:
        return false;
    }
    uint32_t unit = 0;
    if (!four_hex_digits(unit)) return false;
    if (unit >= 0xd800 && unit < 0xdc00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* const before = at_;
      at_ += 2;
      uint32_t low = 0;
      if (!four_hex_digits(low)) return false;
      if (low >= 0xdc00 && low < 0xe000) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      } else {
        at_ = before;  // a lone surrogate, replaced; what follows it stands for itself
      }
    }
    append_code_point(scratch_, unit);
    return true;
  }

  bool four_hex_digits(uint32_t& value) {
    if (end_ - at_ < 4) return false;
    const auto read = std::from_chars(at_, at_ + 4, value, 16);
    if (read.ec != std::errc() || read.ptr != at_ + 4) return false;
    at_ += 4;
    return true;
  }

  const char* at_;
  const char* const end_;
  DynamicBuilder& builder_;
  std::string scratch_;
  bool beyond_ascii_ = false;
  bool just_opened_ = false;
};

}  // namespace

bool parse_json_text(std::string_view text, DynamicBuilder& builder) {
  const DynamicBuilder::Mark before = builder.mark();
  if (JsonParser(text, builder).parse()) return true;
  builder.restore(before);
  return false;
}

}  // namespace vedette
