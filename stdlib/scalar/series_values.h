// How functions of series read their numbers and write their answers.
#pragma once

#include <cmath>
#include <optional>
#include <type_traits>
#include <vector>

#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {

/// The numbers of a series; nothing where an item is none, unless those are passed over.
inline std::optional<std::vector<double>> numbers_of(const AnyScalar& series,
                                                     bool skip_others = false) {
  if (!is_array(series)) return std::nullopt;
  std::vector<double> numbers;
  for (DynamicView item : series.view.items()) {
    const AnyScalar value = scalar_of(item);
    if (value.is_number() && std::isfinite(value.as_real())) {
      numbers.push_back(value.as_real());
    } else if (!skip_others) {
      return std::nullopt;
    }
  }
  return numbers;
}

template <typename T> void add_array(DynamicBuilder& out, const std::vector<T>& numbers) {
  out.begin_array();
  for (const T& number : numbers) {
    if constexpr (std::is_integral_v<T>) {
      out.add_long(number);
    } else {
      out.add_real(number);
    }
  }
  out.end_array();
}

}  // namespace vedette::stdlib
