// Functions of row order: row_number, prev, next, row_cumsum and their kin.
#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/query_binder.h"
#include "compiler/plan/walk.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

struct WindowFunction {
  std::string_view name;
  size_t least, most;
  enum class Gives { Long, FirstArgument } gives;
};

constexpr WindowFunction window_functions[] = {
    {"row_number", 0, 2, WindowFunction::Gives::Long},
    {"row_rank", 1, 2, WindowFunction::Gives::Long},
    {"row_rank_dense", 1, 2, WindowFunction::Gives::Long},
    {"row_rank_min", 1, 2, WindowFunction::Gives::Long},
    {"row_cumsum", 1, 2, WindowFunction::Gives::FirstArgument},
    {"row_window_session", 3, 4, WindowFunction::Gives::FirstArgument},
    {"prev", 1, 3, WindowFunction::Gives::FirstArgument},
    {"next", 1, 3, WindowFunction::Gives::FirstArgument},
};

const WindowFunction* find_window(std::string_view name) {
  const auto* found = std::find_if(std::begin(window_functions), std::end(window_functions),
                                   [&](const WindowFunction& f) { return f.name == name; });
  return found == std::end(window_functions) ? nullptr : found;
}

}  // namespace

bool QueryBinder::is_window_function(std::string_view name) {
  return find_window(name) != nullptr;
}

Bound QueryBinder::bind_window(const ast::Call& call, Span span) {
  const WindowFunction& function = *find_window(call.function.text);
  std::vector<Bound> arguments = bind_arguments(call);
  Bound result = failed(span);
  result.value.type = Type::Long;
  if (!check_argument_count(function.name, arguments.size(), function.least, function.most,
                            call.function.span)) {
    return result;
  }
  bool known = true;
  for (const Bound& argument : arguments) {
    check_scalar(argument);
    known &= argument.type() != Type::Error;
  }
  if (function.gives == WindowFunction::Gives::FirstArgument) {
    result.value.type = arguments[0].type();
  }
  check_window_arguments(function.name, arguments);
  if (!known) return result;
  if (windows_ == nullptr) {
    error(code::window_not_allowed, call.function.span,
          fmt::format("'{}' is not allowed here: compute it in an `extend` first", function.name));
    return result;
  }
  if (!rows_serialized_ && !environment.check_only) {
    error(code::not_serialized, call.function.span,
          fmt::format("'{}' needs rows in a fixed order: sort them, or add `| serialize`",
                      function.name));
    return result;
  }
  std::vector<plan::Expression> values;
  plan::ColumnSet read;
  for (Bound& argument : arguments) {
    plan::add_columns_of(argument.value, read);
    values.push_back(std::move(argument.value));
  }
  // A call that reads the result of another goes into a later step.
  size_t level = 0;
  for (size_t i = 0; i < windows_->size(); ++i) {
    for (const plan::Window::Call& other : (*windows_)[i]) {
      if (read.contains(other.result.id)) level = i + 1;
    }
  }
  if (level == windows_->size()) windows_->emplace_back();
  const plan::Column column = fresh(std::string(function.name), result.value.type);
  (*windows_)[level].push_back({std::string(function.name), std::move(values), column});
  result.value = plan::column(column, span);
  return result;
}

void QueryBinder::check_window_arguments(std::string_view name,
                                         const std::vector<Bound>& arguments) {
  const auto check_at = [&](size_t index, Types types, std::string_view wanted) {
    if (index < arguments.size()) check_types(arguments[index], types, wanted);
  };
  if (name == "row_number") {
    check_at(0, integer_types, "a whole number");
    check_at(1, Type::Bool, "a bool");
  } else if (name == "row_cumsum") {
    check_at(0, number_types, "a number");
    check_at(1, Type::Bool, "a bool");
  } else if (name == "row_window_session") {
    check_at(0, Type::Datetime, "a datetime");
    check_at(1, Type::Timespan, "a timespan");
    check_at(2, Type::Timespan, "a timespan");
    check_at(3, Type::Bool, "a bool");
  } else if (name == "prev" || name == "next") {
    check_column(arguments[0]);
    check_at(1, integer_types, "a whole number");
    if (arguments.size() > 2 && !arguments[2].constant) {
      error(code::constant_expected, arguments[2].span(), "the default must be a constant");
    }
  } else {
    check_at(0, orderable_types, "a value that has an order");
    check_at(1, Type::Bool, "a bool");
  }
}

void QueryBinder::with_windows(Table& input, const std::function<void()>& work) {
  WindowSteps levels;
  {
    const Temporarily collect(windows_, &levels);
    const Temporarily order(rows_serialized_, input.serialized);
    const Temporarily here(current_input_, &input);
    work();
  }
  for (std::vector<plan::Window::Call>& calls : levels) {
    plan::Schema output = input.columns();
    for (const plan::Window::Call& call : calls) output.push_back(call.result);
    const Span span = input.plan->span;
    input.plan =
        plan::make(plan::Window{std::move(input.plan), std::move(calls)}, std::move(output), span);
  }
}

}  // namespace vedette::binding
