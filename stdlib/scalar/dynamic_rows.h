// Functions over any values whose answer is a dynamic value, put together row by row.
#pragma once

#include <span>
#include <vector>

#include "runtime/function/rowwise.h"
#include "stdlib/scalar/any_value.h"

namespace vedette::stdlib {

/// The arguments of one row.
using RowValues = std::span<const AnyScalar>;

/// Calls `visit(row, values)` for each selected row.
template <typename Visit> void for_each_row_values(const Call& call, Visit&& visit) {
  std::vector<AnyReader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  std::vector<AnyScalar> values(readers.size());
  for_each_row(call.selection, [&](uint32_t row) {
    for (size_t at = 0; at < readers.size(); ++at) values[at] = readers[at].get(row);
    visit(row, RowValues(values));
  });
}

/// An overload from a lambda `bool(DynamicBuilder& out, RowValues values)` that adds one value and
/// answers true, or answers false for null. It sees nulls.
template <typename Build>
Overload builds_dynamic(std::vector<Type> takes, Build, bool variadic = false) {
  return {.takes = std::move(takes),
          .returns = Type::Dynamic,
          .variadic = variadic,
          .sees_nulls = true,
          .evaluate = [](Call& call) {
            static constexpr Build build{};
            ResultWriter<Text> writer(call, true);
            DynamicBuilder builder;
            for_each_row_values(call, [&](uint32_t row, RowValues values) {
              if (build(builder, values) && !builder.view().is_null()) {
                return writer.set(row, builder.finish(*call.context.arena).bytes);
              }
              builder.clear();
              writer.set_null(row);
            });
          }};
}

inline bool is_array(const AnyScalar& value) {
  return value.kind == DynamicKind::Array;
}
inline bool is_bag(const AnyScalar& value) {
  return value.kind == DynamicKind::Object;
}
inline bool all_arrays(RowValues values) {
  for (const AnyScalar& value : values) {
    if (!is_array(value)) return false;
  }
  return true;
}
/// Whether any item of an array passes a test.
template <typename Test> bool any_item(DynamicView array, Test&& test) {
  for (DynamicView item : array.items()) {
    if (test(item)) return true;
  }
  return false;
}
inline int64_t size_of(DynamicView array) {
  return static_cast<int64_t>(array.size());
}

}  // namespace vedette::stdlib
