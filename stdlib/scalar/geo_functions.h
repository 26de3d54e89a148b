// What the families of geospatial functions share: their parameters, tools, and how their answers
// are made.
#pragma once

#include "runtime/function/rowwise.h"
#include "stdlib/scalar/geo_shape.h"

namespace vedette::stdlib::geo {

inline const Parameter longitude = {"longitude", "Degrees, -180 to 180.", Accepts::Number};
inline const Parameter latitude = {"latitude", "Degrees, -90 to 90.", Accepts::Number};
inline const Parameter line = {"lineString", "A LineString or MultiLineString in GeoJSON.",
                               Accepts::DynamicBag};
inline const Parameter polygon = {"polygon", "A Polygon or MultiPolygon in GeoJSON.",
                                  Accepts::DynamicBag};
inline const Parameter use_spheroid = {
    .name = "use_spheroid",
    .meaning = "Whether to measure over the WGS-84 spheroid and not over a sphere: false.",
    .accepts = Accepts::NumberOrBool,
    .optional = true};
inline const Parameter radius = {"radius", "Metres, above 0.", Accepts::Number};
inline const Parameter buffer_tolerance = {
    .name = "tolerance",
    .meaning = "How many metres it may be off, at least a millionth of the radius: 10.",
    .accepts = Accepts::Number,
    .optional = true};
inline const Parameter simplify_tolerance = {
    .name = "tolerance",
    .meaning = "How many metres vertices are apart, at most some 7,800,000: 10.",
    .accepts = Accepts::Number,
    .optional = true};
inline const Parameter densify_tolerance = {
    .name = "tolerance",
    .meaning = "How many metres it may be off, 0.1 to 10,000: 10.",
    .accepts = Accepts::Number,
    .optional = true};
inline const Parameter preserve_crossing = {
    .name = "preserve_crossing",
    .meaning = "Whether an edge of more than 180 degrees crosses the antimeridian: false.",
    .accepts = Accepts::NumberOrBool,
    .optional = true};
inline constexpr std::string_view null_rule =
    "Null for invalid coordinates, shapes and other arguments.";

/// Tools for `prepared`: a constant shape is made once.
inline constexpr auto make_line = [](const Value& value, std::string&) {
  return value.is_null() ? nullptr : GeoLine::read(DynamicView(value.as_text()));
};
inline constexpr auto make_polygon = [](const Value& value, std::string&) {
  return value.is_null() ? nullptr : GeoPolygon::read(DynamicView(value.as_text()));
};

/// What `write(builder)` writes.
template <typename Write> Dynamic json(Arena& arena, Write&& write) {
  DynamicBuilder builder;
  write(builder);
  return builder.finish(arena);
}

/// A point in GeoJSON.
Dynamic point_json(Arena& arena, const Position& position);

/// A whole number within bounds, as levels and the like are given; nothing for another.
inline std::optional<int> whole_number(double value, int least, int greatest) {
  if (!(value >= least && value <= greatest) || value != static_cast<int>(value)) {
    return std::nullopt;
  }
  return static_cast<int>(value);
}

}  // namespace vedette::stdlib::geo
