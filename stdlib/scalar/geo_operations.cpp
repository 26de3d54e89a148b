// Operations on shapes that several functions use: buffers, simplification, edges straight on a
// map.
#include "stdlib/scalar/geo_operations.h"

#include <s2/s2buffer_operation.h>
#include <s2/s2builder.h>
#include <s2/s2builderutil_s2polygon_layer.h>
#include <s2/s2builderutil_s2polyline_vector_layer.h>
#include <s2/s2builderutil_snap_functions.h>
#include <s2/s2edge_distances.h>

#include <cmath>
#include <numbers>

namespace vedette::stdlib {
namespace {

using PolygonLayer = s2builderutil::S2PolygonLayer;
using PolylinesLayer = s2builderutil::S2PolylineVectorLayer;

std::unique_ptr<PolygonLayer> layer_of(S2Polygon* polygon) {
  polygon->set_s2debug_override(S2Debug::DISABLE);
  return std::make_unique<PolygonLayer>(polygon);
}

S2Builder::Options simplifying(double tolerance) {
  S2Builder::Options options((s2builderutil::IdentitySnapFunction(to_angle(tolerance))));
  options.set_simplify_edge_chains(true);
  return options;
}

template <typename Add>
std::unique_ptr<S2Polygon> buffer_with(Add&& add, double radius, double tolerance) {
  using Options = S2BufferOperation::Options;
  if (!(radius > 0) || !(tolerance > 0) || to_angle(radius).radians() >= std::numbers::pi) {
    return nullptr;
  }
  // A tolerance of the radius or more: the greatest one below it that leaves an area.
  const double fraction = std::min(tolerance / radius, 0.9999999);
  if (fraction < Options::kMinErrorFraction) return nullptr;
  Options options(to_angle(radius));
  options.set_error_fraction(fraction);
  auto polygon = std::make_unique<S2Polygon>();
  S2BufferOperation operation(layer_of(polygon.get()), options);
  add(operation);
  S2Error error;
  if (!operation.Build(&error) || polygon->is_empty() || polygon->is_full()) return nullptr;
  return polygon;
}

// ---- densify ----

constexpr size_t most_points = 10485760;

double within_circle(double longitude) {
  return longitude > 180 ? longitude - 360 : longitude < -180 ? longitude + 360 : longitude;
}

S2Point on_sphere(const Position& position) {
  return to_point({within_circle(position.longitude), position.latitude});
}

/// Between two points of the map.
Position between(const Position& a, const Position& b, double fraction) {
  return {a.longitude + (b.longitude - a.longitude) * fraction,
          a.latitude + (b.latitude - a.latitude) * fraction};
}

/// How far the geodesic between two points is from the straight line on the map, at most. The
/// distance, a function of the place along the edge, is close to a polynomial with zeros at both
/// ends and perhaps in the middle, which is largest at one of two known places or between them.
S1Angle distance_of_edges(const Position& a, const Position& b) {
  constexpr double place = 0.31215691082248312;
  constexpr double largest_between = 0.83829992569888509;  // what is seen there is at least that
  const S2Point start = on_sphere(a);
  const S2Point end = on_sphere(b);
  if (start.DotProd(end) < -1e-14) return S1Angle::Infinity();
  S1Angle distance = S1Angle::Zero();
  for (double fraction : {place, 1 - place}) {
    const S2Point on_geodesic = S2::Interpolate(start, end, fraction);
    distance = std::max(distance, S1Angle(on_geodesic, on_sphere(between(a, b, fraction))));
  }
  return distance / largest_between;
}

/// Adds the points after `a` up to and with `b`.
bool add_edge(Path& path, const Position& a, const Position& b, S1Angle tolerance) {
  if (path.size() >= most_points) return false;
  if (distance_of_edges(a, b) <= tolerance) {
    path.push_back(b);
    return true;
  }
  const Position middle = between(a, b, 0.5);
  return add_edge(path, a, middle, tolerance) && add_edge(path, middle, b, tolerance);
}

}  // namespace

std::unique_ptr<S2Polygon> buffer(const S2ShapeIndex& shapes, double radius, double tolerance) {
  return buffer_with([&](S2BufferOperation& operation) { operation.AddShapeIndex(shapes); }, radius,
                     tolerance);
}

std::unique_ptr<S2Polygon> buffer(const S2Point& point, double radius, double tolerance) {
  return buffer_with([&](S2BufferOperation& operation) { operation.AddPoint(point); }, radius,
                     tolerance);
}

Polylines simplify(const Polylines& lines, double tolerance) {
  Polylines simplified;
  PolylinesLayer::Options options;
  options.set_polyline_type(S2Builder::Graph::PolylineType::WALK);
  options.set_duplicate_edges(PolylinesLayer::Options::DuplicateEdges::MERGE);
  options.set_s2debug_override(S2Debug::DISABLE);
  S2Builder builder(simplifying(tolerance));
  builder.StartLayer(std::make_unique<PolylinesLayer>(&simplified, options));
  for (const auto& line : lines) builder.AddPolyline(*line);
  S2Error error;
  if (!builder.Build(&error)) simplified.clear();
  return simplified;
}

std::vector<std::unique_ptr<S2Polygon>> simplify(const std::vector<const S2Polygon*>& polygons,
                                                 double tolerance) {
  std::vector<std::unique_ptr<S2Polygon>> simplified;
  S2Builder builder(simplifying(tolerance));
  for (const S2Polygon* polygon : polygons) {
    simplified.push_back(std::make_unique<S2Polygon>());
    builder.StartLayer(layer_of(simplified.back().get()));
    builder.AddPolygon(*polygon);
    // What vanishes is empty, never the whole sphere.
    builder.AddIsFullPolygonPredicate(S2Builder::IsFullPolygon(false));
  }
  S2Error error;
  if (!builder.Build(&error)) return {};
  std::erase_if(simplified, [](const auto& polygon) { return polygon->is_empty(); });
  return simplified;
}

std::optional<Path> densify(const Path& path, double tolerance, bool over_antimeridian) {
  Path dense = {path[0]};
  for (size_t i = 1; i < path.size(); ++i) {
    Position end = path[i];
    if (over_antimeridian) {
      const double turn = end.longitude - path[i - 1].longitude;
      if (turn > 180) end.longitude -= 360;
      if (turn < -180) end.longitude += 360;
    }
    const size_t first = dense.size();
    if (!add_edge(dense, path[i - 1], end, to_angle(tolerance))) return std::nullopt;
    for (size_t k = first; k < dense.size(); ++k) {
      dense[k].longitude = within_circle(dense[k].longitude);
    }
  }
  return dense;
}

}  // namespace vedette::stdlib
