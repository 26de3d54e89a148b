// evaluate: calls a plugin.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/plugins/bind_arguments.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::binding {
namespace {

void report_unknown_plugin(QueryBinder& binder, const ast::Name& name) {
  std::vector<std::string_view> names;
  for (const Plugin& plugin : plugins()) names.push_back(plugin.name);
  const bool function = binder.environment.library.find_function(name.text) != nullptr ||
                        binder.environment.library.find_aggregate(name.text) != nullptr;
  if (function) {
    binder.error(code::plugin_not_allowed, name.span,
                 fmt::format("'{}' is not a plugin", name.text));
    return;
  }
  binder.error(code::unknown_function, name.span,
               fmt::format("'{}' is not a plugin that is known here", name.text),
               did_you_mean(most_similar(name.text, names)));
}

/// `: (*, Name: type)` behind a plugin whose columns are known without it: those columns, by name.
Table declared(QueryBinder& binder, Table result, const ast::RowSchema& schema, Span span) {
  const plan::Schema wanted = binder.columns_of(schema);
  Projection projection;
  if (schema.star) {
    for (const plan::Column& column : result.columns()) {
      const bool named = std::any_of(wanted.begin(), wanted.end(), [&](const plan::Column& other) {
        return other.name == column.name;
      });
      if (!named) projection.add(binder.pass(column));
    }
  }
  for (const plan::Column& column : wanted) {
    const plan::Column* found = rows_of(result).find(column.name);
    plan::Expression value = found == nullptr
                                 ? plan::constant(Value::null(column.type), span)
                                 : binder.convert(plan::column(*found, span), column.type);
    projection.add({column, std::move(value), 0});
  }
  return binder.project(std::move(result), projection, span);
}

}  // namespace

Table bind_evaluate(QueryBinder& binder, const ast::Step& step, const ast::Evaluate& evaluate,
                    std::optional<Table> piped) {
  const auto* call = std::get_if<ast::Call>(&evaluate.call->node);
  if (call == nullptr) {
    binder.error(code::plugin_not_allowed, evaluate.call->span, "a plugin is expected here");
    return binder.unknown_table(step.span);
  }
  const Plugin* plugin = find_plugin(call->function.text);
  if (plugin == nullptr) {
    report_unknown_plugin(binder, call->function);
    if (!evaluate.schema) return binder.unknown_table(step.span);
    return binder.empty_table(binder.columns_of(*evaluate.schema), step.span);
  }
  Table input = piped ? std::move(*piped) : binder.unknown_table(step.span);
  PluginCall bound{.binder = binder,
                   .plugin = *plugin,
                   .call = *call,
                   .schema = evaluate.schema ? &*evaluate.schema : nullptr,
                   .input = std::move(input),
                   .span = step.span};
  bind_plugin_arguments(bound);
  Table result = plugin->bind(bound);
  if (bound.schema != nullptr) {
    result = declared(binder, std::move(result), *bound.schema, step.span);
    result.open = false;
  }
  return result;
}

}  // namespace vedette::binding
