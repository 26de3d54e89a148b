// as, render, consume, getschema.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"
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

/// What a property of render may be set to.
struct Property {
  enum class Takes { Word, Text, Flag, Number, Constant, Column, Columns, Legacy };
  std::string_view name;
  Takes takes;
  std::vector<std::string_view> words = {};
};

const std::vector<Property>& properties_of_charts() {
  using Takes = Property::Takes;
  static const std::vector<Property> properties = {
      {"kind", Takes::Word, {"default", "unstacked", "stacked", "stacked100", "map"}},
      {"title", Takes::Text},
      {"accumulate", Takes::Flag},
      {"xcolumn", Takes::Column},
      {"ycolumns", Takes::Columns},
      {"anomalycolumns", Takes::Columns},
      {"series", Takes::Columns},
      {"xtitle", Takes::Text},
      {"ytitle", Takes::Text},
      {"xaxis", Takes::Word, {"linear", "log"}},
      {"yaxis", Takes::Word, {"linear", "log"}},
      {"legend", Takes::Word, {"visible", "hidden"}},
      {"ysplit", Takes::Word, {"none", "axes", "panels"}},
      {"ymin", Takes::Number},
      {"ymax", Takes::Number},
      {"xmin", Takes::Constant},
      {"xmax", Takes::Constant},
      {"with", Takes::Legacy},
      {"by", Takes::Legacy},
  };
  return properties;
}

const Property* property_of(std::string_view name) {
  for (const Property& property : properties_of_charts()) {
    if (property.name == name) return &property;
  }
  return nullptr;
}

void check_word(QueryBinder& binder, const Property& property, const ast::Expression& value) {
  const auto* word = std::get_if<ast::NameReference>(&value.node);
  const std::string_view text = word == nullptr ? std::string_view() : word->name.text;
  const auto& words = property.words;
  if (std::find(words.begin(), words.end(), text) != words.end()) return;
  binder.error(code::bad_parameter, value.span,
               fmt::format("'{}' must be one of: {}", property.name, fmt::join(words, ", ")),
               did_you_mean(most_similar(text, words)));
}

void check_columns(QueryBinder& binder, const Property& property, const ast::Expression& value) {
  if (const auto* list = std::get_if<ast::NameList>(&value.node)) {
    if (property.takes != Property::Takes::Columns) {
      binder.error(code::bad_parameter, list->names[1].span,
                   fmt::format("'{}' is one column", property.name));
    }
    for (const ast::Name& name : list->names) {
      const ast::Expression reference{ast::NameReference{name}, name.span};
      binder.check_column(binder.bind(reference));
    }
    return;
  }
  binder.check_column(binder.bind(value));
}

void check_property(QueryBinder& binder, const ast::Parameter& parameter, bool there) {
  using Takes = Property::Takes;
  const Property* property = property_of(parameter.name.text);
  if (property == nullptr || !there) {
    std::vector<std::string_view> names;
    for (const Property& known : properties_of_charts()) names.push_back(known.name);
    binder.error(code::unknown_parameter, parameter.name.span,
                 fmt::format("'{}' is not a property of charts", parameter.name.text),
                 did_you_mean(most_similar(parameter.name.text, names)));
    return;
  }
  if (!parameter.value || property->takes == Takes::Legacy) return;
  const ast::Expression& value = *parameter.value;
  if (property->takes == Takes::Word) return check_word(binder, *property, value);
  if (property->takes == Takes::Column || property->takes == Takes::Columns) {
    return check_columns(binder, *property, value);
  }
  const Bound bound = binder.bind(value);
  const Type type = bound.type();
  if (type == Type::Error) return;
  const auto must_be = [&](bool good, std::string_view wanted) {
    if (good) return;
    binder.error(code::bad_parameter, value.span,
                 fmt::format("'{}' must be {}", property->name, wanted));
  };
  const bool constant = plan::constant_of(bound.value) != nullptr;
  if (property->takes == Takes::Text) {
    must_be(type == Type::String || type == Type::Dynamic, "a text");
  } else if (property->takes == Takes::Flag) {
    must_be(constant && type == Type::Bool, "true or false");
  } else if (property->takes == Takes::Number) {
    must_be(constant && number_types.has(type), "a number");
  } else {
    must_be(constant, "a constant");
  }
}

/// The value of a property as JSON: words, columns and constants.
std::string property_value(QueryBinder& binder, const ast::Parameter& parameter) {
  const ast::Expression& expression = *parameter.value;
  const Property* property = property_of(parameter.name.text);
  const bool constant = property != nullptr && property->takes == Property::Takes::Text;
  if (const auto* name = std::get_if<ast::NameReference>(&expression.node); name && !constant) {
    return json_string(name->name.text);
  }
  if (const auto* list = std::get_if<ast::NameList>(&expression.node)) {
    std::string json = "[";
    for (const ast::Name& name : list->names) {
      json += (json.size() > 1 ? "," : "") + json_string(name.text);
    }
    return json + "]";
  }
  const auto value = binder.constant_value(binder.bind(expression).value);
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
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(context.input)));
    constexpr std::string_view legacy[] = {"kind", "title", "accumulate", "with", "by"};
    for (const ast::Parameters* list : {&render.parameters, &render.properties}) {
      std::vector<std::string_view> seen;
      for (const ast::Parameter& parameter : *list) {
        const std::string& name = parameter.name.text;
        const bool there =
            list == &render.properties ||
            std::find(std::begin(legacy), std::end(legacy), name) != std::end(legacy);
        check_property(binder, parameter, there);
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
          binder.error(code::bad_parameter, parameter.name.span,
                       fmt::format("'{}' is given twice", name));
        }
        seen.push_back(name);
      }
    }
  }
  std::string json = "{";
  add_json(json, "visualization", json_string(render.chart.text));
  for (const ast::Parameters* list : {&render.parameters, &render.properties}) {
    for (const ast::Parameter& parameter : *list) {
      if (!parameter.value) continue;
      add_json(json, parameter.name.text, property_value(binder, parameter));
    }
  }
  context.input.visualization = json + "}";
  return std::move(context.input);
}

Table bind_consume(StepContext context, const ast::Consume& consume) {
  context.binder.check_parameters(consume.parameters, {{"decodeblocks", ParameterRule::Bool}});
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
