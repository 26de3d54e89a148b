// Whether lines and polygons meet, and where. A polygon contains its boundary here.
#include <s2/mutable_s2shape_index.h>
#include <s2/s2boolean_operation.h>
#include <s2/s2builderutil_closed_set_normalizer.h>
#include <s2/s2builderutil_s2point_vector_layer.h>
#include <s2/s2builderutil_s2polygon_layer.h>
#include <s2/s2builderutil_s2polyline_vector_layer.h>

#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

S2BooleanOperation::Options closed() {
  S2BooleanOperation::Options options;
  options.set_polygon_model(S2BooleanOperation::PolygonModel::CLOSED);
  options.set_polyline_model(S2BooleanOperation::PolylineModel::CLOSED);
  return options;
}

const S2ShapeIndex& index_of(const GeoLine& line) {
  return line.index();
}
const S2ShapeIndex& index_of(const GeoPolygon& polygon) {
  return polygon.polygon().index();
}

std::optional<Dynamic> intersection(Arena& arena, const S2ShapeIndex& a, const S2ShapeIndex& b) {
  using Lines = s2builderutil::S2PolylineVectorLayer;
  Lines::Options line_options;
  line_options.set_polyline_type(S2Builder::Graph::PolylineType::WALK);
  line_options.set_duplicate_edges(Lines::Options::DuplicateEdges::MERGE);
  line_options.set_s2debug_override(S2Debug::DISABLE);
  Geometry geometry;
  geometry.area.set_s2debug_override(S2Debug::DISABLE);
  s2builderutil::LayerVector layers;
  layers.push_back(std::make_unique<s2builderutil::S2PointVectorLayer>(&geometry.points));
  layers.push_back(std::make_unique<Lines>(&geometry.lines, line_options));
  layers.push_back(std::make_unique<s2builderutil::S2PolygonLayer>(&geometry.area));
  // Edges and polygons without extent become points and lines.
  S2BooleanOperation operation(S2BooleanOperation::OpType::INTERSECTION,
                               s2builderutil::NormalizeClosedSet(std::move(layers)), closed());
  S2Error error;
  if (!operation.Build(a, b, &error)) return std::nullopt;
  return geo::json(arena, [&](DynamicBuilder& out) { add_geometry(out, geometry); });
}

/// Over a first shape read from each row and a second one, which may be known ahead.
template <typename First, typename Make> Overload intersects_overload(Make make) {
  using Second =
      std::remove_cvref_t<decltype(*make(std::declval<Value>(), std::declval<std::string&>()))>;
  return prepared<1>(make, [](const Second& second, Dynamic first, Dynamic) -> std::optional<bool> {
    const auto shape = First::read(DynamicView(first));
    if (shape == nullptr) return std::nullopt;
    return S2BooleanOperation::Intersects(index_of(*shape), index_of(second), closed());
  });
}

template <typename First, typename Make> Overload intersection_overload(Make make) {
  using Second =
      std::remove_cvref_t<decltype(*make(std::declval<Value>(), std::declval<std::string&>()))>;
  return prepared<1>(
      make,
      [](const Second& second, Arena& arena, Dynamic first, Dynamic) -> std::optional<Dynamic> {
        const auto shape = First::read(DynamicView(first));
        if (shape == nullptr) return std::nullopt;
        return intersection(arena, index_of(*shape), index_of(second));
      });
}

Parameter named(std::string_view name, Parameter parameter) {
  parameter.name = name;
  return parameter;
}

}  // namespace

std::vector<ScalarFunction> geo_intersection_functions() {
  const Parameter line1 = named("lineString1", geo::line);
  const Parameter line2 = named("lineString2", geo::line);
  const Parameter polygon1 = named("polygon1", geo::polygon);
  const Parameter polygon2 = named("polygon2", geo::polygon);
  return {
      {
          .name = "geo_intersects_2lines",
          .summary = "Whether lines meet.",
          .parameters = {line1, line2},
          .overloads = {intersects_overload<GeoLine>(geo::make_line)},
          .examples = {{"geo_intersects_2lines(dynamic({'type':'LineString','coordinates':"
                        "[[0,-1],[0,1]]}), dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}))",
                        "true"},
                       {"geo_intersects_2lines(dynamic({'type':'LineString','coordinates':"
                        "[[0,-1],[0,1]]}), dynamic({'type':'LineString','coordinates':"
                        "[[2,0],[3,0]]}))",
                        "false"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_intersects_2polygons",
          .summary = "Whether polygons have a point in common.",
          .parameters = {polygon1, polygon2},
          .overloads = {intersects_overload<GeoPolygon>(geo::make_polygon)},
          .examples = {{"geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[1,0],[0,1],[0,0]]]}), dynamic({'type':'Polygon','coordinates':"
                        "[[[1,0],[2,0],[2,1],[1,0]]]}))",
                        "true"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_intersects_line_with_polygon",
          .summary = "Whether a line has a point in common with a polygon.",
          .parameters = {geo::line, geo::polygon},
          .overloads = {intersects_overload<GeoLine>(geo::make_polygon)},
          .examples = {{"geo_intersects_line_with_polygon(dynamic({'type':'LineString',"
                        "'coordinates':[[-1,0.5],[1,0.5]]}), dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}))",
                        "true"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_intersection_2lines",
          .summary = "Where lines meet: points, lines or both.",
          .parameters = {line1, line2},
          .overloads = {intersection_overload<GeoLine>(geo::make_line)},
          .examples = {{"geo_intersection_2lines(dynamic({'type':'LineString','coordinates':"
                        "[[0,-1],[0,1]]}), dynamic({'type':'LineString','coordinates':"
                        "[[-1,0],[1,0]]}))",
                        "{\"type\":\"Point\",\"coordinates\":[0,0]}"},
                       {"geo_intersection_2lines(dynamic({'type':'LineString','coordinates':"
                        "[[0,-1],[0,1]]}), dynamic({'type':'LineString','coordinates':"
                        "[[2,0],[3,0]]}))",
                        "{\"type\":\"GeometryCollection\",\"geometries\":[]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_intersection_2polygons",
          .summary = "What polygons have in common: points, lines, polygons.",
          .parameters = {polygon1, polygon2},
          .overloads = {intersection_overload<GeoPolygon>(geo::make_polygon)},
          .examples = {{"geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[1,0],[0,1],[0,0]]]}), dynamic({'type':'Polygon','coordinates':"
                        "[[[1,0],[2,0],[2,1],[1,0]]]}))",
                        "{\"type\":\"Point\",\"coordinates\":[1,0]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_intersection_line_with_polygon",
          .summary = "What a line and a polygon have in common: points and lines.",
          .parameters = {geo::line, geo::polygon},
          .overloads = {intersection_overload<GeoLine>(geo::make_polygon)},
          .examples = {{"geo_intersection_line_with_polygon(dynamic({'type':'LineString',"
                        "'coordinates':[[0,0],[0,1]]}), dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[1,0],[0,1],[0,0]]]}))",
                        "{\"type\":\"LineString\",\"coordinates\":[[0,0],[0,1]]}"}},
          .null_rule = geo::null_rule,
      },
  };
}

}  // namespace vedette::stdlib
