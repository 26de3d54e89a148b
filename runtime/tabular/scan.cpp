#include "runtime/tabular/scan.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "runtime/base/format.h"
#include "runtime/tabular/rows.h"

namespace vedette::tabular {
namespace {

using Output = ScanParameters::Output;
using Step = ScanParameters::Step;

/// A row of the input with what a step made of it.
struct Record {
  size_t row = 0;
  std::vector<Vector> slots;
  Arena memory{256};
};
using RecordPtr = std::shared_ptr<const Record>;

/// What a step remembers: a record for itself and one for each step before it.
struct State {
  bool active = false;
  int64_t match = 0;
  std::vector<RecordPtr> records;
  RecordPtr held_back;  // output=last: not shown yet

  void clear() { *this = {}; }
};

/// One pass over the rows.
class Pass {
 public:
  Pass(const ScanParameters& parameters, TableCall& call)
      : parameters_(parameters),
        call_(call),
        input_(vectors_of(call.inputs[0])),
        scope_(parameters.scope.size()),
        states_(parameters.steps.size()) {
    for (const auto& slot : parameters_.slots) {
      defaults_.push_back(constant_vector(slot.otherwise, memory_));
    }
  }

  void run() {
    const size_t rows = call_.inputs[0].rows;
    for (size_t row = 0; row < rows; ++row) {
      if (row % batch_rows == 0) start_batch(row, rows);
      if (row > 0 && starts_partition(row)) restart();
      for (size_t k = parameters_.steps.size(); k-- > 0;) visit(k, row);
    }
    show_held_back();
  }

 private:
  /// Answers conditions that only read the input, for all rows of a batch at once.
  void start_batch(size_t first, size_t rows) {
    call_.check_running();
    const auto count = static_cast<uint32_t>(std::min<size_t>(batch_rows, rows - first));
    passes_.assign(parameters_.steps.size(), {});
    for (size_t i = 0; i < parameters_.scope.size(); ++i) {
      const auto& seen = parameters_.scope[i];
      scope_[i] =
          seen.slot || seen.step ? Vector{} : call_.inputs[0].columns[seen.at].vector(first);
    }
    for (size_t k = 0; k < parameters_.steps.size(); ++k) {
      const Step& step = parameters_.steps[k];
      if (!step.row_condition) continue;
      const Vector answer = call_.evaluate(*step.row_condition, scope_, count);
      const Reader reader(answer);
      passes_[k].resize(count);
      for (uint32_t row = 0; row < count; ++row) {
        passes_[k][row] = reader.valid(row) && reader.get<uint8_t>(row) != 0;
      }
    }
    first_ = first;
  }

  bool starts_partition(size_t row) const {
    for (uint32_t i = 0; i < parameters_.partition_columns; ++i) {
      const Vector& column = input_[input_.size() - 1 - i];
      if (!(value_at(cell(column, row), 0) == value_at(cell(column, row - 1), 0))) return true;
    }
    return false;
  }

  void restart() {
    show_held_back();
    for (State& state : states_) state.clear();
    next_match_ = 0;
  }

  Vector seen(const ScanParameters::Seen& what, size_t row, const State& state,
              const Record& record) const {
    if (!what.step) return what.slot ? record.slots[what.at] : cell(input_[what.at], row);
    const RecordPtr remembered =
        *what.step < state.records.size() ? state.records[*what.step] : nullptr;
    if (what.slot) return remembered ? remembered->slots[what.at] : defaults_[what.at];
    return remembered ? cell(input_[what.at], remembered->row) : null_vector(input_[what.at].type);
  }

  Vector compute(uint32_t expression, size_t row, const State& state, const Record& record) {
    for (size_t i = 0; i < scope_.size(); ++i) {
      scope_[i] = seen(parameters_.scope[i], row, state, record);
    }
    return call_.evaluate(expression, scope_, 1);
  }

  void fill_defaults(Record& record) const {
    record.slots = defaults_;
    for (size_t i = 0; i < defaults_.size(); ++i) {
      const auto& slot = parameters_.slots[i];
      if (slot.column) record.slots[i] = cell(input_[*slot.column], record.row);
    }
  }

  bool holds(size_t k, size_t row, const State& state) {
    const Step& step = parameters_.steps[k];
    if (step.row_condition && !passes_[k][row - first_]) return false;
    if (!step.condition) return true;
    Record record;
    record.row = row;
    fill_defaults(record);
    const Vector answer = compute(*step.condition, row, state, record);
    const Reader reader(answer);
    return reader.valid(0) && reader.get<uint8_t>(0) != 0;
  }

  RecordPtr extend(size_t k, size_t row, const State& state) {
    auto record = std::make_shared<Record>();
    record->row = row;
    fill_defaults(*record);
    for (const auto& assignment : parameters_.steps[k].assignments) {
      const Value value = value_at(compute(assignment.expression, row, state, *record), 0);
      record->slots[assignment.slot] = constant_vector(value, record->memory);
    }
    return record;
  }

  /// The state that step `k` may take over: of the step before, or of one before optional steps.
  State* predecessor(size_t k) {
    while (k-- > 0) {
      if (states_[k].active) return &states_[k];
      if (!parameters_.steps[k].optional) return nullptr;
    }
    return nullptr;
  }

  bool may_begin(size_t k) const {
    return std::all_of(parameters_.steps.begin(),
                       parameters_.steps.begin() + static_cast<std::ptrdiff_t>(k),
                       [](const Step& step) { return step.optional; });
  }

  void visit(size_t k, size_t row) {
    State& state = states_[k];
    if (State* before = predecessor(k); before != nullptr && holds(k, row, *before)) {
      show_held_back(*before);
      show_held_back(state);
      state = std::move(*before);
      before->clear();
      state.records.resize(k);
    } else {
      if (!state.active && !may_begin(k)) return;
      if (!holds(k, row, state)) return;
      if (!state.active) {
        state.active = true;
        state.match = next_match_++;
        state.records.resize(k);
      }
    }
    RecordPtr record = extend(k, row, state);
    state.records.resize(k + 1);
    state.records[k] = record;
    switch (parameters_.steps[k].output) {
      case Output::All:
        show(*record, state.match);
        break;
      case Output::Last:
        state.held_back = std::move(record);
        break;
      case Output::None:
        break;
    }
  }

  void show_held_back(State& state) {
    if (state.held_back) show(*state.held_back, state.match);
    state.held_back = nullptr;
  }

  void show_held_back() {
    std::vector<State*> left;
    for (State& state : states_) {
      if (state.held_back) left.push_back(&state);
    }
    std::sort(left.begin(), left.end(), [](const State* a, const State* b) {
      return std::pair(a->held_back->row, a) < std::pair(b->held_back->row, b);
    });
    for (State* state : left) show_held_back(*state);
  }

  void show(const Record& record, int64_t match) {
    for (size_t i = 0; i < parameters_.shown.size(); ++i) {
      const auto& shown = parameters_.shown[i];
      if (shown.slot) {
        call_.out[i].append_row(record.slots[*shown.slot], 0);
      } else if (shown.column) {
        call_.out[i].append_row(cell(input_[*shown.column], record.row), 0);
      } else {
        call_.out[i].append_word(match);
      }
    }
  }

  const ScanParameters& parameters_;
  TableCall& call_;
  const std::vector<Vector> input_;
  std::vector<Vector> scope_;
  std::vector<Vector> defaults_;
  Arena memory_{4096};
  std::vector<State> states_;
  std::vector<std::vector<char>> passes_;  // of each step, for the rows of the batch
  size_t first_ = 0;                       // row of the batch
  int64_t next_match_ = 0;
};

class Scan : public TableFunction {
 public:
  explicit Scan(ScanParameters parameters) : parameters_(std::move(parameters)) {}

  std::string describe() const override {
    std::string names;
    for (const Step& step : parameters_.steps) {
      names += (names.empty() ? "" : ", ") + step.name;
    }
    return fmt::format("scan ({})", names);
  }

  void run(TableCall& call) const override { Pass(parameters_, call).run(); }

 private:
  ScanParameters parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> scan(ScanParameters parameters) {
  return std::make_shared<Scan>(std::move(parameters));
}

}  // namespace vedette::tabular
