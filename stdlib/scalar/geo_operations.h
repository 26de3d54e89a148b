// Operations on shapes that several functions use: buffers, simplification, edges straight on a
// map.
#pragma once

#include <s2/s2shape_index.h>

#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {

/// What is within `radius` metres of the shapes, up to `tolerance` metres. Nothing if one of them
/// is not above 0, the tolerance is below a millionth of the radius, or no place would be outside.
std::unique_ptr<S2Polygon> buffer(const S2ShapeIndex& shapes, double radius, double tolerance);
std::unique_ptr<S2Polygon> buffer(const S2Point& point, double radius, double tolerance);

/// Lines with less vertices, none closer to another than `tolerance` metres; may be empty.
Polylines simplify(const Polylines& lines, double tolerance);
/// Polygons with less vertices; borders that they share stay shared. Nothing where one vanishes.
std::vector<std::unique_ptr<S2Polygon>> simplify(const std::vector<const S2Polygon*>& polygons,
                                                 double tolerance);

/// Whether shapes can be simplified by so many metres.
inline bool is_simplifying(double tolerance) {
  return tolerance >= 0 && tolerance < greatest_tolerance;
}

/// A path whose edges are straight on the map, with points in between such that the geodesics
/// between them are at most `tolerance` metres away. An edge of more than 180 degrees goes the
/// other way round if `over_antimeridian`. Nothing if there would be too many points.
std::optional<Path> densify(const Path& path, double tolerance, bool over_antimeridian);

}  // namespace vedette::stdlib
