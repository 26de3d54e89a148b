// Between our positions and S2's points, and shapes of S2 written as GeoJSON. Only files that do
// geometry include this: it brings S2 in.
#pragma once

#include <s2/s1angle.h>
#include <s2/s2latlng.h>
#include <s2/s2polygon.h>
#include <s2/s2polyline.h>

#include "stdlib/scalar/geo_shape.h"

namespace vedette::stdlib {

using Polylines = std::vector<std::unique_ptr<S2Polyline>>;

inline S2LatLng to_degrees(const Position& position) {
  return S2LatLng::FromDegrees(position.latitude, position.longitude);
}
inline S2Point to_point(const Position& position) {
  return to_degrees(position).ToPoint();
}
inline Position to_position(const S2Point& point) {
  const S2LatLng degrees(point);
  return {degrees.lng().degrees(), degrees.lat().degrees()};
}
/// The angle at the centre of the Earth.
inline S1Angle to_angle(double metres) {
  return S1Angle::Radians(metres / earth_radius);
}
inline double to_metres(S1Angle angle) {
  return angle.radians() * earth_radius;
}

/// The union; empty if S2 cannot make it.
std::unique_ptr<S2Polygon> unite(std::vector<std::unique_ptr<S2Polygon>> polygons);
/// The union: what lines share is there once.
Polylines unite(const Polylines& lines);

/// What an operation leaves: each kind may be empty.
struct Geometry {
  std::vector<S2Point> points;
  Polylines lines;
  S2Polygon area;
};

// ---- GeoJSON ----

/// A coordinate: without a point where it is a whole number.
void add_coordinate(DynamicBuilder& out, double degrees);
void add_position(DynamicBuilder& out, const Position& position);
/// `{"type":"Point","coordinates":[...]}`.
void add_point(DynamicBuilder& out, const Position& position);
/// A LineString or a MultiLineString.
void add_lines(DynamicBuilder& out, const std::vector<Path>& lines);
void add_lines(DynamicBuilder& out, const Polylines& lines);
/// A Polygon or a MultiPolygon.
void add_polygons(DynamicBuilder& out, const std::vector<Rings>& polygons);
void add_polygons(DynamicBuilder& out, const S2Polygon& polygon);
/// The one kind of geometry there is, or a GeometryCollection of none or several.
void add_geometry(DynamicBuilder& out, const Geometry& geometry);

/// The polygon as shells with their holes.
std::vector<Rings> rings_of(const S2Polygon& polygon);

}  // namespace vedette::stdlib
