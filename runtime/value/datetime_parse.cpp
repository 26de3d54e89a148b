#include <array>

#include "runtime/value/datetime.h"
#include "runtime/value/text_scanner.h"

namespace vedette {

namespace {

constexpr std::array<std::string_view, 12> month_names = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> day_names = {"sunday",   "monday", "tuesday", "wednesday",
                                                       "thursday", "friday", "saturday"};

/// The index of the name that `word` is, or shortens to three letters or more; -1 if none.
template <size_t N>
int name_index(const std::array<std::string_view, N>& names, std::string_view word) {
  if (word.size() < 3) return -1;
  for (size_t at = 0; at < N; ++at) {
    if (word.size() != 3 && word.size() != names[at].size()) continue;
    if (equal_ignoring_ascii_case(word, names[at].substr(0, word.size()))) {
      return static_cast<int>(at);
    }
  }
  return -1;
}

/// Two-digit years are 1950 to 2049.
int full_year(std::string_view digits) {
  const int year = digits_value(digits);
  if (digits.size() > 2) return year;
  return year < 50 ? 2000 + year : 1900 + year;
}

class DatetimeParser {
 public:
  explicit DatetimeParser(std::string_view text) : scan_(text) {}

  std::optional<Datetime> parse() {
    if (!date()) return {};
    scan_.skip_spaces();
    if (!scan_.done() && !zone()) return {};
    scan_.skip_spaces();
    if (!scan_.done()) return {};
    const auto local = datetime_of(parts_);
    if (!local) return {};
    return add_ticks(*local, -offset_minutes_ * ticks_per_minute);
  }

 private:
  bool date() {
    size_t start = scan_.at();
    std::string_view word = scan_.take_letters();
    if (!word.empty() && name_index(day_names, word) >= 0) {
      scan_.take('.');
      scan_.take(',');
      scan_.skip_spaces();
      start = scan_.at();
      word = scan_.take_letters();
    }
    if (!word.empty()) return month_first(word);
    scan_.go_to(start);
    const std::string_view digits = scan_.take_digits();
    switch (digits.size()) {
      case 1:
      case 2:
        return day_or_month_first(digits);
      case 4:
        return year_first(digits);
      case 8:
      case 14:
        return compact(digits);
      default:
        return false;
    }
  }

  /// `2014-11-08`, `2014/11/8`, `2014-11`, `2014`; then perhaps a time.
  bool year_first(std::string_view digits) {
    parts_.year = digits_value(digits);
    if (scan_.done()) return true;
    const char separator = take_separator();
    if (separator == '\0') return false;
    if (!two_digits(&parts_.month)) return false;
    const size_t after_month = scan_.at();
    if (take_separator() != separator) {
      scan_.go_to(after_month);
      return scan_.done();
    }
    return two_digits(&parts_.day) && time_after_date();
  }

  /// `8 Nov 14 ...`, `08-Nov-14 ...`, `11/8/2014 ...`, `11-08-2014 ...`
  bool day_or_month_first(std::string_view digits) {
    char separator = take_separator();
    if (separator == '\0') {
      if (!is_ascii_letter(scan_.peek())) return false;
      separator = ' ';
    }
    if (const std::string_view word = scan_.take_letters(); !word.empty()) {
      parts_.day = digits_value(digits);
      parts_.month = name_index(month_names, word) + 1;
      if (take_separator() == '\0') return false;
    } else {
      if (separator == ' ') return false;
      parts_.month = digits_value(digits);
      if (!two_digits(&parts_.day) || take_separator() != separator) return false;
    }
    return year() && time_after_date();
  }

  /// `November 8, 2014 ...`, `Nov 8 15:05:02 2014`
  bool month_first(std::string_view word) {
    parts_.month = name_index(month_names, word) + 1;
    scan_.take('.');
    if (take_separator() == '\0' || !two_digits(&parts_.day)) return false;
    scan_.take(',');
    if (take_separator() == '\0') return false;
    const size_t start = scan_.at();
    scan_.take_digits();
    const bool time_comes_first = scan_.peek() == ':';
    scan_.go_to(start);
    if (!time_comes_first) return year() && time_after_date();
    return time() && scan_.skip_spaces() && year();
  }

  /// `20141108`, `20141108T150502Z`, `20141108150502`
  bool compact(std::string_view digits) {
    parts_.year = digits_value(digits.substr(0, 4));
    parts_.month = digits_value(digits.substr(4, 2));
    parts_.day = digits_value(digits.substr(6, 2));
    if (digits.size() == 8) return time_after_date();
    parts_.hour = digits_value(digits.substr(8, 2));
    parts_.minute = digits_value(digits.substr(10, 2));
    parts_.second = digits_value(digits.substr(12, 2));
    return fraction();
  }

  bool time_after_date() {
    const size_t start = scan_.at();
    scan_.take(',');
    scan_.skip_spaces();
    if (lower_ascii(scan_.peek()) == 't') scan_.take(scan_.peek());
    if (is_digit(scan_.peek()) && scan_.at() > start) return time();
    scan_.go_to(start);
    return true;
  }

  /// `15:05`, `15:05:02`, `15:05:02.123`, `3:05 PM`, `3 PM`, `1505`, `150502`
  bool time() {
    const std::string_view first = scan_.take_digits();
    if (first.size() == 4 || first.size() == 6) {
      parts_.hour = digits_value(first.substr(0, 2));
      parts_.minute = digits_value(first.substr(2, 2));
      if (first.size() == 4) return true;
      parts_.second = digits_value(first.substr(4, 2));
      return fraction();
    }
    if (first.empty() || first.size() > 2) return false;
    parts_.hour = digits_value(first);
    if (!scan_.take(':')) return half_of_day();
    if (!two_digits(&parts_.minute)) return false;
    if (scan_.take(':') && (!two_digits(&parts_.second) || !fraction())) return false;
    half_of_day();
    return !bad_hour_;
  }

  bool fraction() {
    const size_t start = scan_.at();
    if (!scan_.take('.') && !scan_.take(',')) return true;
    const std::string_view digits = scan_.take_digits();
    if (digits.empty()) scan_.go_to(start);
    parts_.fraction = fraction_ticks(digits);
    return true;
  }

  /// Takes `AM` or `PM` and says whether it was there.
  bool half_of_day() {
    const size_t start = scan_.at();
    scan_.skip_spaces();
    const std::string_view word = scan_.take_letters();
    const bool morning = equal_ignoring_ascii_case(word, "am");
    if (!morning && !equal_ignoring_ascii_case(word, "pm")) {
      scan_.go_to(start);
      return false;
    }
    bad_hour_ = parts_.hour < 1 || parts_.hour > 12;
    parts_.hour = parts_.hour % 12 + (morning ? 0 : 12);
    return !bad_hour_;
  }

  /// `Z`, `UTC`, `GMT`, `+02:00`, `-0530`, `+02`
  bool zone() {
    if (is_ascii_letter(scan_.peek())) {
      const std::string_view word = scan_.take_letters();
      for (std::string_view name : {"z", "utc", "gmt", "ut"}) {
        if (equal_ignoring_ascii_case(word, name)) return scan_.done() || !is_sign() || zone();
      }
      return false;
    }
    if (!is_sign()) return false;
    const bool west = scan_.peek() == '-';
    scan_.take(scan_.peek());
    const std::string_view digits = scan_.take_digits();
    int hours = 0;
    int minutes = 0;
    if (digits.size() == 4) {
      hours = digits_value(digits.substr(0, 2));
      minutes = digits_value(digits.substr(2));
    } else if (digits.size() == 1 || digits.size() == 2) {
      hours = digits_value(digits);
      if (scan_.take(':') && !two_digits(&minutes)) return false;
    } else {
      return false;
    }
    if (hours > 14 || minutes > 59) return false;
    offset_minutes_ = (hours * 60 + minutes) * (west ? -1 : 1);
    return true;
  }

  bool is_sign() const { return scan_.peek() == '+' || scan_.peek() == '-'; }

  bool year() {
    const std::string_view digits = scan_.take_digits();
    if (digits.size() != 2 && digits.size() != 4) return false;
    parts_.year = full_year(digits);
    return true;
  }

  /// Takes one of `- / .` with spaces around, or spaces alone (answered as a space).
  char take_separator() {
    const bool spaces = scan_.skip_spaces();
    for (char c : {'-', '/', '.'}) {
      if (!scan_.take(c)) continue;
      scan_.skip_spaces();
      return c;
    }
    return spaces ? ' ' : '\0';
  }

  bool two_digits(int* value) {
    const std::string_view digits = scan_.take_digits();
    if (digits.empty() || digits.size() > 2) return false;
    *value = digits_value(digits);
    return true;
  }

  TextScanner scan_;
  DatetimeParts parts_;
  int64_t offset_minutes_ = 0;
  bool bad_hour_ = false;
};

/// Two digits at `at`, or 99 and more if they are none.
inline unsigned pair_at(const char* at) {
  const unsigned tens = static_cast<unsigned char>(at[0]) - '0';
  const unsigned ones = static_cast<unsigned char>(at[1]) - '0';
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/// The form that logs are full of: `2014-05-25T08:20:03[.fraction][Z]`, `T` perhaps a space.
std::optional<Datetime> parse_usual_form(std::string_view text) {
  if (text.size() < 19) return {};
  const char* at = text.data();
  if (at[4] != '-' || at[7] != '-' || (at[10] != 'T' && at[10] != ' ') || at[13] != ':' ||
      at[16] != ':') {
    return {};
  }
  const unsigned numbers[] = {pair_at(at),      pair_at(at + 2),  pair_at(at + 5), pair_at(at + 8),
                              pair_at(at + 11), pair_at(at + 14), pair_at(at + 17)};
  for (unsigned number : numbers) {
    if (number > 99) return {};
  }
  size_t end = 19;
  int fraction = 0;
  if (end < text.size() && at[end] == '.') {
    const size_t start = ++end;
    while (end < text.size() && is_digit(at[end])) ++end;
    if (end == start) return {};
    fraction = fraction_ticks(text.substr(start, end - start));
  }
  if (end < text.size() && at[end] == 'Z') ++end;
  if (end != text.size()) return {};
  return datetime_of({static_cast<int>(numbers[0] * 100 + numbers[1]), static_cast<int>(numbers[2]),
                      static_cast<int>(numbers[3]), static_cast<int>(numbers[4]),
                      static_cast<int>(numbers[5]), static_cast<int>(numbers[6]), fraction});
}

}  // namespace

std::optional<Datetime> parse_datetime(std::string_view text) {
  if (const auto usual = parse_usual_form(text)) return usual;
  return DatetimeParser(trimmed(text)).parse();
}

}  // namespace vedette
