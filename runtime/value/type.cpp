#include "runtime/value/type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace vedette {
namespace {

constexpr std::array<std::string_view, 11> names = {"bool",    "int",     "long",     "real",
                                                    "decimal", "string",  "datetime", "timespan",
                                                    "guid",    "dynamic", "error"};

constexpr std::pair<std::string_view, Type> aliases[] = {
    {"boolean", Type::Bool},  {"int32", Type::Int},  {"int64", Type::Long},
    {"double", Type::Real},   {"float", Type::Real}, {"date", Type::Datetime},
    {"time", Type::Timespan}, {"uuid", Type::Guid},  {"uniqueid", Type::Guid},
    {"i32", Type::Int},       {"i64", Type::Long},   {"object", Type::Dynamic},
};

}  // namespace

std::string_view name_of(Type type) {
  return names[static_cast<size_t>(type)];
}

std::optional<Type> type_of_name(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  for (int i = 0; i < type_count; ++i) {
    if (names[i] == lower) return static_cast<Type>(i);
  }
  for (const auto& [alias, type] : aliases) {
    if (alias == lower) return type;
  }
  return std::nullopt;
}

}  // namespace vedette
