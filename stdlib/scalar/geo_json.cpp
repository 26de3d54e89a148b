// GeoJSON: reading the positions of lines and polygons, writing shapes.
#include <cmath>

#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

bool is_number(DynamicView value) {
  return value.kind() == DynamicKind::Long || value.kind() == DynamicKind::Real;
}

/// All items of an array as `read` reads them; nothing if one cannot be read.
template <typename Item, typename Read>
std::optional<std::vector<Item>> read_all(DynamicView array, Read&& read) {
  if (!array.is_array() || array.size() == 0) return std::nullopt;
  std::vector<Item> items;
  items.reserve(array.size());
  for (DynamicView value : array.items()) {
    auto item = read(value);
    if (!item) return std::nullopt;
    items.push_back(*std::move(item));
  }
  return items;
}

std::optional<Path> read_path(DynamicView value) {
  return read_all<Position>(value, read_position);
}

std::optional<Rings> read_rings(DynamicView value) {
  return read_all<Path>(value, read_path);
}

/// One shape, or several under another type.
template <typename Item, typename Read>
std::optional<std::vector<Item>> read_one_or_many(DynamicView value, std::string_view one,
                                                  std::string_view many, Read&& read) {
  if (!value.is_object()) return std::nullopt;
  const std::string_view type = value.find("type").as_text();
  const DynamicView coordinates = value.find("coordinates");
  if (type == many) return read_all<Item>(coordinates, read);
  if (type != one) return std::nullopt;
  auto item = read(coordinates);
  if (!item) return std::nullopt;
  std::vector<Item> items;
  items.push_back(*std::move(item));
  return items;
}

/// `{"type":...,"coordinates":` what `write` writes `}`.
template <typename Write>
void add_shape(DynamicBuilder& out, std::string_view type, Write&& write) {
  out.begin_object();
  out.key("type");
  out.add_string(type);
  out.key("coordinates");
  write();
  out.end_object();
}

template <typename Items, typename Write>
void add_array(DynamicBuilder& out, const Items& items, Write&& write) {
  out.begin_array();
  for (const auto& item : items) write(item);
  out.end_array();
}

void add_path(DynamicBuilder& out, const Path& path) {
  add_array(out, path, [&](const Position& position) { add_position(out, position); });
}

void add_rings(DynamicBuilder& out, const Rings& rings) {
  add_array(out, rings, [&](const Path& ring) { add_path(out, ring); });
}

}  // namespace

std::optional<Position> read_position(DynamicView value) {
  if (!value.is_array() || value.size() < 2) return std::nullopt;
  const DynamicView longitude = value.at(0);
  const DynamicView latitude = value.at(1);
  if (!is_number(longitude) || !is_number(latitude)) return std::nullopt;
  const Position position = {longitude.as_real(), latitude.as_real()};
  return position.is_valid() ? std::optional(position) : std::nullopt;
}

std::optional<std::vector<Path>> read_lines(DynamicView value) {
  return read_one_or_many<Path>(value, "LineString", "MultiLineString", read_path);
}

std::optional<std::vector<Rings>> read_polygons(DynamicView value) {
  return read_one_or_many<Rings>(value, "Polygon", "MultiPolygon", read_rings);
}

void add_coordinate(DynamicBuilder& out, double degrees) {
  // Beyond 2^53 not every whole number is a double; no such one is a coordinate.
  if (degrees == std::floor(degrees) && std::abs(degrees) < 9007199254740992.0) {
    return out.add_long(static_cast<int64_t>(degrees));
  }
  out.add_real(degrees);
}

void add_position(DynamicBuilder& out, const Position& position) {
  out.begin_array();
  add_coordinate(out, position.longitude);
  add_coordinate(out, position.latitude);
  out.end_array();
}

void add_point(DynamicBuilder& out, const Position& position) {
  add_shape(out, "Point", [&] { add_position(out, position); });
}

Dynamic geo::point_json(Arena& arena, const Position& position) {
  return json(arena, [&](DynamicBuilder& out) { add_point(out, position); });
}

void add_lines(DynamicBuilder& out, const std::vector<Path>& lines) {
  if (lines.size() == 1) {
    return add_shape(out, "LineString", [&] { add_path(out, lines[0]); });
  }
  add_shape(out, "MultiLineString",
            [&] { add_array(out, lines, [&](const Path& line) { add_path(out, line); }); });
}

void add_lines(DynamicBuilder& out, const Polylines& lines) {
  std::vector<Path> paths;
  for (const auto& line : lines) {
    Path& path = paths.emplace_back();
    for (int i = 0; i < line->num_vertices(); ++i) path.push_back(to_position(line->vertex(i)));
  }
  add_lines(out, paths);
}

void add_polygons(DynamicBuilder& out, const std::vector<Rings>& polygons) {
  if (polygons.size() == 1) {
    return add_shape(out, "Polygon", [&] { add_rings(out, polygons[0]); });
  }
  add_shape(out, "MultiPolygon",
            [&] { add_array(out, polygons, [&](const Rings& rings) { add_rings(out, rings); }); });
}

std::vector<Rings> rings_of(const S2Polygon& polygon) {
  std::vector<Rings> polygons;
  std::vector<size_t> polygon_of(polygon.num_loops());
  // Each loop comes after the one around it; one at an even depth is a shell.
  for (int i = 0; i < polygon.num_loops(); ++i) {
    const S2Loop& loop = *polygon.loop(i);
    if (loop.is_hole()) {
      polygon_of[i] = polygon_of[polygon.GetParent(i)];
    } else {
      polygon_of[i] = polygons.size();
      polygons.emplace_back();
    }
    Path& ring = polygons[polygon_of[i]].emplace_back();
    for (int k = 0; k <= loop.num_vertices(); ++k) {
      ring.push_back(to_position(loop.oriented_vertex(k)));
    }
  }
  return polygons;
}

void add_polygons(DynamicBuilder& out, const S2Polygon& polygon) {
  add_polygons(out, rings_of(polygon));
}

void add_geometry(DynamicBuilder& out, const Geometry& geometry) {
  const auto add_points = [&] {
    if (geometry.points.size() == 1) return add_point(out, to_position(geometry.points[0]));
    add_shape(out, "MultiPoint", [&] {
      add_array(out, geometry.points,
                [&](const S2Point& point) { add_position(out, to_position(point)); });
    });
  };
  const auto add_each = [&] {
    if (!geometry.points.empty()) add_points();
    if (!geometry.lines.empty()) add_lines(out, geometry.lines);
    if (!geometry.area.is_empty()) add_polygons(out, geometry.area);
  };
  const int kinds = !geometry.points.empty() + !geometry.lines.empty() + !geometry.area.is_empty();
  if (kinds == 1) return add_each();
  out.begin_object();
  out.key("type");
  out.add_string("GeometryCollection");
  out.key("geometries");
  out.begin_array();
  add_each();
  out.end_array();
  out.end_object();
}

}  // namespace vedette::stdlib
