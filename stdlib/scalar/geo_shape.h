// Shapes on the Earth as the functions read them: points, lines, polygons. Positions are WGS-84
// degrees, distances metres on a sphere, edges geodesics. S2 does the geometry; no header of it is
// needed to use this one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/value/dynamic_builder.h"

class MutableS2ShapeIndex;
class S2Polygon;
class S2Polyline;

namespace vedette::stdlib {

/// The mean radius, in metres.
constexpr double earth_radius = 6371010.0;

/// The greatest distance by which shapes are simplified, in metres: 70 degrees.
constexpr double greatest_tolerance = earth_radius * 70 * 3.14159265358979323846 / 180;

/// A position in degrees.
struct Position {
  double longitude = 0;
  double latitude = 0;

  /// Whether both are numbers, within [-180, 180] and [-90, 90].
  bool is_valid() const {
    return longitude >= -180 && longitude <= 180 && latitude >= -90 && latitude <= 90;
  }
  bool operator==(const Position&) const = default;
};

/// The shortest way between two valid positions over the sphere, in metres.
double distance_between(const Position& a, const Position& b);
/// The same over the WGS-84 spheroid.
double spheroid_distance_between(const Position& a, const Position& b);
/// The direction from `a` to `b`, in radians clockwise from north, within [0, 2 pi); nothing for
/// equal and for antipodal points.
std::optional<double> azimuth_between(const Position& a, const Position& b);

/// Positions as GeoJSON has them: of a line, or of a ring, which ends where it begins.
using Path = std::vector<Position>;
/// A shell, then holes.
using Rings = std::vector<Path>;

/// Reads `[longitude, latitude]`; nothing if it is none or out of range.
std::optional<Position> read_position(DynamicView value);
/// The lines of a LineString or MultiLineString; nothing if positions are missing or invalid.
std::optional<std::vector<Path>> read_lines(DynamicView value);
/// The polygons of a Polygon or MultiPolygon; nothing if positions are missing or invalid.
std::optional<std::vector<Rings>> read_polygons(DynamicView value);

/// One or several lines.
class GeoLine {
 public:
  /// From GeoJSON; nullptr if it is no line, or an edge of it has no length or goes half around.
  static std::shared_ptr<const GeoLine> read(DynamicView value);
  explicit GeoLine(std::vector<std::unique_ptr<S2Polyline>> lines);
  ~GeoLine();

  double distance_to(const Position& point) const;
  Position closest_to(const Position& point) const;

  const std::vector<std::unique_ptr<S2Polyline>>& lines() const { return lines_; }
  /// The lines as they are together: what they share counts once.
  const std::vector<std::unique_ptr<S2Polyline>>& united() const {
    return united_.empty() ? lines_ : united_;
  }
  const MutableS2ShapeIndex& index() const { return *index_; }

 private:
  std::vector<std::unique_ptr<S2Polyline>> lines_;
  std::vector<std::unique_ptr<S2Polyline>> united_;  // empty for one line
  std::unique_ptr<MutableS2ShapeIndex> index_;
};

/// A polygon with holes, or the union of several.
class GeoPolygon {
 public:
  /// From GeoJSON; nullptr if it is no polygon or its rings are not valid.
  static std::shared_ptr<const GeoPolygon> read(DynamicView value);
  explicit GeoPolygon(std::unique_ptr<S2Polygon> polygon);
  ~GeoPolygon();

  /// If the Earth is divided into polygons, each point is in exactly one of them.
  bool contains(const Position& point) const;
  /// 0 within.
  double distance_to(const Position& point) const;
  /// The point itself within.
  Position closest_to(const Position& point) const;

  const S2Polygon& polygon() const { return *polygon_; }

 private:
  std::unique_ptr<S2Polygon> polygon_;
};

}  // namespace vedette::stdlib
