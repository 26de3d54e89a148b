#include "compiler/bind/codes.h"
#include "compiler/bind/operators.h"
#include "compiler/bind/service_tables.h"
#include "runtime/base/format.h"

namespace vedette::binding {

Table bind_invoke(StepContext context, const ast::Invoke& invoke) {
  QueryBinder& binder = context.binder;
  const auto* call = std::get_if<ast::Call>(&invoke.call->node);
  const auto* name = std::get_if<ast::NameReference>(&invoke.call->node);
  const std::string function = call != nullptr   ? call->function.text
                               : name != nullptr ? name->name.text
                                                 : std::string();
  const Span name_span = call != nullptr ? call->function.span : invoke.call->span;
  if (const Scope* declared = binder.find_declared(function)) {
    if (const auto* user = std::get_if<UserFunction>(&declared->meaning)) {
      auto result = binder.call_function(*user, call, function, invoke.call->span, &context.input);
      if (auto* table = std::get_if<Table>(&result)) return std::move(*table);
      if (!user->broken) {
        binder.error(code::table_expected, invoke.call->span,
                     fmt::format("'{}' does not give a table", function));
      }
      return binder.unknown_table(context.span());
    }
  }
  if (columns_added_by(function)) {
    return binder.invoke_service_function(function, call, std::move(context.input), context.span());
  }
  binder.error(code::unknown_function, name_span,
               fmt::format("'{}' is not a function that is known here", function),
               binder.suggest_function(function));
  return binder.unknown_table(context.span());
}

}  // namespace vedette::binding
