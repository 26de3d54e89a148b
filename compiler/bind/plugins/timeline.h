// Arguments that are places and lengths on a timeline.
#pragma once

#include "compiler/bind/plugins/plugin.h"
#include "runtime/plugin/axis.h"

namespace vedette::binding {

/// The timeline's type, Start, End and a step. Rejects what does not fit the timeline.
plugin::AxisParameters axis_of(PluginCall& call, std::string_view step,
                               std::string_view timeline = "TimelineColumn");
/// A constant of the timeline's own type.
Value place_of(PluginCall& call, std::string_view parameter,
               std::string_view timeline = "TimelineColumn");
/// A constant length: a timespan for a datetime, else of the timeline's own type.
Value length_of(PluginCall& call, std::string_view parameter,
                std::string_view timeline = "TimelineColumn");

}  // namespace vedette::binding
