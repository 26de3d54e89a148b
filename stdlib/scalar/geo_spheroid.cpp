// Distances over the spheroid WGS 84. Not Boost's formula of Karney: in 1.74 it reads variables
// that were never written.
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "stdlib/scalar/geo_shape.h"

namespace vedette::stdlib {
namespace {

constexpr double equatorial_radius = 6'378'137.0;
constexpr double flattening = 1 / 298.257223563;
constexpr double polar_radius = equatorial_radius * (1 - flattening);

/// Of Position in radians.
struct Place {
  double longitude, latitude;
};

Place in_radians(const Position& position) {
  constexpr double radian = std::numbers::pi / 180;
  return {position.longitude * radian, position.latitude * radian};
}

/// Vincenty's inverse formula, exact to a millimetre. It finds no answer for some places that are
/// almost opposite to each other.
std::optional<double> vincenty_distance(const Place& a, const Place& b) {
  const double turn = std::remainder(b.longitude - a.longitude, 2 * std::numbers::pi);
  const double reduced_a = std::atan((1 - flattening) * std::tan(a.latitude));
  const double reduced_b = std::atan((1 - flattening) * std::tan(b.latitude));
  const double sin_a = std::sin(reduced_a), cos_a = std::cos(reduced_a);
  const double sin_b = std::sin(reduced_b), cos_b = std::cos(reduced_b);
  double lambda = turn;
  for (int round = 0; round < 50; ++round) {
    const double sin_lambda = std::sin(lambda), cos_lambda = std::cos(lambda);
    const double sin_sigma =
        std::hypot(cos_b * sin_lambda, cos_a * sin_b - sin_a * cos_b * cos_lambda);
    if (sin_sigma == 0) return 0.0;
    const double cos_sigma = sin_a * sin_b + cos_a * cos_b * cos_lambda;
    const double sigma = std::atan2(sin_sigma, cos_sigma);
    const double sin_alpha = cos_a * cos_b * sin_lambda / sin_sigma;
    const double cos2_alpha = 1 - sin_alpha * sin_alpha;
    // Along the equator there is no such angle.
    const double cos_2m = cos2_alpha > 0 ? cos_sigma - 2 * sin_a * sin_b / cos2_alpha : 0;
    const double c = flattening / 16 * cos2_alpha * (4 + flattening * (4 - 3 * cos2_alpha));
    const double before = lambda;
    const double bent = cos_2m + c * cos_sigma * (2 * cos_2m * cos_2m - 1);
    lambda = turn + (1 - c) * flattening * sin_alpha * (sigma + c * sin_sigma * bent);
    if (std::abs(lambda) > std::numbers::pi) return std::nullopt;
    if (std::abs(lambda - before) > 1e-12) continue;
    const double u2 =
        cos2_alpha * (equatorial_radius * equatorial_radius / (polar_radius * polar_radius) - 1);
    const double scale = 1 + u2 / 16384 * (4096 + u2 * (-768 + u2 * (320 - 175 * u2)));
    const double b_term = u2 / 1024 * (256 + u2 * (-128 + u2 * (74 - 47 * u2)));
    const double third =
        b_term / 6 * cos_2m * (4 * sin_sigma * sin_sigma - 3) * (4 * cos_2m * cos_2m - 3);
    const double correction =
        b_term * sin_sigma *
        (cos_2m + b_term / 4 * (cos_sigma * (2 * cos_2m * cos_2m - 1) - third));
    return polar_radius * scale * (sigma - correction);
  }
  return std::nullopt;
}

using Direction = std::array<double, 3>;

Direction direction_of(const Place& place) {
  return {std::cos(place.latitude) * std::cos(place.longitude),
          std::cos(place.latitude) * std::sin(place.longitude), std::sin(place.latitude)};
}

Direction cross(const Direction& a, const Direction& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Direction unit(const Direction& a) {
  const double length = std::hypot(a[0], a[1], a[2]);
  return {a[0] / length, a[1] / length, a[2] / length};
}

/// Between places almost opposite: every way crosses the circle halfway between, and the shortest
/// crosses it where the ways to both ends are shortest together.
double distance_around(const Place& a, const Place& b) {
  const Direction axis = direction_of(a);
  const Direction aside =
      unit(cross(axis, std::abs(axis[2]) < 0.7 ? Direction{0, 0, 1} : Direction{1, 0, 0}));
  const Direction up = cross(axis, aside);
  const auto through = [&](double angle) {
    const double x = std::cos(angle), y = std::sin(angle);
    const Direction at = {x * aside[0] + y * up[0], x * aside[1] + y * up[1],
                          x * aside[2] + y * up[2]};
    const Place middle = {std::atan2(at[1], at[0]), std::asin(std::clamp(at[2], -1.0, 1.0))};
    return vincenty_distance(a, middle).value_or(HUGE_VAL) +
           vincenty_distance(middle, b).value_or(HUGE_VAL);
  };
  constexpr int tries = 72;
  constexpr double step = 2 * std::numbers::pi / tries;
  double best = 0;
  for (int i = 1; i < tries; ++i) {
    if (through(i * step) < through(best)) best = i * step;
  }
  double low = best - step, high = best + step;
  for (int round = 0; round < 60; ++round) {
    const double left = low + (high - low) / 3, right = high - (high - low) / 3;
    if (through(left) < through(right)) {
      high = right;
    } else {
      low = left;
    }
  }
  return through((low + high) / 2);
}

}  // namespace

double spheroid_distance_between(const Position& a, const Position& b) {
  const Place from = in_radians(a), to = in_radians(b);
  if (const auto distance = vincenty_distance(from, to)) return *distance;
  return distance_around(from, to);
}

}  // namespace vedette::stdlib
