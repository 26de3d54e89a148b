// Lines on the Earth: their length and centre, places along them, buffers, less or more vertices.
#include <s2/mutable_s2shape_index.h>

#include <numeric>

#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_operations.h"

namespace vedette::stdlib {
namespace {

double length_of(const GeoLine& line) {
  return std::accumulate(
      line.united().begin(), line.united().end(), 0.0,
      [](double sum, const auto& part) { return sum + to_metres(part->GetLength()); });
}

Position centre_of(const GeoLine& line) {
  S2Point sum;
  for (const auto& part : line.united()) sum += part->GetCentroid();
  return to_position(sum);
}

std::optional<Dynamic> point_at(Arena& arena, const GeoLine& line, double fraction) {
  if (line.lines().size() != 1 || !(fraction >= 0 && fraction <= 1)) return std::nullopt;
  return geo::point_json(arena, to_position(line.lines()[0]->Interpolate(fraction)));
}

/// Which part of the line comes before the point of it that is closest to `point`.
std::optional<double> fraction_at(const GeoLine& geo_line, const Position& point,
                                  bool over_spheroid) {
  if (geo_line.lines().size() != 1 || !point.is_valid()) return std::nullopt;
  const S2Polyline& line = *geo_line.lines()[0];
  int next_vertex;
  const S2Point closest = line.Project(to_point(point), &next_vertex);
  if (!over_spheroid) return line.UnInterpolate(closest, next_vertex);
  double before = 0;
  double all = 0;
  for (int i = 1; i < line.num_vertices(); ++i) {
    const Position from = to_position(line.vertex(i - 1));
    if (i == next_vertex) before = all + spheroid_distance_between(from, to_position(closest));
    all += spheroid_distance_between(from, to_position(line.vertex(i)));
  }
  if (next_vertex >= line.num_vertices()) before = all;
  return std::min(before / all, 1.0);
}

std::optional<Dynamic> buffer_json(Arena& arena, const GeoLine& line, double radius,
                                   double tolerance) {
  const auto polygon = buffer(line.index(), radius, tolerance);
  if (polygon == nullptr) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_polygons(out, *polygon); });
}

std::optional<Dynamic> simplified_json(Arena& arena, const GeoLine& line, double tolerance) {
  if (!is_simplifying(tolerance)) return std::nullopt;
  const Polylines lines = simplify(line.united(), tolerance);
  if (lines.empty()) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_lines(out, lines); });
}

std::optional<Dynamic> dense_json(Arena& arena, Dynamic value, double tolerance, bool crossing) {
  if (!(tolerance >= 0.1 && tolerance <= 10000)) return std::nullopt;
  if (GeoLine::read(DynamicView(value)) == nullptr) return std::nullopt;
  auto lines = read_lines(DynamicView(value));
  if (!lines) return std::nullopt;
  for (Path& path : *lines) {
    auto dense = densify(path, tolerance, crossing);
    if (!dense) return std::nullopt;
    path = *std::move(dense);
  }
  return geo::json(arena, [&](DynamicBuilder& out) { add_lines(out, *lines); });
}

std::optional<Dynamic> union_json(Arena& arena, Dynamic value) {
  const DynamicView array(value);
  if (!array.is_array() || array.size() == 0) return std::nullopt;
  Polylines all;
  for (DynamicView item : array.items()) {
    const auto line = GeoLine::read(item);
    if (line == nullptr) return std::nullopt;
    for (const auto& part : line->lines()) all.emplace_back(part->Clone());
  }
  const Polylines united = unite(all);
  if (united.empty()) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_lines(out, united); });
}

}  // namespace

std::vector<ScalarFunction> geo_line_functions() {
  return {
      {
          .name = "geo_line_length",
          .summary = "The length of a line, or of the union of several, in metres.",
          .parameters = {geo::line},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Dynamic) { return length_of(line); })},
          .examples = {{"round(geo_line_length(dynamic({'type':'LineString','coordinates':"
                        "[[0,0],[0,1],[1,1]]})), 3)",
                        "222373.266"},
                       {"geo_line_length(dynamic({'type':'LineString','coordinates':[[0,0]]}))",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_line_centroid",
          .summary = "The centre of a line, or of the union of several.",
          .parameters = {geo::line},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic) {
                                      return geo::point_json(arena, centre_of(line));
                                    })},
          .examples = {{"geo_line_centroid(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}))",
                        "{\"type\":\"Point\",\"coordinates\":[0,0]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_line_interpolate_point",
          .summary = "The point after a fraction of a line.",
          .parameters = {geo::line, {"fraction", "0 is the start, 1 the end.", Accepts::Number}},
          .overloads = {prepared<0>(
              geo::make_line, [](const GeoLine& line, Arena& arena, Dynamic,
                                 double fraction) { return point_at(arena, line, fraction); })},
          .examples = {{"geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}), 0.5)",
                        "{\"type\":\"Point\",\"coordinates\":[0,0]}"},
                       {"geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}), 1.5)",
                        "null"}},
          .null_rule = "Null for several lines and for invalid arguments.",
      },
      {
          .name = "geo_line_locate_point",
          .summary = "Which fraction of a line comes before its point that is closest to a point.",
          .parameters = {geo::line, geo::longitude, geo::latitude, geo::use_spheroid},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Dynamic, double x, double y) {
                                      return fraction_at(line, {x, y}, false);
                                    }),
                        prepared<0>(
                            geo::make_line,
                            [](const GeoLine& line, Dynamic, double x, double y, bool spheroid) {
                              return fraction_at(line, {x, y}, spheroid);
                            }),
                        prepared<0>(
                            geo::make_line,
                            [](const GeoLine& line, Dynamic, double x, double y, double spheroid) {
                              return fraction_at(line, {x, y}, spheroid != 0);
                            })},
          .examples = {{"round(geo_line_locate_point(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[3,0]]}), 0, 5), 6)",
                        "0.25"}},
          .null_rule = "Null for several lines and for invalid arguments.",
      },
      {
          .name = "geo_line_buffer",
          .summary = "The area within a distance of a line or of several.",
          .parameters = {geo::line, geo::radius, geo::buffer_tolerance},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic, double radius) {
                                      return buffer_json(arena, line, radius, 10);
                                    }),
                        prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic, double radius,
                                       double tolerance) {
                                      return buffer_json(arena, line, radius, tolerance);
                                    })},
          .examples = {{"geo_line_buffer(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}), 1000).type",
                        "Polygon"},
                       {"geo_line_buffer(dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}), 0)",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_line_simplify",
          .summary = "A line, or the union of several, with less vertices.",
          .parameters = {geo::line, geo::simplify_tolerance},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic) {
                                      return simplified_json(arena, line, 10);
                                    }),
                        prepared<0>(
                            geo::make_line,
                            [](const GeoLine& line, Arena& arena, Dynamic, double tolerance) {
                              return simplified_json(arena, line, tolerance);
                            })},
          .examples = {{"geo_line_simplify(dynamic({'type':'LineString','coordinates':"
                        "[[0,0],[1,0.00001],[2,0]]}))",
                        "{\"type\":\"LineString\",\"coordinates\":[[0,0],[2,0]]}"},
                       {"geo_line_simplify(dynamic({'type':'LineString','coordinates':"
                        "[[0,0],[0.1,0.1]]}), 100000)",
                        "null"}},
          .null_rule = "Null for invalid arguments, and where nothing is left.",
      },
      {
          .name = "geo_line_densify",
          .summary = "A line whose edges are straight on a map, with points in between such that "
                     "shortest ways between them come close.",
          .parameters = {geo::line, geo::densify_tolerance, geo::preserve_crossing},
          .overloads = {rowwise([](Arena& arena, Dynamic line) {
                          return dense_json(arena, line, 10, false);
                        }),
                        rowwise([](Arena& arena, Dynamic line, double tolerance) {
                          return dense_json(arena, line, tolerance, false);
                        }),
                        rowwise([](Arena& arena, Dynamic line, double tolerance, bool crossing) {
                          return dense_json(arena, line, tolerance, crossing);
                        }),
                        rowwise([](Arena& arena, Dynamic line, double tolerance, double crossing) {
                          return dense_json(arena, line, tolerance, crossing != 0);
                        })},
          .examples = {{"geo_line_densify(dynamic({'type':'LineString','coordinates':"
                        "[[10,50],[11,50]]}), 100)",
                        "{\"type\":\"LineString\",\"coordinates\":[[10,50],[10.5,50],[11,50]]}"},
                       {"geo_line_densify(dynamic({'type':'LineString','coordinates':"
                        "[[10,50],[11,50]]}), 0)",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_union_lines_array",
          .summary = "The union of lines: what they share is there once.",
          .parameters = {{"lineStrings", "An array of lines in GeoJSON.", Accepts::DynamicArray}},
          .overloads = {rowwise(
              [](Arena& arena, Dynamic lines) { return union_json(arena, lines); })},
          .examples = {{"geo_union_lines_array(pack_array(dynamic({'type':'LineString',"
                        "'coordinates':[[0,0],[0,1]]}), dynamic({'type':'LineString',"
                        "'coordinates':[[0,0],[0,1],[0,2]]})))",
                        "{\"type\":\"LineString\",\"coordinates\":[[0,0],[0,1],[0,2]]}"}},
          .null_rule = "Null where one is no valid line.",
      },
  };
}

}  // namespace vedette::stdlib
