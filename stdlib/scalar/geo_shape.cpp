// Shapes on the Earth: made from GeoJSON, checked before S2 sees them, measured.
#include "stdlib/scalar/geo_shape.h"

#include <s2/mutable_s2shape_index.h>
#include <s2/s2boolean_operation.h>
#include <s2/s2builderutil_s2polyline_vector_layer.h>
#include <s2/s2debug.h>
#include <s2/s2edge_distances.h>
#include <s2/s2pointutil.h>

#include <algorithm>
#include <numbers>

#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

// S2 ends the process on an invalid shape where it checks by itself. We check, and answer null.
[[maybe_unused]] const bool checked_by_us = [] {
  absl::SetFlag(&FLAGS_s2debug, false);
  return true;
}();

/// Whether each edge has a length and goes less than half around.
bool has_proper_edges(const std::vector<S2Point>& points) {
  for (size_t i = 1; i < points.size(); ++i) {
    if (points[i] == points[i - 1] || S2::ApproxEquals(points[i], -points[i - 1])) return false;
  }
  return true;
}

std::unique_ptr<S2Polyline> make_line(const Path& path) {
  std::vector<S2Point> points;
  points.reserve(path.size());
  for (const Position& position : path) points.push_back(to_point(position));
  if (points.size() < 2 || !has_proper_edges(points)) return nullptr;
  auto line = std::make_unique<S2Polyline>(points, S2Debug::DISABLE);
  return line->IsValid() ? std::move(line) : nullptr;
}

/// The smaller of the two regions that a ring divides the sphere into.
std::unique_ptr<S2Loop> make_loop(const Path& ring) {
  if (ring.size() < 4) return nullptr;
  std::vector<S2Point> points;
  points.reserve(ring.size());
  for (const Position& position : ring) points.push_back(to_point(position));
  if (points.front() != points.back() || !has_proper_edges(points)) return nullptr;
  points.pop_back();
  auto loop = std::make_unique<S2Loop>(points, S2Debug::DISABLE);
  if (!loop->IsValid()) return nullptr;
  loop->Normalize();
  return loop;
}

std::unique_ptr<S2Polygon> make_polygon(const Rings& rings) {
  std::vector<std::unique_ptr<S2Loop>> loops;
  for (const Path& ring : rings) {
    auto loop = make_loop(ring);
    if (loop == nullptr) return nullptr;
    loops.push_back(std::move(loop));
  }
  auto polygon = std::make_unique<S2Polygon>();
  polygon->set_s2debug_override(S2Debug::DISABLE);
  polygon->InitNested(std::move(loops));
  if (!polygon->IsValid()) return nullptr;
  // One shell, and all others holes in it.
  for (int i = 1; i < polygon->num_loops(); ++i) {
    if (polygon->loop(i)->depth() != 1) return nullptr;
  }
  return polygon;
}

S2Point closest_point(const Polylines& lines, const S2Point& point) {
  S2Point closest = lines[0]->vertex(0);
  S1ChordAngle least = S1ChordAngle::Infinity();
  for (const auto& line : lines) {
    int next_vertex;
    const S2Point candidate = line->Project(point, &next_vertex);
    const S1ChordAngle distance(candidate, point);
    if (distance < least) {
      least = distance;
      closest = candidate;
    }
  }
  return closest;
}

}  // namespace

// ---- points ----

double distance_between(const Position& a, const Position& b) {
  return to_metres(to_degrees(a).GetDistance(to_degrees(b)));
}

std::optional<double> azimuth_between(const Position& a, const Position& b) {
  const S2Point from = to_point(a);
  const S2Point to = to_point(b);
  if (from == to || S2::ApproxEquals(from, -to)) return std::nullopt;
  const S2LatLng start = to_degrees(a);
  const S2LatLng end = to_degrees(b);
  const double turn = (end.lng() - start.lng()).radians();
  const double east = std::sin(turn) * std::cos(end.lat().radians());
  const double north =
      std::cos(start.lat().radians()) * std::sin(end.lat().radians()) -
      std::sin(start.lat().radians()) * std::cos(end.lat().radians()) * std::cos(turn);
  const double azimuth = std::atan2(east, north);
  return azimuth < 0 ? azimuth + 2 * std::numbers::pi : azimuth;
}

// ---- lines ----

std::shared_ptr<const GeoLine> GeoLine::read(DynamicView value) {
  const auto paths = read_lines(value);
  if (!paths) return nullptr;
  Polylines lines;
  for (const Path& path : *paths) {
    auto line = make_line(path);
    if (line == nullptr) return nullptr;
    lines.push_back(std::move(line));
  }
  return std::make_shared<const GeoLine>(std::move(lines));
}

GeoLine::GeoLine(Polylines lines)
    : lines_(std::move(lines)), index_(std::make_unique<MutableS2ShapeIndex>()) {
  if (lines_.size() > 1) united_ = unite(lines_);
  for (const auto& line : lines_) index_->Add(std::make_unique<S2Polyline::Shape>(line.get()));
}

GeoLine::~GeoLine() = default;

double GeoLine::distance_to(const Position& point) const {
  const S2Point from = to_point(point);
  return to_metres(S1Angle(from, closest_point(lines_, from)));
}

Position GeoLine::closest_to(const Position& point) const {
  return to_position(closest_point(lines_, to_point(point)));
}

Polylines unite(const Polylines& lines) {
  MutableS2ShapeIndex all;
  for (const auto& line : lines) all.Add(std::make_unique<S2Polyline::Shape>(line.get()));
  using Layer = s2builderutil::S2PolylineVectorLayer;
  Layer::Options layer_options;
  layer_options.set_polyline_type(S2Builder::Graph::PolylineType::WALK);
  layer_options.set_duplicate_edges(Layer::Options::DuplicateEdges::MERGE);
  layer_options.set_s2debug_override(S2Debug::DISABLE);
  Polylines united;
  S2BooleanOperation operation(S2BooleanOperation::OpType::UNION,
                               std::make_unique<Layer>(&united, layer_options));
  S2Error error;
  const MutableS2ShapeIndex nothing;
  if (!operation.Build(all, nothing, &error)) united.clear();
  return united;
}

// ---- polygons ----

std::shared_ptr<const GeoPolygon> GeoPolygon::read(DynamicView value) {
  const auto all_rings = read_polygons(value);
  if (!all_rings) return nullptr;
  std::vector<std::unique_ptr<S2Polygon>> polygons;
  for (const Rings& rings : *all_rings) {
    auto polygon = make_polygon(rings);
    if (polygon == nullptr) return nullptr;
    polygons.push_back(std::move(polygon));
  }
  auto polygon = polygons.size() == 1 ? std::move(polygons[0]) : unite(std::move(polygons));
  return std::make_shared<const GeoPolygon>(std::move(polygon));
}

GeoPolygon::GeoPolygon(std::unique_ptr<S2Polygon> polygon) : polygon_(std::move(polygon)) {}

GeoPolygon::~GeoPolygon() = default;

bool GeoPolygon::contains(const Position& point) const {
  return polygon_->Contains(to_point(point));
}

double GeoPolygon::distance_to(const Position& point) const {
  return to_metres(polygon_->GetDistance(to_point(point)));
}

Position GeoPolygon::closest_to(const Position& point) const {
  if (contains(point)) return point;
  return to_position(polygon_->Project(to_point(point)));
}

std::unique_ptr<S2Polygon> unite(std::vector<std::unique_ptr<S2Polygon>> polygons) {
  return S2Polygon::DestructiveUnion(std::move(polygons));
}

}  // namespace vedette::stdlib
