#include "stdlib/scalar/punycode.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "runtime/base/utf8.h"
#include "runtime/value/text_scanner.h"

namespace vedette::stdlib {
namespace {

// The parameters of Punycode, named as in the RFC.
constexpr uint32_t base = 36;
constexpr uint32_t t_min = 1;
constexpr uint32_t t_max = 26;
constexpr uint32_t skew = 38;
constexpr uint32_t damp = 700;
constexpr uint32_t initial_bias = 72;
constexpr uint32_t initial_n = 128;
constexpr size_t longest = 4096;

uint32_t adapted(uint32_t delta, uint32_t points, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  uint32_t k = 0;
  for (; delta > (base - t_min) * t_max / 2; k += base) delta /= base - t_min;
  return k + (base - t_min + 1) * delta / (delta + skew);
}

uint32_t threshold(uint32_t k, uint32_t bias) {
  if (k <= bias) return t_min;
  return std::min(k - bias, t_max);
}

char digit_of(uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + value - 26);
}

std::optional<uint32_t> value_of(char digit) {
  if (is_digit(digit)) return static_cast<uint32_t>(digit - '0') + 26;
  if (is_ascii_letter(digit)) return static_cast<uint32_t>(lower_ascii(digit) - 'a');
  return std::nullopt;
}

void append_variable(std::string& out, uint32_t value, uint32_t bias) {
  for (uint32_t k = base;; k += base) {
    const uint32_t t = threshold(k, bias);
    if (value < t) break;
    out.push_back(digit_of(t + (value - t) % (base - t)));
    value = (value - t) / (base - t);
  }
  out.push_back(digit_of(value));
}

}  // namespace

std::optional<std::string> to_punycode(std::string_view text) {
  if (text.size() > longest) return std::nullopt;
  std::vector<uint32_t> points;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    points.push_back(take_code_point(rest));
    if (points.back() < 128) out.push_back(static_cast<char>(points.back()));
  }
  const auto basic = static_cast<uint32_t>(out.size());
  uint32_t handled = basic;
  if (basic > 0 && basic < points.size()) out.push_back('-');
  uint32_t n = initial_n;
  uint32_t delta = 0;
  uint32_t bias = initial_bias;
  while (handled < points.size()) {
    uint32_t next = UINT32_MAX;
    for (uint32_t point : points) {
      if (point >= n) next = std::min(next, point);
    }
    const uint64_t grown = delta + uint64_t{next - n} * (handled + 1);
    if (grown > INT32_MAX) return std::nullopt;
    delta = static_cast<uint32_t>(grown);
    n = next;
    for (uint32_t point : points) {
      if (point < n) ++delta;
      if (point != n) continue;
      append_variable(out, delta, bias);
      bias = adapted(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta;
    ++n;
  }
  return out;
}

std::optional<std::string> from_punycode(std::string_view code) {
  if (code.size() > longest || !is_ascii(code)) return std::nullopt;
  std::vector<uint32_t> points;
  const size_t hyphen = code.rfind('-');
  size_t at = 0;
  if (hyphen != std::string_view::npos) {
    for (char c : code.substr(0, hyphen)) points.push_back(static_cast<unsigned char>(c));
    at = hyphen + 1;
  }
  uint32_t n = initial_n;
  uint32_t i = 0;
  uint32_t bias = initial_bias;
  while (at < code.size()) {
    const uint32_t before = i;
    uint64_t weight = 1;
    for (uint32_t k = base;; k += base) {
      if (at == code.size()) return std::nullopt;
      const auto digit = value_of(code[at++]);
      if (!digit) return std::nullopt;
      const uint64_t grown = i + *digit * weight;
      if (grown > INT32_MAX) return std::nullopt;
      i = static_cast<uint32_t>(grown);
      const uint32_t t = threshold(k, bias);
      if (*digit < t) break;
      weight *= base - t;
      if (weight > INT32_MAX) return std::nullopt;
    }
    const auto count = static_cast<uint32_t>(points.size() + 1);
    bias = adapted(i - before, count, before == 0);
    n += i / count;
    i %= count;
    if (n > 0x10ffff) return std::nullopt;
    points.insert(points.begin() + i, n);
    ++i;
  }
  std::string out;
  for (uint32_t point : points) append_code_point(out, point);
  return out;
}

}  // namespace vedette::stdlib
