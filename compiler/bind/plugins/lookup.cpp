// Plugins that look rows up in another table: ipv4_lookup, ipv6_lookup, geo_*_lookup.
#include "runtime/plugin/lookup.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

/// The columns of both tables, but for some of the looked-up ones.
plan::Schema both_schemas(PluginCall& call, const plan::Schema& shown) {
  plan::Schema output = renewed(call.binder, call.input.columns());
  const plan::Schema right = renewed(call.binder, shown);
  output.insert(output.end(), right.begin(), right.end());
  make_names_unique(output);
  return output;
}

Table lookup(PluginCall& call, std::vector<plan::Expression> left,
             std::vector<plan::Expression> right, const plan::Schema& shown, plan::Apply step,
             plan::Schema output) {
  for (const plan::Column& column : call.input.columns()) {
    left.push_back(plan::column(column, call.span));
  }
  for (const plan::Column& column : shown) right.push_back(plan::column(column, call.span));
  step.inputs.push_back(std::move(call.input.plan));
  step.inputs.push_back(std::move(call.table->plan));
  step.arguments.push_back(std::move(left));
  step.arguments.push_back(std::move(right));
  return Table{.plan = plan::make(std::move(step), std::move(output), call.span)};
}

plan::Expression called(PluginCall& call, std::string_view function,
                        std::vector<plan::Expression> arguments, Type type) {
  return call.binder.call(function, std::move(arguments), call.span, type);
}

Table bind_address_lookup(PluginCall& call) {
  QueryBinder& binder = call.binder;
  if (!call.table) return call.empty(call.input.columns(), true);
  const bool version6 = call.plugin.name == "ipv6_lookup";
  std::vector<std::pair<plan::Column, plan::Column>> keys;
  for (const Bound* bound : call.all("ExtraKey")) {
    const plan::Column* other =
        bound->column ? rows_of(*call.table).find(bound->column->name) : nullptr;
    if (other != nullptr) keys.emplace_back(*bound->column, *other);
  }
  plan::Schema shown;
  for (const plan::Column& column : call.table->columns()) {
    const bool key = std::any_of(keys.begin(), keys.end(),
                                 [&](const auto& pair) { return pair.second.id == column.id; });
    if (!key) shown.push_back(column);
  }
  plan::Schema output = both_schemas(call, shown);
  const bool open = call.input.open || call.table->open;
  const Bound* source = call.find("SourceKey");
  const Bound* network = call.find("LookupKey");
  const bool keep_unmatched = call.flag("return_unmatched");
  if (call.broken || source == nullptr || network == nullptr) {
    return call.empty(std::move(output), open);
  }
  const auto read = [&](const Bound& address) {
    const plan::Expression text = binder.convert(address.value, Type::String);
    std::vector<plan::Expression> read;
    read.push_back(version6 ? called(call, "parse_ipv6", {text}, Type::String)
                            : called(call, "parse_ipv4", {text}, Type::Long));
    read.push_back(text);
    return read;
  };
  std::vector<plan::Expression> left = read(*source), right = read(*network);
  for (const auto& [ours, theirs] : keys) {
    left.push_back(plan::column(ours, call.span));
    right.push_back(binder.convert(plan::column(theirs, call.span), ours.type));
  }
  plan::Apply step;
  step.function = plugin::address_lookup({keys.size(), keep_unmatched, version6});
  return lookup(call, std::move(left), std::move(right), shown, std::move(step), std::move(output));
}

/// The last argument of ipv4_lookup is a flag when it is a literal, and a key otherwise.
std::optional<size_t> parameter_of_address(const PluginCall& call, size_t argument) {
  if (argument < 3) return argument;
  const auto& last = *call.call.arguments[argument].value;
  const auto* literal = std::get_if<ast::Literal>(&last.node);
  return literal != nullptr && argument + 1 == call.call.arguments.size() ? 4 : 3;
}

Table bind_shape_lookup(PluginCall& call) {
  QueryBinder& binder = call.binder;
  if (!call.table) return call.empty(call.input.columns(), true);
  const bool line = call.plugin.name == "geo_line_lookup";
  const Bound* shape = call.find("LookupKey");
  const bool keep_key = call.flag("return_lookup_key");
  plan::Schema shown;
  for (const plan::Column& column : call.table->columns()) {
    const bool key = shape != nullptr && shape->column && shape->column->id == column.id;
    if (!key || keep_key) shown.push_back(column);
  }
  plan::Schema output = both_schemas(call, shown);
  const bool open = call.input.open || call.table->open;
  const Bound* longitude = call.find("SourceLongitude");
  const Bound* latitude = call.find("SourceLatitude");
  const bool keep_unmatched = call.flag("return_unmatched");
  const std::optional<double> radius = call.real("radius");
  if (call.broken || shape == nullptr || longitude == nullptr || latitude == nullptr) {
    return call.empty(std::move(output), open);
  }
  const plan::Schema scope = {call.fresh("Longitude", Type::Real),
                              call.fresh("Latitude", Type::Real),
                              call.fresh("Shape", Type::Dynamic)};
  plan::Expression condition =
      called(call,
             !radius ? "geo_point_in_polygon"
             : line  ? "geo_distance_point_to_line"
                     : "geo_distance_point_to_polygon",
             expressions_of(scope, call.span), radius ? Type::Real : Type::Bool);
  if (radius) {
    std::vector<plan::Expression> sides;
    sides.push_back(std::move(condition));
    sides.push_back(plan::constant(Value::real(*radius), call.span));
    condition = called(call, "<=", std::move(sides), Type::Bool);
  }
  std::vector<plan::Expression> left, right;
  left.push_back(binder.convert(longitude->value, Type::Real));
  left.push_back(binder.convert(latitude->value, Type::Real));
  left.push_back(called(call, "geo_cell_number", {left[0], left[1]}, Type::Long));
  right.push_back(shape->value);
  right.push_back(called(call, "geo_cell_numbers_around",
                         {shape->value, plan::constant(Value::real(radius.value_or(0)), call.span)},
                         Type::Dynamic));
  plan::Apply step;
  step.function = plugin::shape_lookup({keep_unmatched});
  step.scope = scope;
  step.expressions.push_back(std::move(condition));
  return lookup(call, std::move(left), std::move(right), shown, std::move(step), std::move(output));
}

std::vector<PluginParameter> shape_parameters(bool line) {
  using P = PluginParameter;
  return {{"LookupTable", "The table with the shapes.", P::Tabular},
          {"LookupKey",
           line ? "Its column of GeoJSON lines or multilines."
                : "Its column of GeoJSON polygons or multipolygons.",
           P::LookupColumn, Type::Dynamic, "a dynamic"},
          {"SourceLongitude", "The column with the longitude, in degrees.", P::Column, number_types,
           "a number"},
          {"SourceLatitude", "The column with the latitude, in degrees.", P::Column, number_types,
           "a number"},
          {"radius", "A row matches when it is at most so many metres away.", P::Literal,
           number_types, "a number", !line},
          {"return_unmatched", "Do rows without a match stay?", P::Literal, Type::Bool,
           "true or false", true},
          {"lookup_area_radius", "Of no effect here.", P::Literal, number_types, "a number", true},
          {"return_lookup_key", "Is the column of shapes shown?", P::Literal, Type::Bool,
           "true or false", true}};
}

std::vector<PluginParameter> address_parameters(bool version6) {
  using P = PluginParameter;
  std::vector<PluginParameter> parameters = {
      {"LookupTable", "The table with the networks.", P::Tabular},
      {"SourceKey",
       "The column with the address, or network, to look up.",
       P::Column,
       {Type::String, Type::Dynamic},
       "a text"},
      {"LookupKey",
       "The column of the table with its networks.",
       P::LookupColumn,
       {Type::String, Type::Dynamic},
       "a text"}};
  if (!version6) {
    parameters.push_back({"ExtraKey",
                          "A column of both tables that must be equal too.",
                          P::BothColumn,
                          any_type,
                          {},
                          true,
                          true});
  }
  parameters.push_back({"return_unmatched", "Do rows without a match stay?", P::Literal, Type::Bool,
                        "true or false", true});
  return parameters;
}

}  // namespace

std::vector<Plugin> lookup_plugins() {
  return {
      {.name = "geo_line_lookup",
       .syntax = "T | evaluate geo_line_lookup(LookupTable, LookupKey, SourceLongitude, "
                 "SourceLatitude, radius [, return_unmatched] [, lookup_area_radius] "
                 "[, return_lookup_key])",
       .summary = "Adds the columns of the lines that are near.",
       .parameters = shape_parameters(true),
       .examples = {{"let Roads = datatable(Road: string, Line: dynamic) ['equator',\n"
                     "  dynamic({'type': 'LineString', 'coordinates': [[0, 0], [10, 0]]})];\n"
                     "datatable(Lon: real, Lat: real) [5.0, 0.001, 5.0, 1.0]\n"
                     "| evaluate geo_line_lookup(Roads, Line, Lon, Lat, 1000)",
                     "Lon:real  Lat:real  Road:string\n5.0       0.001     equator"}},
       .bind = bind_shape_lookup},
      {.name = "geo_polygon_lookup",
       .syntax = "T | evaluate geo_polygon_lookup(LookupTable, LookupKey, SourceLongitude, "
                 "SourceLatitude [, radius] [, return_unmatched] [, lookup_area_radius] "
                 "[, return_lookup_key])",
       .summary = "Adds the columns of the polygons that a point lies in, or near.",
       .parameters = shape_parameters(false),
       .examples =
           {{"let Areas = datatable(Area: string, Shape: dynamic) ['square', dynamic({'type':\n"
             "  'Polygon', 'coordinates': [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]})];\n"
             "datatable(Lon: real, Lat: real) [1.0, 1.0, 5.0, 1.0]\n"
             "| evaluate geo_polygon_lookup(Areas, Shape, Lon, Lat, return_unmatched=true)",
             "Lon:real  Lat:real  Area:string\n1.0       1.0       square\n"
             "5.0       1.0       \"\""}},
       .bind = bind_shape_lookup},
      {.name = "ipv4_lookup",
       .syntax = "T | evaluate ipv4_lookup(LookupTable, SourceKey, LookupKey [, ExtraKey, ...] "
                 "[, return_unmatched])",
       .summary = "Adds the columns of all networks that contain an address of version 4.",
       .parameters = address_parameters(false),
       .examples = {{"datatable(Ip: string) ['10.1.2.3', '192.0.2.1']\n"
                     "| evaluate ipv4_lookup((datatable(Net: string, Site: string)\n"
                     "                        ['10.1.0.0/16', 'Oslo']), Ip, Net, true)",
                     "Ip:string  Net:string   Site:string\n"
                     "10.1.2.3   10.1.0.0/16  Oslo\n"
                     "192.0.2.1  \"\"           \"\""}},
       .bind = bind_address_lookup,
       .parameter_of = parameter_of_address},
      {.name = "ipv6_lookup",
       .syntax = "T | evaluate ipv6_lookup(LookupTable, SourceKey, LookupKey [, return_unmatched])",
       .summary = "Adds the columns of all networks that contain an address of version 6 or 4.",
       .parameters = address_parameters(true),
       .examples = {{"datatable(Ip: string) ['2001:db8:a::1', '192.0.2.1']\n"
                     "| evaluate ipv6_lookup((datatable(Net: string, Site: string)\n"
                     "                        ['2001:db8:a::/48', 'Oslo']), Ip, Net)",
                     "Ip:string      Net:string       Site:string\n"
                     "2001:db8:a::1  2001:db8:a::/48  Oslo"}},
       .bind = bind_address_lookup},
  };
}

}  // namespace vedette::binding
