// Polygons on the Earth: area, boundary, centre, buffers, unions, less or more vertices.
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_operations.h"

namespace vedette::stdlib {
namespace {

double area_of(const GeoPolygon& polygon) {
  return polygon.polygon().GetArea() * earth_radius * earth_radius;
}

double perimeter_of(const GeoPolygon& geo_polygon) {
  const S2Polygon& polygon = geo_polygon.polygon();
  S1Angle length;
  for (int i = 0; i < polygon.num_loops(); ++i) {
    const S2Loop& loop = *polygon.loop(i);
    for (int k = 0; k < loop.num_vertices(); ++k) {
      length += S1Angle(loop.vertex(k), loop.vertex(k + 1));
    }
  }
  return to_metres(length);
}

std::optional<Dynamic> polygons_json(Arena& arena, const S2Polygon* polygon) {
  if (polygon == nullptr || polygon->is_empty() || polygon->is_full()) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_polygons(out, *polygon); });
}

std::optional<Dynamic> buffer_json(Arena& arena, const GeoPolygon& polygon, double radius,
                                   double tolerance) {
  return polygons_json(arena, buffer(polygon.polygon().index(), radius, tolerance).get());
}

std::optional<Dynamic> point_buffer_json(Arena& arena, const Position& point, double radius,
                                         double tolerance) {
  if (!point.is_valid()) return std::nullopt;
  return polygons_json(arena, buffer(to_point(point), radius, tolerance).get());
}

/// All of them as they are, side by side.
std::optional<Dynamic> simplified_json(Arena& arena, const std::vector<const S2Polygon*>& polygons,
                                       double tolerance) {
  if (!is_simplifying(tolerance)) return std::nullopt;
  std::vector<Rings> all;
  for (const auto& polygon : simplify(polygons, tolerance)) {
    for (Rings& rings : rings_of(*polygon)) all.push_back(std::move(rings));
  }
  if (all.empty()) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_polygons(out, all); });
}

/// The polygons of an array; empty if one is none.
std::vector<std::shared_ptr<const GeoPolygon>> read_array(Dynamic value) {
  std::vector<std::shared_ptr<const GeoPolygon>> polygons;
  for (DynamicView item : DynamicView(value).items()) {
    auto polygon = GeoPolygon::read(item);
    if (polygon == nullptr) return {};
    polygons.push_back(std::move(polygon));
  }
  return polygons;
}

std::optional<Dynamic> simplified_array_json(Arena& arena, Dynamic value, double tolerance) {
  const auto polygons = read_array(value);
  std::vector<const S2Polygon*> shapes;
  for (const auto& polygon : polygons) shapes.push_back(&polygon->polygon());
  return simplified_json(arena, shapes, tolerance);
}

std::optional<Dynamic> union_json(Arena& arena, Dynamic value) {
  std::vector<std::unique_ptr<S2Polygon>> polygons;
  for (const auto& polygon : read_array(value)) {
    polygons.emplace_back(polygon->polygon().Clone());
  }
  return polygons.empty() ? std::nullopt : polygons_json(arena, unite(std::move(polygons)).get());
}

std::optional<Dynamic> dense_json(Arena& arena, Dynamic value, double tolerance, bool crossing) {
  if (!(tolerance >= 0.1 && tolerance <= 10000)) return std::nullopt;
  if (GeoPolygon::read(DynamicView(value)) == nullptr) return std::nullopt;
  auto polygons = read_polygons(DynamicView(value));
  if (!polygons) return std::nullopt;
  for (Rings& rings : *polygons) {
    for (Path& ring : rings) {
      auto dense = densify(ring, tolerance, crossing);
      if (!dense) return std::nullopt;
      ring = *std::move(dense);
    }
  }
  return geo::json(arena, [&](DynamicBuilder& out) { add_polygons(out, *polygons); });
}

}  // namespace

std::vector<ScalarFunction> geo_polygon_functions() {
  const Parameter polygons = {"polygons", "An array of polygons in GeoJSON.",
                              Accepts::DynamicArray};
  return {
      {
          .name = "geo_polygon_area",
          .summary = "The area of a polygon, or of the union of several, in square metres.",
          .parameters = {geo::polygon},
          .overloads = {prepared<0>(geo::make_polygon, [](const GeoPolygon& polygon,
                                                          Dynamic) { return area_of(polygon); })},
          .examples = {{"round(geo_polygon_area(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[90,0],[0,90],[0,0]]]})) / 1e12, 6)",
                        "63.758259"},
                       {"geo_polygon_area(dynamic({'type':'Polygon','coordinates':[]}))", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_polygon_perimeter",
          .summary = "The length of the boundary of a polygon, or of the union of several, in "
                     "metres.",
          .parameters = {geo::polygon},
          .overloads = {prepared<0>(
              geo::make_polygon,
              [](const GeoPolygon& polygon, Dynamic) { return perimeter_of(polygon); })},
          .examples = {{"round(geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[90,0],[0,90],[0,0]]]})) / 1000, 3)",
                        "30022.677"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_polygon_centroid",
          .summary = "The centre of a polygon, or of the union of several.",
          .parameters = {geo::polygon},
          .overloads = {prepared<0>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, Dynamic) {
                                      return geo::point_json(
                                          arena, to_position(polygon.polygon().GetCentroid()));
                                    })},
          .examples = {{"round(todouble(geo_polygon_centroid(dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[90,0],[0,90],[0,0]]]})).coordinates[0]), 6)",
                        "45.0"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_polygon_buffer",
          .summary = "The area within a distance of a polygon or of several.",
          .parameters = {geo::polygon, geo::radius, geo::buffer_tolerance},
          .overloads = {prepared<0>(
                            geo::make_polygon,
                            [](const GeoPolygon& polygon, Arena& arena, Dynamic, double radius) {
                              return buffer_json(arena, polygon, radius, 10);
                            }),
                        prepared<0>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, Dynamic,
                                       double radius, double tolerance) {
                                      return buffer_json(arena, polygon, radius, tolerance);
                                    })},
          .examples = {{"geo_polygon_buffer(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[9,0],[0,9],[0,0]]]}), 1000).type",
                        "Polygon"},
                       {"geo_polygon_buffer(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[9,0],[0,9],[0,0]]]}), -1000)",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_point_buffer",
          .summary = "The area within a distance of a point.",
          .parameters = {geo::longitude, geo::latitude, geo::radius, geo::buffer_tolerance},
          .overloads = {rowwise([](Arena& arena, double x, double y, double radius) {
                          return point_buffer_json(arena, {x, y}, radius, 10);
                        }),
                        rowwise(
                            [](Arena& arena, double x, double y, double radius, double tolerance) {
                              return point_buffer_json(arena, {x, y}, radius, tolerance);
                            })},
          .examples = {{"geo_point_in_polygon(1, 2.001, geo_point_buffer(1, 2, 112, 0.1))", "true"},
                       {"geo_point_in_polygon(1, 2.001, geo_point_buffer(1, 2, 110, 0.1))",
                        "false"},
                       {"geo_point_buffer(1, 2, 0)", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_polygon_simplify",
          .summary = "A polygon, or the union of several, with less vertices.",
          .parameters = {geo::polygon, geo::simplify_tolerance},
          .overloads = {prepared<0>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, Dynamic) {
                                      return simplified_json(arena, {&polygon.polygon()}, 10);
                                    }),
                        prepared<0>(
                            geo::make_polygon,
                            [](const GeoPolygon& polygon, Arena& arena, Dynamic, double tolerance) {
                              return simplified_json(arena, {&polygon.polygon()}, tolerance);
                            })},
          .examples = {{"array_length(geo_polygon_simplify(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[1,-0.00001],[2,0],[0,2],[0,0]]]})).coordinates[0])",
                        "4"},
                       {"geo_polygon_simplify(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[2,0],[0,2],[0,0]]]}), 1000000)",
                        "null"}},
          .null_rule = "Null for invalid arguments, and where nothing is left.",
      },
      {
          .name = "geo_simplify_polygons_array",
          .summary = "Polygons with less vertices; borders that they share stay shared.",
          .parameters = {polygons, geo::simplify_tolerance},
          .overloads = {rowwise([](Arena& arena, Dynamic polygons) {
                          return simplified_array_json(arena, polygons, 10);
                        }),
                        rowwise([](Arena& arena, Dynamic polygons, double tolerance) {
                          return simplified_array_json(arena, polygons, tolerance);
                        })},
          .examples = {{"array_length(geo_simplify_polygons_array(pack_array(dynamic({'type':"
                        "'Polygon','coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}), dynamic({'type':"
                        "'Polygon','coordinates':[[[1,0],[1,1],[0,1],[1,0]]]}))).coordinates)",
                        "2"}},
          .null_rule = "Null for invalid arguments, and where nothing is left.",
      },
      {
          .name = "geo_polygon_densify",
          .summary = "A polygon whose edges are straight on a map, with points in between such "
                     "that shortest ways between them come close.",
          .parameters = {geo::polygon, geo::densify_tolerance, geo::preserve_crossing},
          .overloads = {rowwise([](Arena& arena, Dynamic polygon) {
                          return dense_json(arena, polygon, 10, false);
                        }),
                        rowwise([](Arena& arena, Dynamic polygon, double tolerance) {
                          return dense_json(arena, polygon, tolerance, false);
                        }),
                        rowwise([](Arena& arena, Dynamic polygon, double tolerance, bool crossing) {
                          return dense_json(arena, polygon, tolerance, crossing);
                        }),
                        rowwise(
                            [](Arena& arena, Dynamic polygon, double tolerance, double crossing) {
                              return dense_json(arena, polygon, tolerance, crossing != 0);
                            })},
          .examples = {{"geo_polygon_densify(dynamic({'type':'Polygon','coordinates':"
                        "[[[10,50],[11,50],[11,51],[10,50]]]}), 500)",
                        "{\"type\":\"Polygon\",\"coordinates\":"
                        "[[[10,50],[11,50],[11,51],[10,50]]]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_union_polygons_array",
          .summary = "The union of polygons.",
          .parameters = {polygons},
          .overloads = {rowwise(
              [](Arena& arena, Dynamic polygons) { return union_json(arena, polygons); })},
          .examples = {{"geo_union_polygons_array(pack_array(dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[5,0],[5,0.5],[0,0]]]}))).type",
                        "Polygon"},
                       {"geo_union_polygons_array(dynamic([1]))", "null"}},
          .null_rule = "Null where one is no valid polygon.",
      },
  };
}

}  // namespace vedette::stdlib
