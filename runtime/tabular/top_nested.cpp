#include "runtime/tabular/top_nested.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/tabular/rows.h"
#include "runtime/value/dynamic.h"

namespace vedette::tabular {
namespace {

using Call = TopNestedParameters::Call;
using Level = TopNestedParameters::Level;
using RowList = std::vector<uint32_t>;

/// One aggregate over chosen rows.
Value aggregate(const Call& call, size_t result, const std::vector<Vector>& columns,
                std::span<const uint32_t> rows, AggregateContext& context) {
  std::vector<Type> types;
  for (const uint32_t argument : call.arguments) types.push_back(columns[argument].type);
  std::vector<uint64_t> memory(call.body->state_bytes / 8 + 1);
  char* state = reinterpret_cast<char*>(memory.data());
  call.body->create(state, types);
  std::vector<ColumnBuilder> batch;
  for (const Type type : types) batch.emplace_back(type);
  const auto add = [&](uint32_t count) {
    std::vector<Vector> arguments;
    for (const ColumnBuilder& column : batch) arguments.push_back(column.vector());
    AddCall adding{.context = context,
                   .arguments = arguments,
                   .selection = {nullptr, count},
                   .states = &state,
                   .one_state = true};
    call.body->add(adding);
    for (ColumnBuilder& column : batch) column.clear();
  };
  uint32_t count = 0;
  for (const uint32_t row : rows) {
    if (call.condition) {
      const Vector holds = cell(columns[*call.condition], row);
      const Reader reader(holds);
      if (!reader.valid(0) || reader.get<uint8_t>(0) == 0) continue;
    }
    for (size_t i = 0; i < batch.size(); ++i) {
      batch[i].append_row(cell(columns[call.arguments[i]], row), 0);
    }
    if (++count == batch_rows) add(std::exchange(count, 0));
  }
  if (count > 0) add(count);
  std::vector<ColumnBuilder> results;
  for (const Type type : call.results) results.emplace_back(type);
  std::vector<ColumnBuilder*> out;
  for (ColumnBuilder& column : results) out.push_back(&column);
  call.body->result(context, state, out);
  if (call.body->destroy != nullptr) call.body->destroy(state);
  return value_at(results[result].vector(), 0);
}

class Work {
 public:
  Work(const TopNestedParameters& parameters, TableCall& call)
      : parameters_(parameters),
        call_(call),
        columns_(vectors_of(call.inputs[0])),
        line_(parameters.levels.size() * 2) {
    context_.arena = &arena_;
    GroupNumbers groups = one_group(call.inputs[0].rows);
    for (size_t level = 0; level < parameters.levels.size(); ++level) {
      groups = split(groups, columns_[level]);
      numbers_.push_back(groups.of_row);
    }
  }

  void run() {
    RowList rows(call_.inputs[0].rows);
    for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<uint32_t>(i);
    descend(0, rows);
  }

 private:
  struct Group {
    RowList rows;
    Value weight = Value::null(Type::Long);
    size_t number = 0;  // in order of first appearance
  };

  /// The weight of some rows at a level.
  Value weigh(const Level& level, std::span<const uint32_t> rows) {
    call_.check_running();
    weight_memory_.clear();
    std::vector<Vector> scope(parameters_.scope);
    for (const Call& call : level.calls) {
      for (size_t i = 0; i < call.results.size(); ++i) {
        scope[call.first_result + i] =
            constant_vector(aggregate(call, i, columns_, rows, context_), weight_memory_);
      }
    }
    if (!context_.failure_code.empty()) {
      throw QueryError(ErrorKind::Runtime, context_.failure_code,
                       std::string(context_.failure_message));
    }
    return value_at(call_.evaluate(level.weight, scope, 1), 0);
  }

  std::vector<Group> groups_of(size_t at, std::span<const uint32_t> rows) {
    const Level& level = parameters_.levels[at];
    std::vector<Group> groups;
    std::unordered_map<uint32_t, size_t> group_of_number;
    for (const uint32_t row : rows) {
      const auto [found, added] = group_of_number.try_emplace(numbers_[at][row], groups.size());
      if (added) groups.emplace_back().number = found->second;
      groups[found->second].rows.push_back(row);
    }
    for (Group& group : groups) group.weight = weigh(level, group.rows);
    std::sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) {
      if (precedes(level, a.weight, b.weight)) return true;
      return !precedes(level, b.weight, a.weight) && a.number < b.number;
    });
    return groups;
  }

  static bool precedes(const Level& level, const Value& a, const Value& b) {
    if (a.is_null() || b.is_null()) {
      return a.is_null() != b.is_null() && a.is_null() == level.nulls_first;
    }
    return level.descending ? less(b, a) : less(a, b);
  }

  static bool less(const Value& a, const Value& b) {
    switch (layout_of(a.type())) {
      case Layout::Byte:
        return a.as_bool() < b.as_bool();
      case Layout::Word:
        return a.as_word() < b.as_word();
      case Layout::Double:
        return a.as_real() < b.as_real();
      case Layout::Decimal:
        return a.as_decimal() < b.as_decimal();
      case Layout::Guid:
        return a.as_guid() < b.as_guid();
      case Layout::Text:
        return a.type() == Type::Dynamic
                   ? compare(DynamicView(a.as_text()), DynamicView(b.as_text())) < 0
                   : a.as_text() < b.as_text();
    }
    return false;
  }

  void descend(size_t at, std::span<const uint32_t> rows) {
    if (at == parameters_.levels.size()) return show();
    const Level& level = parameters_.levels[at];
    std::vector<Group> groups = groups_of(at, rows);
    size_t kept = groups.size();
    if (level.count) kept = std::min(kept, static_cast<size_t>(std::max<int64_t>(*level.count, 0)));
    for (size_t i = 0; i < kept; ++i) {
      line_[at * 2] = value_at(cell(columns_[at], groups[i].rows[0]), 0);
      line_[at * 2 + 1] = groups[i].weight;
      descend(at + 1, groups[i].rows);
    }
    if (!level.others || kept == groups.size()) return;
    RowList rest;
    for (size_t i = kept; i < groups.size(); ++i) {
      rest.insert(rest.end(), groups[i].rows.begin(), groups[i].rows.end());
    }
    std::sort(rest.begin(), rest.end());
    show_others(at, rest);
  }

  /// One line for all rows that were not at the top; deeper levels tell what they call the rest.
  void show_others(size_t at, std::span<const uint32_t> rest) {
    for (size_t i = at; i < parameters_.levels.size(); ++i) {
      const Level& level = parameters_.levels[i];
      const Type type = call_.out[i * 2 + 1].type();
      line_[i * 2] = level.others ? *level.others : Value::null(columns_[i].type);
      line_[i * 2 + 1] = level.others ? weigh(level, rest) : Value::null(type);
    }
    show();
  }

  void show() {
    for (size_t i = 0; i < line_.size(); ++i) call_.out[i].append(*line_[i]);
  }

  const TopNestedParameters& parameters_;
  TableCall& call_;
  const std::vector<Vector> columns_;
  std::vector<std::vector<uint32_t>> numbers_;  // groups of the rows, by level
  std::vector<std::optional<Value>> line_;      // the row of the output in the making
  Arena arena_;
  Arena weight_memory_{4096};
  AggregateContext context_;
};

class TopNested : public TableFunction {
 public:
  explicit TopNested(TopNestedParameters parameters) : parameters_(std::move(parameters)) {}

  std::string describe() const override {
    return fmt::format("top-nested of {} levels", parameters_.levels.size());
  }

  void run(TableCall& call) const override { Work(parameters_, call).run(); }

 private:
  TopNestedParameters parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> top_nested(TopNestedParameters parameters) {
  return std::make_shared<TopNested>(std::move(parameters));
}

}  // namespace vedette::tabular
