// bag_unpack: the keys of bags become columns.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"
#include "runtime/plugin/shapes.h"
#include "runtime/value/dynamic.h"

namespace vedette::binding {
namespace {

/// The value for a key, as a type.
plan::Expression slot(QueryBinder& binder, const plan::Expression& bag, const std::string& key,
                      Type type, Span span) {
  std::vector<plan::Expression> arguments;
  arguments.push_back(bag);
  arguments.push_back(plan::constant(Value::string(key), span));
  return binder.convert(binder.call("[]", std::move(arguments), span, Type::Dynamic), type);
}

/// `: (Name: string)`: the columns are known.
Table unpack_declared(PluginCall& call, const plan::Expression& bag, plan::ColumnId bag_id,
                      const std::string& prefix) {
  QueryBinder& binder = call.binder;
  const ast::RowSchema& schema = *call.schema;
  call.schema = nullptr;
  const plan::Schema wanted = binder.columns_of(schema);
  Projection projection;
  if (schema.star) {
    for (const plan::Column& column : call.input.columns()) {
      const bool named = std::any_of(wanted.begin(), wanted.end(),
                                     [&](const auto& other) { return other.name == column.name; });
      if (!named && column.id != bag_id) projection.add(binder.pass(column));
    }
  }
  for (const plan::Column& column : wanted) {
    const plan::Column* kept = rows_of(call.input).find(column.name);
    if (kept != nullptr && kept->id == bag_id) kept = nullptr;
    const std::string key =
        column.name.starts_with(prefix) ? column.name.substr(prefix.size()) : column.name;
    plan::Expression value = kept != nullptr
                                 ? binder.convert(plan::column(*kept, call.span), column.type)
                                 : slot(binder, bag, key, column.type, call.span);
    projection.add({column, std::move(value), 0});
  }
  Table result = binder.project(std::move(call.input), projection, call.span);
  result.open = false;
  return result;
}

struct Slot {
  std::string key;
  Type type;
};

/// Runs the query so far to learn the keys of the bags; nothing when that cannot be.
std::optional<std::vector<Slot>> learn_slots(PluginCall& call, const plan::Expression& bag) {
  const AggregateFunction& function = plugin::bag_slots();
  const plan::Column found = call.fresh("Slots", Type::Dynamic);
  plan::Aggregate step;
  step.input = plan::clone(*call.input.plan);
  step.aggregates.push_back({&function, &function.bodies[0], {bag}, {}, {found}, call.span});
  const Table table{.plan = plan::make(std::move(step), plan::Schema{found}, call.span)};
  const std::optional<WholeTable> rows = call.binder.rows_now(table);
  if (!rows || rows->rows != 1) return std::nullopt;
  const Value bags = value_at(rows->columns[0].vector(), 0);
  std::vector<Slot> slots;
  const DynamicView view(bags.is_null() ? std::string_view{} : bags.as_text());
  for (size_t i = 0; i < view.size(); ++i) {
    slots.push_back({std::string(view.key_at(i)),
                     type_of_name(view.value_at(i).as_text()).value_or(Type::Dynamic)});
  }
  return slots;
}

enum class Conflict { Error, ReplaceSource, KeepSource };

std::optional<Conflict> conflict_of(PluginCall& call) {
  const std::optional<Value> given = call.constant("columnsConflict");
  if (!given || given->type() != Type::String) return Conflict::Error;
  const std::string_view word = given->as_text();
  if (word == "error") return Conflict::Error;
  if (word == "replace_source") return Conflict::ReplaceSource;
  if (word == "keep_source") return Conflict::KeepSource;
  call.error(code::bad_choice, call.find("columnsConflict")->span(),
             "'columnsConflict' must be one of: error, replace_source, keep_source");
  return std::nullopt;
}

bool is_ignored(const std::optional<Value>& ignored, std::string_view key) {
  if (!ignored || ignored->is_null() || ignored->type() != Type::Dynamic) return false;
  const DynamicView keys(ignored->as_text());
  for (size_t i = 0; i < keys.size() && keys.is_array(); ++i) {
    if (keys.at(static_cast<int64_t>(i)).as_text() == key) return true;
  }
  return keys.as_text() == key && !key.empty();
}

}  // namespace

Table bind_bag_unpack(PluginCall& call) {
  QueryBinder& binder = call.binder;
  const Bound* column = call.find("Column");
  const plan::ColumnId bag_id = column != nullptr && column->column ? column->column->id : 0;
  plan::Schema kept;
  for (const plan::Column& other : call.input.columns()) {
    if (other.id != bag_id || bag_id == 0) kept.push_back(other);
  }
  const std::optional<Value> given_prefix = call.constant("OutputColumnPrefix");
  const std::string prefix(given_prefix ? given_prefix->as_text() : "");
  if (given_prefix && prefix.empty()) {
    call.error(code::invalid_value, call.find("OutputColumnPrefix")->span(),
               "the prefix must not be empty");
  }
  const std::optional<Conflict> conflict = conflict_of(call);
  const std::optional<Value> ignored = call.constant("ignoredProperties");
  if (call.broken || bag_id == 0) {
    if (call.schema == nullptr) return call.empty(std::move(kept), true);
    const plan::Expression nothing = plan::constant(Value::null(Type::Dynamic), call.span);
    return unpack_declared(call, nothing, bag_id, prefix);
  }
  plan::Expression bag = column->value;
  if (bag.type == Type::String) {
    std::vector<plan::Expression> text;
    text.push_back(std::move(bag));
    bag = binder.call("parse_json", std::move(text), call.span, Type::Dynamic);
  }
  if (call.schema != nullptr) return unpack_declared(call, bag, bag_id, prefix);

  const std::optional<std::vector<Slot>> slots = learn_slots(call, bag);
  if (!slots) return call.empty(std::move(kept), true);
  Projection projection;
  for (const plan::Column& other : kept) projection.add(binder.pass(other));
  for (const Slot& found : *slots) {
    if (is_ignored(ignored, found.key)) continue;
    const std::string name = prefix + found.key;
    const auto taken = std::find_if(kept.begin(), kept.end(),
                                    [&](const plan::Column& other) { return other.name == name; });
    plan::Expression value = slot(binder, bag, found.key, found.type, call.span);
    if (taken == kept.end()) {
      projection.add({call.fresh(name, found.type), std::move(value), 0});
    } else if (*conflict == Conflict::ReplaceSource) {
      auto& replaced = projection.items()[static_cast<size_t>(taken - kept.begin())];
      replaced = {call.fresh(name, found.type), std::move(value), 0};
    } else if (*conflict == Conflict::Error) {
      call.error(code::duplicate_column, call.call.function.span,
                 fmt::format("bag_unpack: the bags have a key '{}', which is a column already; "
                             "give a prefix, or columnsConflict='replace_source' or 'keep_source'",
                             found.key));
    }
  }
  Table result = binder.project(std::move(call.input), projection, call.span);
  result.open = false;
  result.from_rows = true;
  return result;
}

}  // namespace vedette::binding
