#include "runtime/tabular/series.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/tabular/rows.h"
#include "runtime/value/convert.h"

namespace vedette::tabular {
namespace {

/// Where a value lies on the axis: ticks and whole numbers exactly, reals as they are.
struct WordAxis {
  using Number = int64_t;
  static Number read(const Vector& column, size_t row) { return column.as<int64_t>()[row]; }
  static int64_t index(Number at, Number start, Number step) { return (at - start) / step; }
  static int64_t count(Number start, Number end, Number step, bool includes_end) {
    if (end < start || (end == start && !includes_end)) return 0;
    const auto distance = static_cast<uint64_t>(end) - static_cast<uint64_t>(start);
    const uint64_t whole = distance / static_cast<uint64_t>(step);
    const bool more = includes_end || distance % static_cast<uint64_t>(step) != 0;
    return static_cast<int64_t>(std::min<uint64_t>(whole + (more ? 1 : 0), longest_series + 1));
  }
  static Value value(Type type, Number at) {
    switch (type) {
      case Type::Datetime:
        return Value::datetime({at});
      case Type::Timespan:
        return Value::timespan({at});
      default:
        return Value::int64(at);
    }
  }
};

struct RealAxis {
  using Number = double;
  static Number read(const Vector& column, size_t row) { return column.as<double>()[row]; }
  static int64_t index(Number at, Number start, Number step) {
    return static_cast<int64_t>(std::llround((at - start) / step));
  }
  static int64_t count(Number start, Number end, Number step, bool includes_end) {
    // Decimal fractions are not exact: an end that is nearly a bin is that bin.
    constexpr double nearly = 1e-9;
    const double bins = (end - start) / step;
    if (!(bins >= 0)) return 0;
    const double count = includes_end ? std::floor(bins + nearly) + 1 : std::ceil(bins - nearly);
    return static_cast<int64_t>(std::min(count, static_cast<double>(longest_series + 1)));
  }
  static Value value(Type, Number at) { return Value::real(at); }
};

template <typename Axis> class Work {
 public:
  using Number = typename Axis::Number;

  Work(const SeriesParameters& parameters, TableCall& call)
      : parameters_(parameters),
        call_(call),
        columns_(vectors_of(call.inputs[0])),
        bins_(columns_[parameters.groups]) {
    const std::vector<Vector> ends = vectors_of(call.inputs[1]);
    const auto read = [&](size_t at) -> std::optional<Number> {
      if (call.inputs[1].rows == 0 || !Reader(ends[at]).valid(0)) return std::nullopt;
      return Axis::read(ends[at], 0);
    };
    if (parameters_.begins) first_ = read(0);
    if (parameters_.ends) last_ = read(1);
    step_ = read(2).value_or(0);
    if (!(step_ > 0)) {
      throw QueryError(ErrorKind::Runtime, "KQL0720", "the step of make-series must be above zero");
    }
  }

  void run() {
    const size_t rows = call_.inputs[0].rows;
    const GroupNumbers groups = group_rows(std::span(columns_).first(parameters_.groups), rows);
    const RowsOfGroups rows_of_groups = rows_of(groups);
    for (size_t group = 0; group < groups.groups(); ++group) {
      call_.check_running();
      for (size_t i = 0; i < parameters_.groups; ++i) {
        call_.out[i].append_row(cell(columns_[i], groups.first_row[group]), 0);
      }
      add_series(rows_of_groups.of(group));
    }
    if (rows == 0 && parameters_.never_empty) {
      for (size_t i = 0; i < parameters_.groups; ++i) call_.out[i].append_null();
      add_series({});
    }
  }

 private:
  bool valid(uint32_t row) const {
    return bins_.validity == nullptr || get_bit(bins_.validity, row);
  }

  void add_series(std::span<const uint32_t> rows) {
    std::optional<Number> start = first_, end = last_;
    bool includes_end = parameters_.includes_end;
    if (!start || !end) {
      std::optional<Number> least, most;
      for (const uint32_t row : rows) {
        if (!valid(row)) continue;
        const Number at = Axis::read(bins_, row);
        if (!least || at < *least) least = at;
        if (!most || at > *most) most = at;
      }
      if (!start) start = least;
      if (!end) end = most, includes_end = true;
    }
    const int64_t count =
        start && end ? Axis::count(*start, *end, step_, includes_end) : int64_t{0};
    if (count > longest_series) {
      throw QueryError(
          ErrorKind::Limit, "KQL0721",
          fmt::format("make-series would make arrays of more than {} values", longest_series));
    }
    row_at_.assign(static_cast<size_t>(count), no_row);
    for (const uint32_t row : rows) {
      if (!valid(row) || !start) continue;
      const Number at = Axis::read(bins_, row);
      if (at < *start) continue;
      const int64_t index = Axis::index(at, *start, step_);
      if (index < count) row_at_[static_cast<size_t>(index)] = row;
    }
    const size_t values = parameters_.otherwise.size();
    for (size_t i = 0; i < values; ++i) {
      add_values(columns_[parameters_.groups + 1 + i], parameters_.otherwise[i],
                 call_.out[parameters_.groups + i]);
    }
    builder_.begin_array();
    Number at = start.value_or(Number{});
    for (int64_t i = 0; i < count; ++i) {
      if constexpr (std::is_same_v<Number, double>) at = *start + static_cast<double>(i) * step_;
      add_value(builder_, Axis::value(bins_.type, at));
      if constexpr (!std::is_same_v<Number, double>) {
        at = static_cast<int64_t>(static_cast<uint64_t>(at) + static_cast<uint64_t>(step_));
      }
    }
    builder_.end_array();
    call_.out[parameters_.groups + values].append_text(builder_.bytes());
    builder_.clear();
  }

  void add_values(const Vector& column, const Value& otherwise, ColumnBuilder& out) {
    builder_.begin_array();
    for (const uint32_t row : row_at_) {
      if (row == no_row) {
        add_value(builder_, otherwise);
      } else if (column.validity != nullptr && !get_bit(column.validity, row)) {
        builder_.add_null();
      } else if (column.type == Type::Long) {
        builder_.add_long(column.as<int64_t>()[row]);
      } else if (column.type == Type::Real) {
        builder_.add_real(column.as<double>()[row]);
      } else {
        add_value(builder_, value_at(cell(column, row), 0));
      }
    }
    builder_.end_array();
    out.append_text(builder_.bytes());
    builder_.clear();
  }

  static constexpr uint32_t no_row = std::numeric_limits<uint32_t>::max();

  const SeriesParameters& parameters_;
  TableCall& call_;
  const std::vector<Vector> columns_;
  const Vector& bins_;
  std::optional<Number> first_, last_;
  Number step_ = {};
  std::vector<uint32_t> row_at_;
  DynamicBuilder builder_;
};

class MakeSeries : public TableFunction {
 public:
  explicit MakeSeries(SeriesParameters parameters) : parameters_(std::move(parameters)) {}

  std::string describe() const override { return "make-series"; }

  void run(TableCall& call) const override {
    if (call.inputs[0].columns[parameters_.groups].type() == Type::Real) {
      Work<RealAxis>(parameters_, call).run();
    } else {
      Work<WordAxis>(parameters_, call).run();
    }
  }

 private:
  SeriesParameters parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> make_series(SeriesParameters parameters) {
  return std::make_shared<MakeSeries>(std::move(parameters));
}

}  // namespace vedette::tabular
