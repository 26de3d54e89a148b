#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/per_group.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// Most groups that a subquery is bound for one by one.
constexpr size_t most_groups = 1024;

/// Runs the subquery of a partition for each value of the key, bound anew for each: whatever it
/// contains, and whatever it does with the key.
class OneByOne {
 public:
  OneByOne(QueryBinder& binder, const ast::Partition& partition, Table input, plan::Column key,
           Span span)
      : binder_(binder),
        partition_(partition),
        key_(std::move(key)),
        span_(span),
        place_(place_of_key(input.columns())),
        input_(binder.share(std::move(input), span)) {}

  /// Nothing when the values of the key cannot be known now.
  std::optional<Table> run(const plan::Schema& columns) {
    const std::optional<std::vector<Value>> keys = values_of_key();
    if (!keys) return std::nullopt;
    plan::Union all;
    for (const Value& key : *keys) {
      Table one = subquery(key);
      if (one.columns().size() != columns.size()) return std::nullopt;
      std::vector<std::optional<plan::ColumnId>> ids;
      for (const plan::Column& column : one.columns()) ids.emplace_back(column.id);
      all.columns.push_back(std::move(ids));
      all.inputs.push_back(std::move(one.plan));
    }
    plan::Schema output;
    for (const plan::Column& column : columns) {
      output.push_back(binder_.fresh(column.name, column.type));
    }
    if (all.inputs.empty()) return binder_.empty_table(std::move(output), span_);
    return Table{.plan = plan::make(std::move(all), std::move(output), span_)};
  }

  /// The answer for one value; for none, with braces only, the columns of all answers.
  Table subquery(const std::optional<Value>& key) {
    if (!partition_.braces) {
      return binder_.bind_subquery(*partition_.subquery, only(binder_.copy(input_), *key));
    }
    Bound value = failed(span_);
    value.value.type = key_.type;
    if (key) {
      value = {.value = plan::constant(*key, span_), .name = key_.name, .constant = true};
    }
    const Temporarily names(binder_.scope, declare(binder_.scope, key_.name, std::move(value)));
    return binder_.bind_table(*partition_.subquery);
  }

 private:
  size_t place_of_key(const plan::Schema& columns) const {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const plan::Column& c) { return c.id == key_.id; });
    return static_cast<size_t>(found - columns.begin());
  }

  std::optional<std::vector<Value>> values_of_key() {
    Table rows = binder_.copy(input_);
    const plan::Column key = rows.columns()[place_];
    plan::Aggregate distinct;
    distinct.keys.push_back(plan::column(key, span_));
    distinct.input = std::move(rows.plan);
    const Table keys{.plan = plan::make(std::move(distinct),
                                        plan::Schema{binder_.fresh(key.name, key.type)}, span_)};
    const std::optional<WholeTable> answer = binder_.rows_now(keys);
    if (!answer) return std::nullopt;
    if (answer->rows > most_groups) {
      binder_.error(code::invalid_value, span_,
                    fmt::format("there are {} groups; this subquery can run for {} at most",
                                answer->rows, most_groups));
      return std::nullopt;
    }
    std::vector<Value> values;
    const Vector vector = answer->columns[0].vector();
    for (uint32_t row = 0; row < answer->rows; ++row) values.push_back(value_at(vector, row));
    return values;
  }

  /// The rows whose key has a value.
  Table only(Table rows, const Value& key) {
    const plan::Column column = rows.columns()[place_];
    std::vector<plan::Expression> arguments;
    arguments.push_back(plan::column(column, span_));
    const bool null = key.is_null();
    if (!null) arguments.push_back(plan::constant(key, span_));
    plan::Expression condition =
        binder_.call(null ? "isnull" : "==", std::move(arguments), span_, Type::Bool);
    plan::Schema columns = rows.columns();
    rows.plan = plan::make(plan::Filter{std::move(rows.plan), std::move(condition)},
                           std::move(columns), span_);
    return rows;
  }

  QueryBinder& binder_;
  const ast::Partition& partition_;
  const plan::Column key_;
  const Span span_;
  const size_t place_;
  const Table input_;
};

}  // namespace

Table bind_partition(StepContext context, const ast::Partition& partition) {
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  std::optional<plan::Column> key;
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    const Bound by = binder.bind(*partition.by);
    if (binder.check_column(by)) binder.check_not_dynamic(by);
    key = by.column;
  }
  if (!key) {
    Table result = partition.braces
                       ? binder.bind_table(*partition.subquery)
                       : binder.bind_subquery(*partition.subquery, std::move(context.input));
    return binder.empty_table(result.columns(), span, result.open);
  }
  const bool serialized = context.input.serialized;
  const plan::Schema before = context.input.columns();
  Table input = binder.copy(context.input);
  plan::Schema shape;
  bool open = false;
  if (!partition.braces) {
    // All groups in one go, if every step of the subquery can tell groups apart.
    const plan::Node* leaf = context.input.plan.get();
    Table result = binder.bind_subquery(*partition.subquery, std::move(context.input));
    const plan::Schema columns = result.columns();
    PerGroup per_group(binder, leaf, {*key}, {}, false);
    if (per_group.possible(*result.plan)) {
      per_group.apply(result.plan);
      const bool ordered = result.serialized && !serialized;
      result = binder.keep_columns(std::move(result), columns, span);
      result.serialized = ordered;
      return result;
    }
    shape = columns;
    open = result.open;
  }
  const auto place = std::find_if(before.begin(), before.end(),
                                  [&](const plan::Column& column) { return column.id == key->id; });
  const plan::Column copied = input.columns()[static_cast<size_t>(place - before.begin())];
  OneByOne one_by_one(binder, partition, std::move(input), copied, span);
  if (partition.braces) {
    const Table table = one_by_one.subquery(std::nullopt);
    shape = table.columns();
    open = table.open;
  }
  if (std::optional<Table> result = one_by_one.run(shape)) return std::move(*result);
  binder.cannot_run_yet(context.step.keyword_span,
                        "this subquery needs the groups before the query runs");
  return binder.empty_table(std::move(shape), span, open);
}

}  // namespace vedette::binding
