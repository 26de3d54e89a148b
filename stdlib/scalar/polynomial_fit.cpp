#include "stdlib/scalar/polynomial_fit.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace vedette::stdlib {
namespace {

constexpr int64_t greatest_degree = 100;

/// Values of polynomials that are at right angles to each other over the places, each of its own
/// degree: with them the least squares need no system of equations. Places are moved to -1 to 1.
struct Basis {
  double middle = 0;
  double half_width = 1;
  // polynomial k+1 = (x - shift[k]) * polynomial k - scale[k] * polynomial k-1
  std::vector<double> shift, scale, weight;
};

double value_at(const Basis& basis, double place) {
  const double x = (place - basis.middle) / basis.half_width;
  double before = 0, now = 1, sum = 0;
  for (size_t k = 0; k < basis.weight.size(); ++k) {
    sum += basis.weight[k] * now;
    if (k + 1 == basis.weight.size()) break;
    const double next = (x - basis.shift[k]) * now - basis.scale[k] * before;
    before = now;
    now = next;
  }
  return sum;
}

Basis fit_basis(Numbers places, Numbers numbers, size_t degree) {
  Basis basis;
  const auto [least, greatest] = std::minmax_element(places.begin(), places.end());
  basis.middle = *least / 2 + *greatest / 2;
  basis.half_width = *greatest > *least ? *greatest / 2 - *least / 2 : 1;
  const size_t count = places.size();
  std::vector<double> x(count), before(count, 0), now(count, 1),
      rest(numbers.begin(), numbers.end());
  for (size_t i = 0; i < count; ++i) x[i] = (places[i] - basis.middle) / basis.half_width;
  double norm_before = 1;
  for (size_t k = 0;; ++k) {
    double norm = 0, along = 0, shifted = 0;
    for (size_t i = 0; i < count; ++i) {
      norm += now[i] * now[i];
      along += now[i] * rest[i];
      shifted += x[i] * now[i] * now[i];
    }
    const double weight = norm > 0 ? along / norm : 0;
    basis.weight.push_back(weight);
    for (size_t i = 0; i < count; ++i) rest[i] -= weight * now[i];
    if (k == degree) break;
    basis.shift.push_back(norm > 0 ? shifted / norm : 0);
    basis.scale.push_back(k == 0 ? 0 : norm / norm_before);
    for (size_t i = 0; i < count; ++i) {
      const double next = (x[i] - basis.shift[k]) * now[i] - basis.scale[k] * before[i];
      before[i] = now[i];
      now[i] = next;
    }
    norm_before = norm;
  }
  return basis;
}

using Polynomial = std::vector<double>;  // from the lowest power up

Polynomial times_linear(const Polynomial& polynomial, double factor, double constant) {
  Polynomial product(polynomial.size() + 1, 0);
  for (size_t i = 0; i < polynomial.size(); ++i) {
    product[i] += constant * polynomial[i];
    product[i + 1] += factor * polynomial[i];
  }
  return product;
}

/// The basis written out in powers of the place.
Polynomial powers_of(const Basis& basis) {
  const double factor = 1 / basis.half_width;
  const double constant = -basis.middle / basis.half_width;
  Polynomial sum(basis.weight.size(), 0), before, now = {1};
  for (size_t k = 0; k < basis.weight.size(); ++k) {
    for (size_t i = 0; i < now.size(); ++i) sum[i] += basis.weight[k] * now[i];
    if (k + 1 == basis.weight.size()) break;
    Polynomial next = times_linear(now, factor, constant - basis.shift[k]);
    for (size_t i = 0; i < before.size(); ++i) next[i] -= basis.scale[k] * before[i];
    before = std::move(now);
    now = std::move(next);
  }
  return sum;
}

}  // namespace

std::optional<PolynomialFit> fit_polynomial(Numbers places, Numbers numbers, int64_t degree) {
  if (degree < 0 || degree > greatest_degree || numbers.empty()) return std::nullopt;
  const std::set<double> different(places.begin(), places.end());
  if (different.size() <= static_cast<size_t>(degree)) return std::nullopt;
  const Basis basis = fit_basis(places, numbers, static_cast<size_t>(degree));
  PolynomialFit fit;
  fit.coefficients = powers_of(basis);
  std::reverse(fit.coefficients.begin(), fit.coefficients.end());
  double residuals = 0;
  for (size_t i = 0; i < numbers.size(); ++i) {
    fit.points.push_back(value_at(basis, places[i]));
    residuals += (numbers[i] - fit.points[i]) * (numbers[i] - fit.points[i]);
  }
  const double freedom = numbers.size() > 1 ? static_cast<double>(numbers.size() - 1) : 1;
  fit.variance = statistics_of(numbers).variance;
  fit.residual_variance = residuals / freedom;
  fit.r_square = fit.variance == 0 ? 0 : 1 - fit.residual_variance / fit.variance;
  return fit;
}

}  // namespace vedette::stdlib
