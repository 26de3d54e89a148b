// Points on the Earth: distances, directions, and how they lie to circles, lines and polygons.
#include <cmath>
#include <numbers>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

std::optional<double> distance(const Position& a, const Position& b, bool over_spheroid) {
  if (!a.is_valid() || !b.is_valid()) return std::nullopt;
  return over_spheroid ? spheroid_distance_between(a, b) : distance_between(a, b);
}

std::optional<double> azimuth(const Position& a, const Position& b) {
  if (!a.is_valid() || !b.is_valid()) return std::nullopt;
  return azimuth_between(a, b);
}

/// From the way back to `a` clockwise to the way to `c`, as seen at `b`.
std::optional<double> angle(const Position& a, const Position& b, const Position& c) {
  if (!a.is_valid()) return std::nullopt;
  const auto back = azimuth(b, a);
  const auto onward = azimuth(b, c);
  if (!back || !onward) return std::nullopt;
  const double turn = *onward - *back;
  return turn < 0 ? turn + 2 * std::numbers::pi : turn;
}

std::optional<bool> in_circle(const Position& point, const Position& centre, double radius) {
  if (!point.is_valid() || !centre.is_valid() || !(radius > 0) || std::isinf(radius)) {
    return std::nullopt;
  }
  return distance_between(point, centre) <= radius;
}

}  // namespace

std::vector<ScalarFunction> geo_point_functions() {
  constexpr auto number = Accepts::Number;
  const Parameter longitude1 = {"p1_longitude", "Degrees, -180 to 180.", number};
  const Parameter latitude1 = {"p1_latitude", "Degrees, -90 to 90.", number};
  const Parameter longitude2 = {"p2_longitude", "Degrees, -180 to 180.", number};
  const Parameter latitude2 = {"p2_latitude", "Degrees, -90 to 90.", number};
  return {
      {
          .name = "geo_distance_2points",
          .summary = "The shortest way between two points on the Earth, in metres.",
          .parameters = {longitude1, latitude1, longitude2, latitude2, geo::use_spheroid},
          .overloads = {rowwise([](double x1, double y1, double x2, double y2) {
                          return distance({x1, y1}, {x2, y2}, false);
                        }),
                        rowwise([](double x1, double y1, double x2, double y2, bool spheroid) {
                          return distance({x1, y1}, {x2, y2}, spheroid);
                        }),
                        rowwise([](double x1, double y1, double x2, double y2, double spheroid) {
                          return distance({x1, y1}, {x2, y2}, spheroid != 0);
                        })},
          .examples = {{"round(geo_distance_2points(13.4, 52.5, 2.35, 48.85), 3)", "876800.454"},
                       {"round(geo_distance_2points(0, 0, 1, 0, true), 3)", "111319.491"},
                       {"round(geo_distance_2points(-73.8, 40.6, -0.5, 51.6, true), 3)",
                        "5551759.4"},
                       {"round(geo_distance_2points(0, 0, 179.5, 0.5, true), 2)", "19936288.58"},
                       {"round(geo_distance_2points(0, 0, 180, 0, true), 2)", "20003931.46"},
                       {"geo_distance_2points(181, 0, 1, 0)", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_azimuth",
          .summary = "The direction from one point to another, in radians clockwise from north.",
          .parameters = {longitude1, latitude1, longitude2, latitude2},
          .overloads = {rowwise([](double x1, double y1, double x2, double y2) {
            return azimuth({x1, y1}, {x2, y2});
          })},
          .examples = {{"round(degrees(geo_azimuth(0, 0, 1, 0)), 6)", "90.0"},
                       {"geo_azimuth(3, 4, 3, 4)", "null"}},
          .null_rule = "Null for invalid coordinates, for equal and for antipodal points.",
      },
      {
          .name = "geo_angle",
          .summary = "The angle at the second of three points, in radians clockwise from the line "
                     "to the first to the line to the third.",
          .parameters = {longitude1,
                         latitude1,
                         longitude2,
                         latitude2,
                         {"p3_longitude", "Degrees, -180 to 180.", number},
                         {"p3_latitude", "Degrees, -90 to 90.", number}},
          .overloads = {rowwise([](double x1, double y1, double x2, double y2, double x3,
                                   double y3) { return angle({x1, y1}, {x2, y2}, {x3, y3}); })},
          .examples = {{"round(degrees(geo_angle(0, 1, 0, 0, 1, 0)), 6)", "90.0"},
                       {"round(degrees(geo_angle(1, 0, 0, 0, 0, 1)), 6)", "270.0"},
                       {"geo_angle(0, 1, 0, 1, 1, 0)", "null"}},
          .null_rule = "Null for invalid coordinates, for equal and for antipodal points.",
      },
      {
          .name = "geo_point_in_circle",
          .summary = "Whether a point is within a distance of another.",
          .parameters = {{"p_longitude", "Degrees, -180 to 180.", number},
                         {"p_latitude", "Degrees, -90 to 90.", number},
                         {"pc_longitude", "Of the centre.", number},
                         {"pc_latitude", "Of the centre.", number},
                         {"c_radius", "Metres, above 0.", number}},
          .overloads = {rowwise(
              [](double x, double y, double centre_x, double centre_y, double radius) {
                return in_circle({x, y}, {centre_x, centre_y}, radius);
              })},
          .examples = {{"geo_point_in_circle(0.001, 0, 0, 0, 112)", "true"},
                       {"geo_point_in_circle(0.001, 0, 0, 0, 111)", "false"},
                       {"geo_point_in_circle(0, 0, 0, 0, -1)", "null"}},
          .null_rule = "Null for invalid coordinates and for a radius that is not above 0.",
      },
      {
          .name = "geo_point_in_polygon",
          .summary = "Whether a point is within a polygon or one of several.",
          .parameters = {geo::longitude, geo::latitude, geo::polygon},
          .overloads = {prepared<2>(
              geo::make_polygon,
              [](const GeoPolygon& polygon, double x, double y, Dynamic) -> std::optional<bool> {
                const Position point = {x, y};
                if (!point.is_valid()) return std::nullopt;
                return polygon.contains(point);
              })},
          .examples = {{"geo_point_in_polygon(2, 1, dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[3,0],[3,3],[0,0]]]}))",
                        "true"},
                       {"geo_point_in_polygon(1, 2, dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[3,0],[3,3],[0,0]]]}))",
                        "false"},
                       {"geo_point_in_polygon(1, 2, dynamic({'type':'Polygon','coordinates':"
                        "[[[0,0],[3,0],[0,0]]]}))",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_distance_point_to_line",
          .summary = "The shortest way from a point to a line or one of several, in metres.",
          .parameters = {geo::longitude, geo::latitude, geo::line},
          .overloads = {prepared<2>(
              geo::make_line,
              [](const GeoLine& line, double x, double y, Dynamic) -> std::optional<double> {
                const Position point = {x, y};
                if (!point.is_valid()) return std::nullopt;
                return line.distance_to(point);
              })},
          .examples = {{"round(geo_distance_point_to_line(0, 1, dynamic({'type':'LineString',"
                        "'coordinates':[[-1,0],[1,0]]})), 3)",
                        "111195.101"},
                       {"geo_distance_point_to_line(0, 1, dynamic({'type':'LineString',"
                        "'coordinates':[[1,0]]}))",
                        "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_distance_point_to_polygon",
          .summary = "The shortest way from a point to a polygon or one of several, in metres; 0 "
                     "within.",
          .parameters = {geo::longitude, geo::latitude, geo::polygon},
          .overloads = {prepared<2>(
              geo::make_polygon,
              [](const GeoPolygon& polygon, double x, double y, Dynamic) -> std::optional<double> {
                const Position point = {x, y};
                if (!point.is_valid()) return std::nullopt;
                return polygon.distance_to(point);
              })},
          .examples = {{"round(geo_distance_point_to_polygon(2, -1, dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[3,0],[3,3],[0,0]]]})), 3)",
                        "111195.101"},
                       {"geo_distance_point_to_polygon(2, 1, dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[3,0],[3,3],[0,0]]]}))",
                        "0.0"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_closest_point_on_line",
          .summary = "The point of a line or several that is closest to a point.",
          .parameters = {geo::longitude, geo::latitude, geo::line},
          .overloads = {prepared<2>(geo::make_line,
                                    [](const GeoLine& line, Arena& arena, double x, double y,
                                       Dynamic) -> std::optional<Dynamic> {
                                      const Position point = {x, y};
                                      if (!point.is_valid()) return std::nullopt;
                                      return geo::point_json(arena, line.closest_to(point));
                                    })},
          .examples = {{"geo_closest_point_on_line(2, 1, dynamic({'type':'LineString',"
                        "'coordinates':[[-1,0],[1,0]]}))",
                        "{\"type\":\"Point\",\"coordinates\":[1,0]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_closest_point_on_polygon",
          .summary = "The point of a polygon or several that is closest to a point; the point "
                     "itself within.",
          .parameters = {geo::longitude, geo::latitude, geo::polygon},
          .overloads = {prepared<2>(geo::make_polygon,
                                    [](const GeoPolygon& polygon, Arena& arena, double x, double y,
                                       Dynamic) -> std::optional<Dynamic> {
                                      const Position point = {x, y};
                                      if (!point.is_valid()) return std::nullopt;
                                      return geo::point_json(arena, polygon.closest_to(point));
                                    })},
          .examples = {{"geo_closest_point_on_polygon(2, 1, dynamic({'type':'Polygon',"
                        "'coordinates':[[[0,0],[3,0],[3,3],[0,0]]]}))",
                        "{\"type\":\"Point\",\"coordinates\":[2,1]}"}},
          .null_rule = geo::null_rule,
      },
  };
}

}  // namespace vedette::stdlib
