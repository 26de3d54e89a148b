#include "tests/harness/call_function.h"

#include "runtime/base/error.h"
#include "runtime/column/column_builder.h"
#include "runtime/value/convert.h"
#include "runtime/value/json.h"
#include "stdlib/stdlib.h"

namespace vedette {
namespace {

bool fits(const ScalarFunction& function, const Overload& overload,
          const std::vector<Value>& arguments) {
  if (!overload.variadic && overload.takes.size() != arguments.size()) return false;
  for (size_t at = 0; at < arguments.size(); ++at) {
    const Type takes = overload.takes[function.parameter_of(at, arguments.size())];
    if (takes != Type::Error && takes != arguments[at].type()) return false;
  }
  return true;
}

}  // namespace

Value call_function(std::string_view name, const std::vector<Value>& arguments) {
  const ScalarFunction* function = standard_library().find_function(name);
  check(function != nullptr, "the function is in the library");
  for (const Overload& overload : function->overloads) {
    if (overload.evaluate == nullptr || !fits(*function, overload, arguments)) continue;
    Arena arena;
    KernelContext context;
    context.arena = &arena;
    std::vector<ColumnBuilder> columns;
    std::vector<Vector> vectors;
    std::vector<Type> types;
    std::vector<const Value*> constants;
    for (const Value& argument : arguments) {
      columns.emplace_back(argument.type()).append(argument);
      types.push_back(argument.type());
      constants.push_back(&argument);
    }
    for (const ColumnBuilder& column : columns) vectors.push_back(column.vector());
    std::string problem;
    const auto tool = overload.prepare ? overload.prepare(constants, problem) : nullptr;
    check(problem.empty(), problem);
    Vector result;
    result.type = overload.result_type ? overload.result_type(types) : overload.returns;
    Call call{context, vectors, Selection{nullptr, 1}, 1, tool.get(), result};
    overload.evaluate(call);
    return value_at(result, 0);
  }
  check(false, "an overload takes these arguments");
  return Value::null(Type::Long);
}

Value dynamic_of(std::string_view json) {
  DynamicBuilder builder;
  check(parse_json_text(json, builder), "the text is JSON");
  return Value::dynamic(builder.take());
}

std::string answer(std::string_view name, const std::vector<Value>& arguments) {
  const Value value = call_function(name, arguments);
  return value.is_null() ? "null" : to_text(value);
}

}  // namespace vedette
