// Cells of H3 in queries: from points and polygons, up and down, around.
#include <cmath>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_h3.h"
#include "stdlib/scalar/geo_operations.h"

namespace vedette::stdlib {
namespace {

constexpr double usual_resolution = 6;
constexpr int most_levels_down = 5;
constexpr int furthest_ring = 142;
constexpr size_t most_cells = 61680;

void add_tokens(DynamicBuilder& out, const std::vector<h3::Cell>& cells) {
  out.begin_array();
  for (h3::Cell cell : cells) out.add_string(h3::token_of(cell));
  out.end_array();
}

Dynamic tokens_json(Arena& arena, const std::vector<h3::Cell>& cells) {
  return geo::json(arena, [&](DynamicBuilder& out) { add_tokens(out, cells); });
}

std::string_view token_at(Arena& arena, const Position& position, double resolution) {
  const auto level = geo::whole_number(resolution, 0, h3::finest_resolution);
  if (!position.is_valid() || !level) return {};
  return arena.copy(h3::token_of(h3::cell_at(position, *level)));
}

/// The parent at a resolution, or the next one up.
std::string_view parent_of(Arena& arena, std::string_view token, std::optional<double> resolution) {
  const auto cell = h3::parse_cell(token);
  if (!cell) return {};
  const int level = h3::resolution_of(*cell);
  const auto wanted = geo::whole_number(resolution.value_or(level - 1), 0, level);
  return wanted ? arena.copy(h3::token_of(h3::parent_of(*cell, *wanted))) : std::string_view();
}

/// The children at a resolution, or the next ones down.
std::optional<Dynamic> children_of(Arena& arena, std::string_view token,
                                   std::optional<double> resolution) {
  const auto cell = h3::parse_cell(token);
  if (!cell) return std::nullopt;
  const int level = h3::resolution_of(*cell);
  const int deepest = std::min(level + most_levels_down, h3::finest_resolution);
  const auto wanted = geo::whole_number(resolution.value_or(level + 1), level, deepest);
  if (!wanted) return std::nullopt;
  return tokens_json(arena, h3::children_of(*cell, *wanted));
}

std::optional<Dynamic> rings_around(Arena& arena, std::string_view token, double distance) {
  const auto cell = h3::parse_cell(token);
  const auto steps = geo::whole_number(distance, 0, furthest_ring);
  if (!cell || !steps) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) {
    out.begin_array();
    for (const auto& ring : h3::rings_around(*cell, *steps)) add_tokens(out, ring);
    out.end_array();
  });
}

std::optional<Dynamic> fill(Arena& arena, Dynamic value, double resolution, double radius) {
  const auto level = geo::whole_number(resolution, 0, h3::finest_resolution);
  const auto polygon = GeoPolygon::read(DynamicView(value));
  if (!level || polygon == nullptr || !(radius >= 0) || std::isinf(radius)) return std::nullopt;
  // No cell is four times as large as they are on average.
  const double cell_area = 4 * M_PI / (2 + 120 * std::pow(7.0, *level));
  if (polygon->polygon().GetArea() > 4 * cell_area * most_cells) return std::nullopt;
  auto polygons = read_polygons(DynamicView(value));
  if (radius > 0) {
    const auto buffered = buffer(polygon->polygon().index(), radius, std::max(radius / 1000, 10.0));
    if (buffered == nullptr) return std::nullopt;
    polygons = rings_of(*buffered);
  }
  const auto cells = h3::cells_within(*polygons, *level, most_cells);
  return cells ? std::optional(tokens_json(arena, *cells)) : std::nullopt;
}

}  // namespace

std::vector<ScalarFunction> geo_h3_functions() {
  const Parameter cell = {"h3cell", "A token, as geo_point_to_h3cell gives them."};
  const Parameter resolution = {.name = "resolution",
                                .meaning = "Of the cells, 0 to 15: 6.",
                                .accepts = Accepts::Number,
                                .optional = true};
  const Parameter children_resolution = {.name = "resolution",
                                         .meaning = "Of the children, at most 5 further: the next.",
                                         .accepts = Accepts::Number,
                                         .optional = true};
  const Parameter parent_resolution = {.name = "resolution",
                                       .meaning = "Of the parent: the one before.",
                                       .accepts = Accepts::Number,
                                       .optional = true};
  const Parameter radius = {.name = "radius",
                            .meaning = "Metres by which the polygon is enlarged: 0.",
                            .accepts = Accepts::Number,
                            .optional = true};
  return {
      {
          .name = "geo_point_to_h3cell",
          .summary = "The token of the H3 cell that a point is in.",
          .parameters = {geo::longitude, geo::latitude, resolution},
          .overloads = {rowwise([](Arena& arena, double x, double y) {
                          return token_at(arena, {x, y}, usual_resolution);
                        }),
                        rowwise([](Arena& arena, double x, double y, double resolution) {
                          return token_at(arena, {x, y}, resolution);
                        })},
          .examples = {{"geo_point_to_h3cell(13.4, 52.5, 5)", "851f1d4bfffffff"},
                       {"geo_point_to_h3cell(13.4, 52.5, 16)", ""}},
          .null_rule = "The empty text for invalid arguments.",
      },
      {
          .name = "geo_h3cell_to_central_point",
          .summary = "The centre of an H3 cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = h3::parse_cell(token);
            if (!cell) return std::nullopt;
            return geo::point_json(arena, h3::centre_of(*cell));
          })},
          .examples = {{"round(toreal(geo_h3cell_to_central_point('851f1d4bfffffff')"
                        ".coordinates[0]), 5)",
                        "13.2839"},
                       {"geo_h3cell_to_central_point('851f1d4b')", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_h3cell_to_polygon",
          .summary = "The area of an H3 cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = h3::parse_cell(token);
            if (!cell) return std::nullopt;
            return geo::json(arena, [&](DynamicBuilder& out) {
              add_polygons(out, std::vector<Rings>{{h3::boundary_of(*cell)}});
            });
          })},
          .examples = {{"array_length(geo_h3cell_to_polygon('851f1d4bfffffff').coordinates[0])",
                        "7"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_h3cell_level",
          .summary = "The resolution of an H3 cell.",
          .parameters = {cell},
          .overloads = {rowwise([](std::string_view token) -> std::optional<Int> {
            const auto cell = h3::parse_cell(token);
            if (!cell) return std::nullopt;
            return Int{h3::resolution_of(*cell)};
          })},
          .examples = {{"geo_h3cell_level('851f1d4bfffffff')", "5"},
                       {"geo_h3cell_level('5')", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_h3cell_parent",
          .summary = "The coarser H3 cell that a cell belongs to.",
          .parameters = {cell, parent_resolution},
          .overloads = {rowwise([](Arena& arena, std::string_view token) {
                          return parent_of(arena, token, std::nullopt);
                        }),
                        rowwise([](Arena& arena, std::string_view token, double resolution) {
                          return parent_of(arena, token, resolution);
                        })},
          .examples = {{"geo_h3cell_parent('851f1d4bfffffff')", "841f1d5ffffffff"},
                       {"geo_h3cell_parent('851f1d4bfffffff', 0)", "801ffffffffffff"},
                       {"geo_h3cell_parent('851f1d4bfffffff', 6)", ""}},
          .null_rule = "The empty text for invalid arguments.",
      },
      {
          .name = "geo_h3cell_children",
          .summary = "The finer H3 cells that belong to a cell.",
          .parameters = {cell, children_resolution},
          .overloads = {rowwise([](Arena& arena, std::string_view token) {
                          return children_of(arena, token, std::nullopt);
                        }),
                        rowwise([](Arena& arena, std::string_view token, double resolution) {
                          return children_of(arena, token, resolution);
                        })},
          .examples = {{"geo_h3cell_children('851f1d4bfffffff')[1]", "861f1d48fffffff"},
                       {"array_length(geo_h3cell_children('851f1d4bfffffff', 8))", "343"},
                       {"geo_h3cell_children('851f1d4bfffffff', 11)", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_h3cell_neighbors",
          .summary = "The H3 cells around a cell.",
          .parameters = {cell},
          .overloads = {rowwise([](Arena& arena, std::string_view token) -> std::optional<Dynamic> {
            const auto cell = h3::parse_cell(token);
            if (!cell) return std::nullopt;
            return tokens_json(arena, h3::neighbors_of(*cell));
          })},
          .examples = {{"array_length(geo_h3cell_neighbors('851f1d4bfffffff'))", "6"},
                       {"array_length(geo_h3cell_neighbors('8009fffffffffff'))", "5"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_h3cell_rings",
          .summary = "An H3 cell, the cells around it, those around them, and so on.",
          .parameters = {cell, {"distance", "Of the last ring, 0 to 142.", Accepts::Number}},
          .overloads = {rowwise([](Arena& arena, std::string_view token, double distance) {
            return rings_around(arena, token, distance);
          })},
          .examples = {{"array_length(geo_h3cell_rings('851f1d4bfffffff', 3)[3])", "18"},
                       {"geo_h3cell_rings('851f1d4bfffffff', 143)", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_polygon_to_h3cells",
          .summary = "The H3 cells of a resolution whose centres are in a polygon or in one of "
                     "several; edges are straight on a map.",
          .parameters = {geo::polygon, resolution, radius},
          .overloads = {rowwise([](Arena& arena, Dynamic polygon) {
                          return fill(arena, polygon, usual_resolution, 0);
                        }),
                        rowwise([](Arena& arena, Dynamic polygon, double resolution) {
                          return fill(arena, polygon, resolution, 0);
                        }),
                        rowwise(
                            [](Arena& arena, Dynamic polygon, double resolution, double radius) {
                              return fill(arena, polygon, resolution, radius);
                            })},
          .examples = {{"geo_polygon_to_h3cells(geo_h3cell_to_polygon('851f1d4bfffffff'), 5)",
                        "[\"851f1d4bfffffff\"]"},
                       {"geo_polygon_to_h3cells(geo_h3cell_to_polygon('801ffffffffffff'), 9)",
                        "null"}},
          .null_rule = "Null for invalid arguments and for more than 61,680 cells.",
      },
  };
}

}  // namespace vedette::stdlib
