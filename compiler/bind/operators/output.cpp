// as, render, consume, getschema.
#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"
#include "runtime/value/storage_type.h"

namespace vedette::binding {
namespace {

void add_json(std::string& json, std::string_view key, const std::string& value) {
  json += json.size() > 1 ? "," : "";
  append_json_string(json, key);
  json += ':';
  json += value;
}

/// The value of a render property as JSON: words and constants.
std::string property_value(QueryBinder& binder, const ast::Expression& expression) {
  if (const auto* name = std::get_if<ast::NameReference>(&expression.node)) {
    return json_string(name->name.text);
  }
  if (const auto* list = std::get_if<ast::NameList>(&expression.node)) {
    std::string json = "[";
    for (const ast::Name& name : list->names) {
      json += (json.size() > 1 ? "," : "") + json_string(name.text);
    }
    return json + "]";
  }
  const Bound bound = binder.bind(expression);
  const auto value = binder.constant_value(bound.value);
  if (!value) return "null";
  std::string json;
  append_json_cell(json, *value);
  return json;
}

}  // namespace

Table bind_as(StepContext context, const ast::As& as) {
  QueryBinder& binder = context.binder;
  binder.check_parameters(as.parameters, {});
  Table shared = binder.share(std::move(context.input), context.span());
  shared.name = as.name.text;
  binder.scope = declare(binder.scope, as.name.text,
                         NamedTable{std::make_shared<const Table>(binder.copy(shared))});
  shared.result_name = as.name.text;
  return shared;
}

Table bind_render(StepContext context, const ast::Render& render) {
  QueryBinder& binder = context.binder;
  constexpr std::string_view charts[] = {"anomalychart", "areachart",
                                         "barchart",     "card",
                                         "columnchart",  "graph",
                                         "ladderchart",  "linechart",
                                         "piechart",     "pivotchart",
                                         "plotly",       "scatterchart",
                                         "sankey",       "stackedareachart",
                                         "table",        "timechart",
                                         "timeline",     "timepivot",
                                         "treemap",      "list",
                                         "3Dchart",      "threedchart",
                                         "map"};
  const bool known =
      std::find(std::begin(charts), std::end(charts), render.chart.text) != std::end(charts);
  if (!known) {
    binder.error(code::bad_parameter, render.chart.span,
                 fmt::format("'{}' is not a chart", render.chart.text));
  }
  std::string json = "{";
  add_json(json, "visualization", json_string(render.chart.text));
  for (const ast::Parameters* list : {&render.parameters, &render.properties}) {
    for (const ast::Parameter& parameter : *list) {
      if (!parameter.value) continue;
      add_json(json, parameter.name.text, property_value(binder, *parameter.value));
    }
  }
  context.input.visualization = json + "}";
  return std::move(context.input);
}

Table bind_consume(StepContext context, const ast::Consume&) {
  context.input.invisible = true;
  return std::move(context.input);
}

Table bind_get_schema(StepContext context, const ast::GetSchema& get_schema) {
  QueryBinder& binder = context.binder;
  const plan::Schema& columns = context.input.columns();
  plan::Values values;
  plan::Schema output;
  if (QueryBinder::word_of(get_schema.parameters, "kind") == "csl") {
    std::string schema;
    for (const plan::Column& column : columns) {
      schema +=
          fmt::format("{}{}:{}", schema.empty() ? "" : ",", column.name, name_of(column.type));
    }
    output = {binder.fresh("Schema", Type::String)};
    values.rows.push_back({Value::string(std::move(schema))});
  } else {
    output = {binder.fresh("ColumnName", Type::String), binder.fresh("ColumnOrdinal", Type::Long),
              binder.fresh("DataType", Type::String), binder.fresh("ColumnType", Type::String)};
    for (size_t i = 0; i < columns.size(); ++i) {
      values.rows.push_back({Value::string(columns[i].name), Value::int64(static_cast<int64_t>(i)),
                             Value::string(std::string(storage_type_of(columns[i].type))),
                             Value::string(std::string(name_of(columns[i].type)))});
    }
  }
  Table table{.plan = plan::make(std::move(values), std::move(output), context.span())};
  table.serialized = true;
  return table;
}

}  // namespace vedette::binding
