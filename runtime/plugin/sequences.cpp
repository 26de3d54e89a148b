#include "runtime/plugin/sequences.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_set>

#include "runtime/value/convert.h"

namespace vedette::plugin {
namespace {

/// Rows by group, each in order of time.
std::vector<std::vector<uint32_t>> ordered_rows(const Codes& groups, const Axis& axis) {
  std::vector<std::vector<uint32_t>> rows_of(groups.count());
  for (uint32_t row = 0; row < groups.of_row.size(); ++row) {
    if (!axis.is_null(row)) rows_of[groups.of_row[row]].push_back(row);
  }
  for (auto& rows : rows_of) {
    std::sort(rows.begin(), rows.end(), [&](uint32_t a, uint32_t b) {
      return axis.before(a, b) || (!axis.before(b, a) && a < b);
    });
  }
  return rows_of;
}

class RowsNear : public TableFunction {
 public:
  RowsNear(int64_t before, int64_t after) : before_(before), after_(after) {}
  std::string describe() const override { return "rows_near"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const Cells condition(input.columns[0]);
    const auto rows = static_cast<int64_t>(input.rows);
    Pacer pacer(call);
    int64_t shown = 0;  // all rows before this one were looked at
    for (int64_t row = 0; row < rows; ++row) {
      pacer.step();
      if (!condition.truth(static_cast<size_t>(row))) continue;
      const int64_t first = std::max(shown, row - std::min(before_, row));
      const int64_t last = std::min(rows - 1, row + std::min(after_, rows));
      for (int64_t at = first; at <= last; ++at) {
        for (size_t i = 1; i < input.columns.size(); ++i) {
          Cells(input.columns[i]).append_to(call.out[i - 1], static_cast<size_t>(at));
        }
      }
      shown = std::max(shown, last + 1);
    }
  }

 private:
  const int64_t before_, after_;
};

class RollingFunction : public TableFunction {
 public:
  explicit RollingFunction(RollingPercentile parameters) : parameters_(std::move(parameters)) {}
  std::string describe() const override { return "rolling_percentile"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const size_t dimensions = input.columns.size() - 2;
    const Codes groups = number_rows(input, 2, dimensions);
    const Cells values(input.columns[0]);
    const Axis axis(parameters_.axis, Cells(input.columns[1]));
    std::vector<std::map<int64_t, std::vector<uint32_t>>> bins(groups.count());
    for (uint32_t row = 0; row < input.rows; ++row) {
      if (axis.is_null(row) || values.is_null(row)) continue;
      bins[groups.of_row[row]][axis.period_of(row)].push_back(row);
    }
    std::vector<uint32_t> window;
    for (size_t group = 0; group < groups.count(); ++group) {
      for (int64_t bin = 0; bin < axis.periods(); ++bin) {
        call.check_running();
        window.clear();
        const auto end = bins[group].upper_bound(bin);
        for (auto at = bins[group].lower_bound(bin - parameters_.bins + 1); at != end; ++at) {
          window.insert(window.end(), at->second.begin(), at->second.end());
        }
        if (window.empty()) continue;
        axis.append_start(call.out[0], bin);
        for (size_t i = 0; i < dimensions; ++i) {
          Cells(input.columns[2 + i]).append_to(call.out[1 + i], groups.first_row[group]);
        }
        const double rank =
            std::ceil(parameters_.percentile / 100 * static_cast<double>(window.size()));
        const auto nth = static_cast<std::ptrdiff_t>(
            std::clamp(rank, 1.0, static_cast<double>(window.size())) - 1);
        const bool words = layout_of(values.type()) == Layout::Word;
        std::nth_element(
            window.begin(), window.begin() + nth, window.end(), [&](uint32_t a, uint32_t b) {
              return words ? values.word(a) < values.word(b) : values.number(a) < values.number(b);
            });
        values.append_to(call.out[1 + dimensions], window[static_cast<size_t>(nth)]);
      }
    }
  }

 private:
  const RollingPercentile parameters_;
};

class SequenceFunction : public TableFunction {
 public:
  explicit SequenceFunction(SequenceDetect parameters) : parameters_(std::move(parameters)) {}
  std::string describe() const override { return "sequence_detect"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const size_t first_dimension = 1 + parameters_.steps;
    Search search{call, input, Axis(everything(), Cells(input.columns[0])), {}, {}, {}};
    for (size_t i = 0; i < parameters_.steps; ++i) {
      search.conditions.emplace_back(input.columns[1 + i]);
    }
    const Codes groups =
        number_rows(input, first_dimension, input.columns.size() - first_dimension);
    for (const auto& rows : ordered_rows(groups, search.axis)) {
      search.rows = &rows;
      for (size_t at = 0; at < rows.size(); ++at) extend(search, at);
    }
  }

 private:
  struct Search {
    TableCall& call;
    const WholeTable& input;
    Axis axis;
    std::vector<Cells> conditions;
    std::vector<uint32_t> taken;  // a row a step, so far
    const std::vector<uint32_t>* rows;
  };

  /// The times are compared only; there are no periods.
  AxisParameters everything() const {
    AxisParameters axis;
    axis.type = parameters_.type;
    const Type step = axis.type == Type::Datetime ? Type::Timespan : axis.type;
    axis.start = Value::null(axis.type), axis.end = Value::null(axis.type);
    axis.step =
        layout_of(step) == Layout::Word ? Value::int64(int64_t{1} << 62) : Value::real(1e300);
    return axis;
  }

  /// Takes the row at `at` for the next step when it may be taken, and goes on from there.
  void extend(Search& search, size_t at) const {
    const std::vector<uint32_t>& rows = *search.rows;
    const uint32_t row = rows[at];
    const size_t step = search.taken.size();
    if (!search.conditions[step].truth(row)) return;
    search.taken.push_back(row);
    if (search.taken.size() == parameters_.steps) {
      append(search);
    } else {
      for (size_t next = at + 1; next < rows.size(); ++next) {
        search.call.check_running();
        const bool reachable =
            search.axis.within(rows[next], row, parameters_.longest_step, true) &&
            search.axis.within(rows[next], search.taken[0], parameters_.longest, true);
        if (!reachable) break;
        extend(search, next);
      }
    }
    search.taken.pop_back();
  }

  void append(Search& search) const {
    const Cells times(search.input.columns[0]);
    size_t at = 0;
    for (size_t i = 1 + parameters_.steps; i < search.input.columns.size(); ++i) {
      Cells(search.input.columns[i]).append_to(search.call.out[at++], search.taken[0]);
    }
    for (const uint32_t row : search.taken) times.append_to(search.call.out[at++], row);
    const uint32_t first = search.taken.front(), last = search.taken.back();
    const bool words = layout_of(times.type()) == Layout::Word;
    search.call.out[at].append_word(
        words ? times.word(last) - times.word(first)
              : static_cast<int64_t>(times.number(last) - times.number(first)));
  }

  const SequenceDetect parameters_;
};

constexpr size_t most_samples = 128;

class FunnelFunction : public TableFunction {
 public:
  explicit FunnelFunction(Funnel parameters) : parameters_(std::move(parameters)) {}
  std::string describe() const override { return "funnel_sequence"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const Codes ids = number_values(input.columns[0]);
    const Cells states(input.columns[2]), texts(input.columns[3]);
    const Codes state_codes = number_values(input.columns[2]);
    const Axis axis(parameters_.axis, Cells(input.columns[1]));
    const size_t length = parameters_.sequence.size();
    constexpr uint32_t none = UINT32_MAX;
    struct Found {
      std::vector<uint32_t> samples;  // rows of different ids
      std::unordered_set<uint32_t> ids;
    };
    std::map<std::tuple<int64_t, uint32_t, uint32_t>, Found> found;
    Pacer pacer(call);
    for (auto rows : ordered_rows(ids, axis)) {
      std::erase_if(rows, [&](uint32_t row) { return !axis.inside(row); });
      for (size_t at = 0; length > 0 && at + length <= rows.size(); ++at) {
        pacer.step();
        if (!matches(axis, texts, rows, at)) continue;
        uint32_t previous = none, next = none;
        if (parameters_.previous && at > 0 && near(axis, rows, at)) {
          previous = state_codes.of_row[rows[at - 1]];
        }
        if (parameters_.next && at + length < rows.size() && near(axis, rows, at + length)) {
          next = state_codes.of_row[rows[at + length]];
        }
        Found& one = found[{axis.period_of(rows[at]), previous, next}];
        if (one.ids.insert(ids.of_row[rows[at]]).second && one.samples.size() < most_samples) {
          one.samples.push_back(rows[at]);
        }
      }
    }
    const Cells id_cells(input.columns[0]);
    const auto append_state = [&](size_t column, uint32_t code) {
      if (code == none) return call.out[column].append_null();
      states.append_to(call.out[column], state_codes.first_row[code]);
    };
    for (const auto& [key, one] : found) {
      const auto& [period, previous, next] = key;
      size_t at = 0;
      axis.append_start(call.out[at++], period);
      if (parameters_.previous) append_state(at++, previous);
      if (parameters_.next) append_state(at++, next);
      call.out[at++].append_word(static_cast<int64_t>(one.ids.size()));
      DynamicBuilder samples;
      samples.begin_array();
      for (const uint32_t row : one.samples) add_value(samples, id_cells.value(row));
      samples.end_array();
      call.out[at].append_text(samples.bytes());
    }
  }

 private:
  /// Is a row close enough to the one before?
  bool near(const Axis& axis, const std::vector<uint32_t>& rows, size_t at) const {
    return axis.within(rows[at], rows[at - 1], parameters_.longest_step, true);
  }
  bool matches(const Axis& axis, const Cells& texts, const std::vector<uint32_t>& rows,
               size_t at) const {
    for (size_t i = 0; i < parameters_.sequence.size(); ++i) {
      if (texts.text(rows[at + i]) != parameters_.sequence[i]) return false;
      if (i > 0 && !near(axis, rows, at + i)) return false;
    }
    return true;
  }

  const Funnel parameters_;
};

class CompletionFunction : public TableFunction {
 public:
  explicit CompletionFunction(FunnelCompletion parameters) : parameters_(std::move(parameters)) {}
  std::string describe() const override { return "funnel_sequence_completion"; }

  void run(TableCall& call) const override {
    const WholeTable& input = call.inputs[0];
    const Codes ids = number_values(input.columns[0]);
    const Cells texts(input.columns[3]);
    const Axis axis(parameters_.axis, Cells(input.columns[1]));
    const size_t length = parameters_.sequence.size();
    // A period's numbers of ids: for each time allowed, for each state.
    std::map<int64_t, std::vector<size_t>> reached;
    for (const auto& rows : ordered_rows(ids, axis)) {
      std::map<int64_t, std::vector<uint32_t>> periods;
      for (const uint32_t row : rows) {
        if (axis.inside(row)) periods[axis.period_of(row)].push_back(row);
      }
      for (const auto& [period, own] : periods) {
        call.check_running();
        std::vector<size_t>& counts = reached[period];
        counts.resize(length * parameters_.allowed.size());
        for (size_t i = 0; i < parameters_.allowed.size(); ++i) {
          const size_t depth = deepest(axis, texts, own, parameters_.allowed[i]);
          for (size_t state = 0; state < depth; ++state) ++counts[i * length + state];
        }
      }
    }
    for (const auto& [period, counts] : reached) {
      for (size_t i = 0; i < counts.size(); ++i) {
        axis.append_start(call.out[0], period);
        call.out[1].append_text(parameters_.sequence[i % length]);
        call.out[2].append(parameters_.allowed[i / length]);
        call.out[3].append_word(static_cast<int64_t>(counts[i]));
      }
    }
  }

 private:
  /// How many states of the sequence come one after the other within some time of the first.
  size_t deepest(const Axis& axis, const Cells& texts, const std::vector<uint32_t>& rows,
                 const Value& allowed) const {
    const std::vector<std::string>& sequence = parameters_.sequence;
    size_t deepest = 0;
    for (size_t first = 0; first < rows.size() && deepest < sequence.size(); ++first) {
      size_t depth = 0;
      for (size_t at = first; at < rows.size() && depth < sequence.size(); ++at) {
        if (!axis.within(rows[at], rows[first], allowed, true)) break;
        if (texts.text(rows[at]) == sequence[depth]) {
          ++depth;
        } else if (at == first) {
          break;
        }
      }
      deepest = std::max(deepest, depth);
    }
    return deepest;
  }

  const FunnelCompletion parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> rows_near(int64_t before, int64_t after) {
  return std::make_shared<RowsNear>(before, after);
}

std::shared_ptr<const TableFunction> rolling_percentile(RollingPercentile parameters) {
  return std::make_shared<RollingFunction>(std::move(parameters));
}

std::shared_ptr<const TableFunction> sequence_detect(SequenceDetect parameters) {
  return std::make_shared<SequenceFunction>(std::move(parameters));
}

std::shared_ptr<const TableFunction> funnel(Funnel parameters) {
  return std::make_shared<FunnelFunction>(std::move(parameters));
}

std::shared_ptr<const TableFunction> funnel_completion(FunnelCompletion parameters) {
  return std::make_shared<CompletionFunction>(std::move(parameters));
}

}  // namespace vedette::plugin
