// Moments in the local time of a place.
#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/time_zone.h"

namespace vedette::stdlib {
namespace {

constexpr auto make_time_zone = [](const Value& name, std::string& problem) {
  auto zone = find_time_zone(std::string(name.as_text()));
  if (zone == nullptr) {
    problem = "there is no time zone '" + std::string(name.as_text()) +
              "' (names are those of the IANA database, which the system must have)";
  }
  return zone;
};

const Parameter zone_parameter = {"timezone", "The place, such as 'Europe/Brussels'."};

}  // namespace

std::vector<ScalarFunction> time_zone_functions() {
  return {
      {
          .name = "datetime_utc_to_local",
          .summary = "What the clocks of a place show at a moment.",
          .parameters = {{"from", "The moment, in UTC."}, zone_parameter},
          .overloads = {prepared<1>(make_time_zone,
                                    [](const TimeZone& zone, Datetime time, std::string_view) {
                                      return zone.local_of(time);
                                    })},
          .examples = {{"datetime_utc_to_local(datetime(2015-12-31 23:59:59.9), 'US/Eastern')",
                        "2015-12-31T18:59:59.9000000Z"}},
      },
      {
          .name = "datetime_local_to_utc",
          .summary = "The moment at which the clocks of a place show a time.",
          .parameters = {{"from", "The local time."}, zone_parameter},
          .overloads = {prepared<1>(make_time_zone,
                                    [](const TimeZone& zone, Datetime time, std::string_view) {
                                      return zone.utc_of(time);
                                    })},
          .examples = {{"datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'US/Pacific')",
                        "2020-02-03T04:02:20.0000000Z"},
                       {"datetime_local_to_utc(datetime(2050-07-01 12:00), 'Europe/Brussels')",
                        "2050-07-01T10:00:00.0000000Z"}},
      },
  };
}

}  // namespace vedette::stdlib
