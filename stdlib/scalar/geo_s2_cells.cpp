// Cells of S2: squares on the faces of a cube around the Earth, halved up to 30 times.
#include <s2/mutable_s2shape_index.h>
#include <s2/s2cell.h>
#include <s2/s2cell_id.h>
#include <s2/s2metrics.h>
#include <s2/s2region_coverer.h>
#include <s2/s2shape_index_buffered_region.h>
#include <s2/s2shape_index_region.h>

#include <algorithm>
#include <cmath>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

constexpr int deepest = 30;
constexpr size_t most_cells = 65536;

std::optional<S2CellId> parse(std::string_view token) {
  if (token.empty() || token.size() > 16) return std::nullopt;
  const S2CellId cell = S2CellId::FromToken({token.data(), token.size()});
  return cell.is_valid() ? std::optional(cell) : std::nullopt;
}

std::string_view token_at(Arena& arena, const Position& position, double level) {
  const auto depth = geo::whole_number(level, 0, deepest);
  if (!position.is_valid() || !depth) return {};
  return arena.copy(S2CellId(to_degrees(position)).parent(*depth).ToToken());
}

Dynamic tokens_json(Arena& arena, const std::vector<S2CellId>& cells) {
  return geo::json(arena, [&](DynamicBuilder& out) {
    out.begin_array();
    for (S2CellId cell : cells) out.add_string(cell.ToToken());
    out.end_array();
  });
}

std::vector<S2CellId> neighbors_of(S2CellId cell) {
  std::vector<S2CellId> neighbors;
  if (cell.level() == 0) {
    S2CellId sides[4];
    cell.GetEdgeNeighbors(sides);
    neighbors.assign(std::begin(sides), std::end(sides));
  } else {
    cell.AppendAllNeighbors(cell.level(), &neighbors);
  }
  // At the corners of the cube two of them are the same.
  std::vector<S2CellId> different;
  for (S2CellId neighbor : neighbors) {
    if (std::find(different.begin(), different.end(), neighbor) == different.end()) {
      different.push_back(neighbor);
    }
  }
  return different;
}

/// The cells of a level that meet a region; nothing if there are too many. `least_cells` is known
/// to be needed.
std::optional<std::vector<S2CellId>> cover(const S2Region& region, int level, double least_cells) {
  if (least_cells > static_cast<double>(most_cells)) return std::nullopt;
  // First with larger cells where smaller ones would be too many: an idea of how many there are.
  S2RegionCoverer::Options options;
  options.set_max_level(level);
  options.set_max_cells(static_cast<int>(most_cells));
  double count = 0;
  for (S2CellId cell : S2RegionCoverer(options).GetCovering(region)) {
    count += std::ldexp(1.0, 2 * (level - cell.level()));
  }
  if (count > 4.0 * most_cells) return std::nullopt;
  options.set_fixed_level(level);
  std::vector<S2CellId> cells;
  S2RegionCoverer(options).GetCovering(region, &cells);
  if (cells.size() > most_cells) return std::nullopt;
  return cells;
}

/// The cells of a level that meet shapes or what is within a radius of them.
std::optional<Dynamic> covering_json(Arena& arena, const S2ShapeIndex& shapes, double area,
                                     double level, double radius) {
  const auto depth = geo::whole_number(level, 0, deepest);
  if (!depth || !(radius >= 0) || std::isinf(radius)) return std::nullopt;
  const S1Angle angle = std::min(to_angle(radius), S1Angle::Radians(M_PI));
  double longest_edge = 0;
  for (const S2Shape* shape : shapes) {
    for (int i = 0; i < shape->num_edges(); ++i) {
      const S2Shape::Edge edge = shape->edge(i);
      longest_edge = std::max(longest_edge, edge.v0.Angle(edge.v1));
    }
  }
  // A cell holds no more of an area than its own, and of an edge than its diagonal.
  const double cap = 2 * M_PI * (1 - std::cos(angle.radians()));
  const double least = std::max(std::max(area, cap) / S2::kMaxArea.GetValue(*depth),
                                longest_edge / S2::kMaxDiag.GetValue(*depth));
  const auto cells =
      radius == 0 ? cover(MakeS2ShapeIndexRegion(&shapes), *depth, least)
                  : cover(S2ShapeIndexBufferedRegion(&shapes, S1ChordAngle(angle)), *depth, least);
  return cells ? std::optional(tokens_json(arena, *cells)) : std::nullopt;
}

std::optional<Dynamic> cover_line(Arena& arena, const GeoLine& line, double level, double radius) {
  return covering_json(arena, line.index(), 0, level, radius);
}

std::optional<Dynamic> cover_polygon(Arena& arena, const GeoPolygon& polygon, double level,
                                     double radius) {
  return covering_json(arena, polygon.polygon().index(), polygon.polygon().GetArea(), level,
                       radius);
}

constexpr double usual_level = 11;

// So many cells of any size cover a shape closely enough to tell most points apart.
constexpr int cells_of_a_shape = 24;

/// Cells that cover a line, a polygon or several and what is within `radius` metres of them, as
/// their numbers.
std::optional<Dynamic> covering_numbers(Arena& arena, Dynamic shape, double radius) {
  const DynamicView json(shape.bytes);
  const auto polygon = GeoPolygon::read(json);
  const auto line = polygon == nullptr ? GeoLine::read(json) : nullptr;
  if (polygon == nullptr && line == nullptr) return std::nullopt;
  const S2ShapeIndex& shapes = polygon != nullptr
                                   ? static_cast<const S2ShapeIndex&>(polygon->polygon().index())
                                   : static_cast<const S2ShapeIndex&>(line->index());
  S2RegionCoverer::Options options;
  options.set_max_cells(cells_of_a_shape);
  S2RegionCoverer coverer(options);
  // A little more than the radius: a point at just that distance is in a cell.
  const S1ChordAngle angle(std::min(to_angle(radius * 1.000001 + 0.01), S1Angle::Radians(M_PI)));
  const S2CellUnion cells = coverer.GetCovering(S2ShapeIndexBufferedRegion(&shapes, angle));
  return geo::json(arena, [&](DynamicBuilder& out) {
    out.begin_array();
    for (const S2CellId cell : cells) out.add_long(static_cast<int64_t>(cell.id()));
    out.end_array();
  });
}

}  // namespace

std::vector<ScalarFunction> geo_s2_functions() {
  const Parameter cell = {"s2cell", "A token, as geo_point_to_s2cell gives them."};
  const Parameter level = {.name = "level",
                           .meaning = "Of the cells, 0 to 30: 11.",
                           .accepts = Accepts::Number,
                           .optional = true};
  const Parameter radius = {.name = "radius",
                            .meaning = "Metres around the shape that are covered, too: 0.",
                            .accepts = Accepts::Number,
                            .optional = true};
  return {
      {
          .name = "geo_cell_number",
          .summary = "The number of the smallest S2 cell that a point is in.",
          .parameters = {geo::longitude, geo::latitude},
          .overloads = {rowwise([](double x, double y) -> std::optional<int64_t> {
            const Position position{x, y};
            if (!position.is_valid()) return std::nullopt;
            return static_cast<int64_t>(S2CellId(to_degrees(position)).id());
          })},
          .null_rule = geo::null_rule,
          .hidden = true,
      },
      {
          .name = "geo_cell_numbers_around",
          .summary =
              "The numbers of S2 cells of any size that cover a shape and what is around it.",
          .parameters = {{"shape", "A line, a polygon or several in GeoJSON.", Accepts::Dynamic},
                         geo::radius},
          .overloads = {rowwise([](Arena& arena, Dynamic shape, double radius) {
            return covering_numbers(arena, shape, radius);
          })},
          .null_rule = geo::null_rule,
          .hidden = true,
      },
      {
          .name = "geo_point_to_s2cell",
          .summary = "The token of the S2 cell that a point is in.",
          .parameters = {geo::longitude, geo::latitude, level},
          .overloads = {rowwise([](Arena& arena, double x, double y) {
                          return token_at(arena, {x, y}, usual_level);
                        }),
                        rowwise([](Arena& arena, double x, double y, double level) {
                          return token_at(arena, {x, y}, level);
                        })},
          .examples = {{"geo_point_to_s2cell(13.4, 52.5, 6)", "47a9"},
                       {"geo_point_to_s2cell(13.4, 52.5, 31)", ""}},
          .null_rule = "The empty text for invalid arguments.",
      },
      {
          .name = "geo_s2cell_to_central_point",
          .summary = "The centre of an S2 cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = parse(token);
            if (!cell) return std::nullopt;
            return geo::point_json(arena, to_position(cell->ToPoint()));
          })},
          .examples = {{"geo_s2cell_to_central_point('1')",
                        "{\"type\":\"Point\",\"coordinates\":[0,0]}"},
                       {"geo_s2cell_to_central_point('2')", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_s2cell_to_polygon",
          .summary = "The area of an S2 cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = parse(token);
            if (!cell) return std::nullopt;
            const S2Cell square(*cell);
            Path ring;
            for (int i = 0; i <= 4; ++i) ring.push_back(to_position(square.GetVertex(i)));
            return geo::json(
                arena, [&](DynamicBuilder& out) { add_polygons(out, std::vector<Rings>{{ring}}); });
          })},
          .examples = {{"array_length(geo_s2cell_to_polygon('47a9').coordinates[0])", "5"},
                       {"geo_s2cell_to_polygon('x')", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_s2cell_neighbors",
          .summary = "The S2 cells around a cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = parse(token);
            if (!cell) return std::nullopt;
            return tokens_json(arena, neighbors_of(*cell));
          })},
          .examples = {{"array_length(geo_s2cell_neighbors('47a9'))", "8"},
                       {"geo_s2cell_neighbors('1')", "[\"b\",\"3\",\"5\",\"9\"]"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_line_to_s2cells",
          .summary = "The S2 cells of a level that a line or several go through.",
          .parameters = {geo::line, level, radius},
          .overloads = {prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic) {
                                      return cover_line(arena, line, usual_level, 0);
                                    }),
                        prepared<0>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, Dynamic, double level) {
                                      return cover_line(arena, line, level, 0);
                                    }),
                        prepared<0>(
                            geo::make_line,
                            [](const GeoLine& line, Arena& arena, Dynamic, double level,
                               double radius) { return cover_line(arena, line, level, radius); })},
          .examples = {{"geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':"
                        "[[13,52.4],[13.4,52.5]]}), 6)",
                        "[\"47a9\"]"}},
          .null_rule = "Null for invalid arguments and for more than 65,536 cells.",
      },
      {
          .name = "geo_polygon_to_s2cells",
          .summary = "The S2 cells of a level that a polygon or several meet.",
          .parameters = {geo::polygon, level, radius},
          .overloads = {prepared<0>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, Dynamic) {
                                      return cover_polygon(arena, polygon, usual_level, 0);
                                    }),
                        prepared<0>(
                            geo::make_polygon,
                            [](const GeoPolygon& polygon, Arena& arena, Dynamic, double level) {
                              return cover_polygon(arena, polygon, level, 0);
                            }),
                        prepared<0>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, Dynamic,
                                       double level, double radius) {
                                      return cover_polygon(arena, polygon, level, radius);
                                    })},
          .examples = {{"geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':"
                        "[[[13,52.4],[13.4,52.4],[13.4,52.5],[13,52.4]]]}), 6)",
                        "[\"47a9\"]"},
                       {"geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[40,0],[0,40],[0,0]]]}), 25)",
                        "null"}},
          .null_rule = "Null for invalid arguments and for more than 65,536 cells.",
      },
  };
}

}  // namespace vedette::stdlib
