#include "runtime/plugin/axis.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "runtime/base/error.h"
#include "runtime/value/convert.h"

namespace vedette::plugin {
namespace {

constexpr int64_t most_periods = 1'000'000;

int64_t floor_divide(int64_t value, int64_t by) {
  const int64_t quotient = value / by;
  return quotient - (value % by != 0 && (value < 0) != (by < 0) ? 1 : 0);
}

double real_value(const Value& value) {
  const Value real = convert(value, Type::Real);
  return real.is_null() ? 0 : real.as_real();
}

int64_t word_value(const Value& value) {
  return value.is_null() || layout_of(value.type()) != Layout::Word ? 0 : value.as_word();
}

using std::chrono::days;
using std::chrono::sys_days;

constexpr sys_days first_day = std::chrono::year{1} / 1 / 1;

int64_t ticks_of(sys_days day) {
  return (day - first_day).count() * ticks_per_day;
}

/// The starts of the calendar's periods from the one that holds `start` to the end.
std::vector<int64_t> calendar_starts(std::string_view unit, int64_t start, int64_t end) {
  using namespace std::chrono;
  const sys_days day = first_day + days(floor_divide(start, ticks_per_day));
  const year_month_day date(day);
  std::vector<int64_t> starts;
  for (int i = 0; static_cast<int64_t>(starts.size()) <= most_periods; ++i) {
    sys_days at;
    if (unit == "week") {
      at = day - (weekday(day) - Sunday) + days(7 * i);
    } else if (unit == "month") {
      at = (date.year() / date.month() + months(i)) / 1;
    } else {
      at = (date.year() + years(i)) / 1 / 1;
    }
    if (ticks_of(at) > end) break;
    starts.push_back(ticks_of(at));
  }
  return starts;
}

}  // namespace

Axis::Axis(const AxisParameters& parameters, const Cells& times)
    : times_(times), real_(layout_of(parameters.type) != Layout::Word) {
  const bool words = parameters.step.type() == Type::String;
  if (real_) {
    real_start_ = real_value(parameters.start), real_end_ = real_value(parameters.end);
    real_step_ = real_value(parameters.step);
  } else {
    start_ = word_value(parameters.start), end_ = word_value(parameters.end);
    step_ = word_value(parameters.step);
  }
  if (!words && !(real_ ? real_step_ > 0 : step_ > 0)) {
    throw QueryError(ErrorKind::Runtime, "KQL0712", "the step of a plugin must be more than 0");
  }
  bool any = false;
  for (size_t row = 0; row < times_.size(); ++row) {
    if (times_.is_null(row)) continue;
    const double real = real_ ? real_of(row) : 0;
    const int64_t word = real_ ? 0 : word_of(row);
    if (parameters.start.is_null()) {
      real_start_ = any ? std::min(real_start_, real) : real;
      start_ = any ? std::min(start_, word) : word;
    }
    if (parameters.end.is_null()) {
      real_end_ = any ? std::max(real_end_, real) : real;
      end_ = any ? std::max(end_, word) : word;
    }
    any = true;
  }
  if (parameters.start.is_null()) {
    if (real_) real_start_ = std::floor(real_start_ / real_step_) * real_step_;
    if (!real_ && !words) start_ = floor_divide(start_, step_) * step_;
    if (!any) return;
  }
  double count = 0;
  if (words) {
    starts_ = calendar_starts(parameters.step.as_text(), start_, end_);
    count = static_cast<double>(starts_.size());
  } else if (real_) {
    count = real_end_ < real_start_ ? 0 : std::floor((real_end_ - real_start_) / real_step_) + 1;
  } else {
    count = end_ < start_ ? 0 : static_cast<double>((end_ - start_) / step_ + 1);
  }
  if (count > most_periods) {
    throw QueryError(ErrorKind::Runtime, "KQL0712",
                     "a plugin would count over more than a million periods");
  }
  periods_ = static_cast<int64_t>(count);
}

bool Axis::inside(size_t row) const {
  if (times_.is_null(row)) return false;
  if (real_) return real_of(row) >= real_start_ && real_of(row) <= real_end_;
  return word_of(row) >= start_ && word_of(row) <= end_;
}

int64_t Axis::period_of(size_t row) const {
  if (!starts_.empty()) {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), word_of(row));
    return after - starts_.begin() - 1;
  }
  if (real_) {
    const double period = std::floor((real_of(row) - real_start_) / real_step_);
    return static_cast<int64_t>(std::clamp(period, -1e15, 1e15));
  }
  return floor_divide(word_of(row) - start_, step_);
}

void Axis::append_start(ColumnBuilder& out, int64_t period) const {
  if (!starts_.empty()) {
    out.append_word(starts_[static_cast<size_t>(period)]);
  } else if (!real_) {
    out.append_word(start_ + period * step_);
  } else {
    out.append(
        convert(Value::real(real_start_ + static_cast<double>(period) * real_step_), out.type()));
  }
}

int64_t Axis::spanned(const Value& length) const {
  if (real_) return std::max<int64_t>(1, static_cast<int64_t>(real_value(length) / real_step_));
  const int64_t step = starts_.size() > 1 ? (starts_.back() - starts_.front()) /
                                                static_cast<int64_t>(starts_.size() - 1)
                                          : step_;
  return step <= 0 ? 1 : std::max<int64_t>(1, word_value(length) / step);
}

bool Axis::within(size_t a, size_t b, const Value& length, bool or_equal) const {
  if (real_) {
    const double distance = real_of(a) - real_of(b);
    return or_equal ? distance <= real_value(length) : distance < real_value(length);
  }
  const int64_t distance = word_of(a) - word_of(b);
  return or_equal ? distance <= word_value(length) : distance < word_value(length);
}

bool Axis::before(size_t a, size_t b) const {
  return real_ ? real_of(a) < real_of(b) : word_of(a) < word_of(b);
}

int64_t Axis::stretch_of(size_t row, const Value& length) const {
  if (real_) {
    const double size = real_value(length);
    return size > 0 ? static_cast<int64_t>(std::floor((real_of(row) - real_start_) / size)) : 0;
  }
  const int64_t size = word_value(length);
  return size > 0 ? floor_divide(word_of(row) - start_, size) : 0;
}

}  // namespace vedette::plugin
