#include "compiler/bind/plugins/timeline.h"

#include "compiler/bind/codes.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette::binding {
namespace {

/// A constant as a type; what has no value in it is an error.
Value constant_as(PluginCall& call, std::string_view parameter, Type type) {
  const std::optional<Value> given = call.constant(parameter);
  if (!given) return Value::null(type);
  const bool fits =
      given->type() == type || (number_types.has(given->type()) && number_types.has(type));
  const Value value = fits ? convert(*given, type) : Value::null(type);
  if (value.is_null()) {
    call.error(code::invalid_value, call.find(parameter)->span(),
               fmt::format("'{}' must be a {} here", parameter, name_of(type)));
  }
  return value;
}

Type timeline_type(PluginCall& call, std::string_view timeline) {
  const Bound* bound = call.find(timeline);
  return bound == nullptr || bound->type() == Type::Error ? Type::Datetime : bound->type();
}

Type length_type(Type timeline) {
  return timeline == Type::Datetime ? Type::Timespan : timeline;
}

}  // namespace

Value place_of(PluginCall& call, std::string_view parameter, std::string_view timeline) {
  return constant_as(call, parameter, timeline_type(call, timeline));
}

Value length_of(PluginCall& call, std::string_view parameter, std::string_view timeline) {
  return constant_as(call, parameter, length_type(timeline_type(call, timeline)));
}

plugin::AxisParameters axis_of(PluginCall& call, std::string_view step, std::string_view timeline) {
  plugin::AxisParameters axis;
  axis.type = timeline_type(call, timeline);
  axis.start = place_of(call, "Start", timeline);
  axis.end = place_of(call, "End", timeline);
  const std::optional<Value> given = call.constant(step);
  if (given && given->type() == Type::String) {
    if (axis.type != Type::Datetime) {
      call.error(code::invalid_value, call.find(step)->span(),
                 "weeks, months and years are steps of datetimes");
    }
    axis.step = *given;
  } else {
    axis.step = length_of(call, step, timeline);
  }
  return axis;
}

}  // namespace vedette::binding
