// Functions of what surrounds a row: the columns in sight, the time of ingestion, the database, and
// the settings of the query.
#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/format.h"

namespace vedette::binding {

std::optional<Bound> QueryBinder::bind_surroundings(const ast::Call& call, Span span) {
  const std::string& name = call.function.text;
  if (name == "ingestion_time" && call.arguments.empty()) return bind_ingestion_time(span);
  if (name == "bin_auto") return bind_bin_auto(call, span);
  if (name == "cursor_after" || name == "cursor_before_or_at") return bind_cursor(call, span);
  if (name == "iscolumnexists") return bind_column_exists(call, span);
  if (name == "current_database" && call.arguments.empty()) {
    Bound result{.value = plan::constant(Value::string(environment.database_name), span)};
    result.constant = true;
    return result;
  }
  return std::nullopt;
}

Bound QueryBinder::bind_bin_auto(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  if (!check_argument_count("bin_auto", arguments.size(), 1, 1, call.function.span)) return result;
  const ScalarFunction* function =
      environment.library.find_function(bin_auto_at_ ? "bin_at" : "bin");
  const Type type = arguments[0].type();
  const ScalarFunction* record = environment.library.find_function("bin_auto");
  if (record != nullptr && !check_argument(record->parameters[0], arguments[0], {})) return result;
  if (!bin_auto_size_ || function == nullptr) {
    result.name = arguments[0].name;
    result.value.type = type == Type::Int ? Type::Long : type;
    cannot_run_yet(span, "'bin_auto' needs the size of its bins: set query_bin_auto_size = ...");
    return result;
  }
  arguments.push_back(*bin_auto_size_);
  if (bin_auto_at_) arguments.push_back(*bin_auto_at_);
  return bind_builtin(*function, std::move(arguments), call.function.span, span);
}

Bound QueryBinder::bind_cursor(const ast::Call& call, Span span) {
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  result.value.type = Type::Bool;
  const std::string& name = call.function.text;
  if (!check_argument_count(name, arguments.size(), 1, 1, call.function.span)) return result;
  if (!check_types(arguments[0], Types{Type::String, Type::Dynamic}, "a string")) return result;
  const bool is_after = name == "cursor_after";
  arguments[0].value = convert(std::move(arguments[0].value), Type::String);
  // The empty cursor stands before everything.
  const auto cursor = constant_value(arguments[0].value);
  if (cursor && cursor->type() == Type::String && cursor->as_text().empty()) {
    result.value = plan::constant(Value::boolean(is_after), span);
    return result;
  }
  std::vector<plan::Expression> text;
  text.push_back(std::move(arguments[0].value));
  std::vector<plan::Expression> sides;
  sides.push_back(bind_ingestion_time(span).value);
  sides.push_back(this->call("todatetime", std::move(text), span, Type::Datetime));
  result.value = this->call(is_after ? ">" : "<=", std::move(sides), span, Type::Bool);
  return result;
}

Bound QueryBinder::bind_column_exists(const ast::Call& call, Span span) {
  const std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  result.value.type = Type::Bool;
  if (!check_argument_count("iscolumnexists", arguments.size(), 1, 1, call.function.span)) {
    return result;
  }
  if (!check_type(arguments[0], Type::String)) return result;
  const auto name = constant_value(arguments[0].value);
  if (!name || name->type() != Type::String) {
    error(code::constant_expected, arguments[0].span(), "the name must be a constant");
    return result;
  }
  const bool exists = rows && rows->find(name->as_text()) != nullptr;
  result.value = plan::constant(Value::boolean(exists), span);
  return result;
}

}  // namespace vedette::binding
