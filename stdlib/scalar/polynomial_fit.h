// A polynomial through points, by least squares.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "stdlib/scalar/series_analysis.h"

namespace vedette::stdlib {

struct PolynomialFit {
  std::vector<double> coefficients;  // from the highest power down
  std::vector<double> points;        // its values at the places
  double r_square = 0;
  double variance = 0;           // of the numbers
  double residual_variance = 0;  // of what is left
};

/// `places` and `numbers` have one length. Nothing when the degree is below 0, above 100, or there
/// are not more different places than it.
std::optional<PolynomialFit> fit_polynomial(Numbers places, Numbers numbers, int64_t degree);

}  // namespace vedette::stdlib
