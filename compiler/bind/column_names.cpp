// What the column of an unnamed expression is called.
#include "compiler/bind/query_binder.h"

namespace vedette::binding {

std::optional<std::string> result_name(ColumnName rule, std::string_view function,
                                       std::string_view prefix,
                                       const std::vector<Bound>& arguments) {
  const bool only = arguments.size() == 1;
  const auto of_first = [&](std::string_view front) -> std::optional<std::string> {
    if (arguments.empty()) {
      return front.empty() ? std::nullopt : std::optional(std::string(front) + "_");
    }
    const std::optional<std::string>& name = arguments[0].name;
    if (front.empty()) return name;
    // Records write a prefix with or without the underscore that joins it.
    const std::string_view joint = front.ends_with('_') ? "" : "_";
    return std::string(front) + std::string(joint) + name.value_or("");
  };
  switch (rule) {
    case ColumnName::None:
      return std::nullopt;
    case ColumnName::FirstArgument:
      return arguments.empty() ? std::nullopt : arguments[0].name;
    case ColumnName::NameAndFirstArgument:
      return of_first(function);
    case ColumnName::PrefixAndFirstArgument:
      return of_first(prefix);
    case ColumnName::NameAndOnlyArgument:
      return only ? of_first(function) : std::nullopt;
    case ColumnName::PrefixAndOnlyArgument:
      return only ? of_first(prefix) : std::nullopt;
    case ColumnName::PrefixOnly:
      return prefix.empty() ? std::nullopt : std::optional(std::string(prefix));
    case ColumnName::OnlyArgument:
      return only ? arguments[0].name : std::nullopt;
  }
  return std::nullopt;
}

std::string QueryBinder::default_column_name(bool sees_rows) {
  for (;;) {
    std::string name = "Column" + std::to_string(next_default_column_++);
    const bool taken = (sees_rows && rows && rows->find(name) != nullptr) ||
                       find(scope, name) != nullptr || find_stored(name).has_value();
    if (!taken) return name;
  }
}

}  // namespace vedette::binding
