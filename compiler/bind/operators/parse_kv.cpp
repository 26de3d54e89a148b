#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::binding {
namespace {

/// The texts that an option is given, which may be repeated.
std::vector<std::string> texts_of(const ast::Parameters& properties, std::string_view name) {
  std::vector<std::string> texts;
  for (const ast::Parameter& property : properties) {
    if (property.name.text != name || !property.value) continue;
    const auto* literal = std::get_if<ast::Literal>(&property.value->node);
    if (literal != nullptr) texts.push_back(literal->text);
  }
  return texts;
}

void add_texts(DynamicBuilder& builder, std::string_view key,
               const std::vector<std::string>& texts) {
  builder.key(key);
  builder.begin_array();
  for (const std::string& text : texts) builder.add_string(text);
  builder.end_array();
}

Value options_of(const ast::Parameters& properties, const plan::Schema& keys) {
  DynamicBuilder builder;
  builder.begin_object();
  std::vector<std::string> names;
  for (const plan::Column& key : keys) names.push_back(key.name);
  add_texts(builder, "keys", names);
  add_texts(builder, "quotes", texts_of(properties, "quote"));
  add_texts(builder, "escapes", texts_of(properties, "escape"));
  for (const std::string_view name : {"pair_delimiter", "kv_delimiter", "regex"}) {
    builder.key(name);
    builder.add_string(QueryBinder::word_of(properties, name));
  }
  builder.key("greedy");
  builder.add_bool(QueryBinder::word_of(properties, "greedy") == "true");
  builder.end_object();
  return Value::dynamic(builder.take());
}

}  // namespace

Table bind_parse_kv(StepContext context, const ast::ParseKv& parse_kv) {
  // One function reads the text and answers an array of the values; each becomes a column.
  QueryBinder& binder = context.binder;
  const Span span = context.span();
  binder.check_parameters(parse_kv.properties, {{"pair_delimiter", ParameterRule::Text},
                                                {"kv_delimiter", ParameterRule::Text},
                                                {"regex", ParameterRule::Text},
                                                {"quote", ParameterRule::Text},
                                                {"escape", ParameterRule::Text},
                                                {"greedy", ParameterRule::Bool}});
  Table input = std::move(context.input);
  const plan::Schema before = input.columns();
  std::vector<plan::Expression> arguments;
  {
    const Temporarily scope(binder.rows, std::optional(rows_of(input)));
    Bound source = binder.bind(*parse_kv.expression);
    if (!binder.check_scalar(source)) source = failed(span);
    arguments.push_back(binder.convert(std::move(source.value), Type::String));
  }
  const plan::Schema keys = binder.columns_of(parse_kv.schema);
  arguments.push_back(plan::constant(options_of(parse_kv.properties, keys), span));
  const plan::Column values = binder.fresh("$values", Type::Dynamic);
  plan::Schema columns = before;
  columns.push_back(values);
  std::vector<plan::Expression> read;
  for (const plan::Column& column : before) read.push_back(plan::column(column, span));
  read.push_back(binder.call("$parse_kv", std::move(arguments), span, Type::Dynamic));
  input.plan =
      plan::make(plan::Project{std::move(input.plan), std::move(read)}, std::move(columns), span);

  std::vector<plan::Expression> shown;
  plan::Schema output = before;
  for (const plan::Column& column : before) shown.push_back(plan::column(column, span));
  for (size_t i = 0; i < keys.size(); ++i) {
    std::vector<plan::Expression> element;
    element.push_back(plan::column(values, span));
    element.push_back(plan::constant(Value::int64(static_cast<int64_t>(i)), span));
    shown.push_back(
        binder.convert(binder.call("[]", std::move(element), span, Type::Dynamic), keys[i].type));
    output.push_back(keys[i]);
  }
  input.plan =
      plan::make(plan::Project{std::move(input.plan), std::move(shown)}, std::move(output), span);
  input.name.clear();
  return input;
}

}  // namespace vedette::binding
