// A timeline in periods.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/plugin/cells.h"

namespace vedette::plugin {

struct AxisParameters {
  Type type = Type::Datetime;  // of the timeline
  Value start = Value::null(Type::Datetime);
  Value end = Value::null(Type::Datetime);
  Value step = Value::null(Type::Timespan);  // or the text week, month or year
};

/// Positions on a timeline of any summable type, and the periods that begin at its start. Positions
/// are reals for timelines of reals, and whole numbers or ticks for all others.
class Axis {
 public:
  /// A null start or end is that of the rows; a start then lies at a multiple of the step.
  Axis(const AxisParameters& parameters, const Cells& times);

  /// How many periods begin at or before the end; 0 when there are too many or none.
  int64_t periods() const { return periods_; }
  /// Does a row lie between start and end, both included?
  bool inside(size_t row) const;
  bool is_null(size_t row) const { return times_.is_null(row); }
  /// The period of a row; periods before the start have negative numbers.
  int64_t period_of(size_t row) const;
  /// Appends the start of a period.
  void append_start(ColumnBuilder& out, int64_t period) const;
  /// How many whole periods a length spans, at least one.
  int64_t spanned(const Value& length) const;

  /// `time(a) - time(b)` is at most, or less than, a length?
  bool within(size_t a, size_t b, const Value& length, bool or_equal) const;
  bool before(size_t a, size_t b) const;
  /// The number of a row's stretch of time of some length, counted from the start.
  int64_t stretch_of(size_t row, const Value& length) const;

 private:
  bool real() const { return real_; }
  double real_of(size_t row) const { return times_.number(row); }
  int64_t word_of(size_t row) const { return times_.word(row); }

  Cells times_;
  bool real_;
  double real_start_ = 0, real_end_ = 0, real_step_ = 0;
  int64_t start_ = 0, end_ = 0, step_ = 0;
  std::vector<int64_t> starts_;  // of weeks, months or years
  int64_t periods_ = 0;
};

}  // namespace vedette::plugin
