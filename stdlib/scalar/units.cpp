// Conversion between units of measure.
#include <algorithm>
#include <numbers>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

/// `value` of a unit is `value * factor + offset` of the quantity's first unit.
struct Unit {
  std::string_view name;
  double factor;
  double offset = 0;
};

constexpr double degree = 1;
constexpr double radian = 180 / std::numbers::pi;
constexpr double foot = 0.3048;
constexpr double survey_foot = 1200.0 / 3937;
constexpr double inch = 0.0254;
constexpr double light_year = 9.46073047258e15;
constexpr double parsec = 3.08567758128e16;
constexpr double pound = 0.45359237;
constexpr double pound_force = 4.4482216152605;
constexpr double thermal_unit = 1055.05585262;
constexpr double electron_volt = 1.602176565e-19;
constexpr double hour = 3600;
constexpr double minute = 60;
constexpr double cubic_foot = foot * foot * foot;
constexpr double us_gallon = 0.003785411784;
constexpr double imperial_gallon = 0.00454609;

constexpr Unit angles[] = {{"Degree", degree},           {"Arcminute", degree / 60},
                           {"Arcsecond", degree / 3600}, {"Centiradian", radian / 100},
                           {"Deciradian", radian / 10},  {"Gradian", 0.9},
                           {"Microdegree", 1e-6},        {"Microradian", radian * 1e-6},
                           {"Millidegree", 1e-3},        {"Milliradian", radian / 1000},
                           {"Nanodegree", 1e-9},         {"Nanoradian", radian * 1e-9},
                           {"NatoMil", 9.0 / 160},       {"Radian", radian},
                           {"Revolution", 360}};

constexpr Unit energies[] = {{"Joule", 1},
                             {"BritishThermalUnit", thermal_unit},
                             {"Calorie", 4.184},
                             {"DecathermEc", thermal_unit * 1e6},
                             {"DecathermImperial", 1.05505585257348e9},
                             {"DecathermUs", 1.054804e9},
                             {"ElectronVolt", electron_volt},
                             {"Erg", 1e-7},
                             {"FootPound", 1.355817948},
                             {"GigabritishThermalUnit", thermal_unit * 1e9},
                             {"GigaelectronVolt", electron_volt * 1e9},
                             {"Gigajoule", 1e9},
                             {"GigawattDay", 1e9 * 24 * hour},
                             {"GigawattHour", 1e9 * hour},
                             {"HorsepowerHour", 2.6845195377e6},
                             {"KilobritishThermalUnit", thermal_unit * 1e3},
                             {"Kilocalorie", 4184},
                             {"KiloelectronVolt", electron_volt * 1e3},
                             {"Kilojoule", 1e3},
                             {"KilowattDay", 1e3 * 24 * hour},
                             {"KilowattHour", 1e3 * hour},
                             {"MegabritishThermalUnit", thermal_unit * 1e6},
                             {"Megacalorie", 4.184e6},
                             {"MegaelectronVolt", electron_volt * 1e6},
                             {"Megajoule", 1e6},
                             {"MegawattDay", 1e6 * 24 * hour},
                             {"MegawattHour", 1e6 * hour},
                             {"Millijoule", 1e-3},
                             {"TeraelectronVolt", electron_volt * 1e12},
                             {"TerawattDay", 1e12 * 24 * hour},
                             {"TerawattHour", 1e12 * hour},
                             {"ThermEc", thermal_unit * 1e5},
                             {"ThermImperial", 1.05505585257348e8},
                             {"ThermUs", 1.054804e8},
                             {"WattDay", 24 * hour},
                             {"WattHour", hour}};

constexpr Unit forces[] = {{"Newton", 1},
                           {"Decanewton", 10},
                           {"Dyn", 1e-5},
                           {"KilogramForce", 9.80665},
                           {"Kilonewton", 1e3},
                           {"KiloPond", 9.80665},
                           {"KilopoundForce", pound_force * 1e3},
                           {"Meganewton", 1e6},
                           {"Micronewton", 1e-6},
                           {"Millinewton", 1e-3},
                           {"OunceForce", pound_force / 16},
                           {"Poundal", 0.138254954376},
                           {"PoundForce", pound_force},
                           {"ShortTonForce", pound_force * 2000},
                           {"TonneForce", 9806.65}};

constexpr Unit lengths[] = {{"Meter", 1},
                            {"Angstrom", 1e-10},
                            {"AstronomicalUnit", 1.495978707e11},
                            {"Centimeter", 1e-2},
                            {"Chain", 66 * foot},
                            {"DataMile", 6000 * foot},
                            {"Decameter", 10},
                            {"Decimeter", 0.1},
                            {"DtpPica", inch / 6},
                            {"DtpPoint", inch / 72},
                            {"Fathom", 6 * foot},
                            {"Foot", foot},
                            {"Hand", 4 * inch},
                            {"Hectometer", 100},
                            {"Inch", inch},
                            {"KilolightYear", light_year * 1e3},
                            {"Kilometer", 1e3},
                            {"Kiloparsec", parsec * 1e3},
                            {"LightYear", light_year},
                            {"MegalightYear", light_year * 1e6},
                            {"Megaparsec", parsec * 1e6},
                            {"Microinch", inch * 1e-6},
                            {"Micrometer", 1e-6},
                            {"Mil", inch * 1e-3},
                            {"Mile", 5280 * foot},
                            {"Millimeter", 1e-3},
                            {"Nanometer", 1e-9},
                            {"NauticalMile", 1852},
                            {"Parsec", parsec},
                            {"PrinterPica", 12 * inch / 72.27},
                            {"PrinterPoint", inch / 72.27},
                            {"Shackle", 90 * foot},
                            {"SolarRadius", 6.9551e8},
                            {"Twip", inch / 1440},
                            {"UsSurveyFoot", survey_foot},
                            {"Yard", 3 * foot}};

constexpr Unit masses[] = {{"Kilogram", 1},
                           {"Centigram", 1e-5},
                           {"Decagram", 1e-2},
                           {"Decigram", 1e-4},
                           {"EarthMass", 5.9722e24},
                           {"Grain", pound / 7000},
                           {"Gram", 1e-3},
                           {"Hectogram", 0.1},
                           {"Kilopound", pound * 1e3},
                           {"Kilotonne", 1e6},
                           {"LongHundredweight", 112 * pound},
                           {"LongTon", 2240 * pound},
                           {"Megapound", pound * 1e6},
                           {"Megatonne", 1e9},
                           {"Microgram", 1e-9},
                           {"Milligram", 1e-6},
                           {"Nanogram", 1e-12},
                           {"Ounce", pound / 16},
                           {"Pound", pound},
                           {"ShortHundredweight", 100 * pound},
                           {"ShortTon", 2000 * pound},
                           {"Slug", pound_force / foot},
                           {"SolarMass", 1.98947e30},
                           {"Stone", 14 * pound},
                           {"Tonne", 1e3}};

constexpr Unit speeds[] = {{"MeterPerSecond", 1},
                           {"CentimeterPerHour", 1e-2 / hour},
                           {"CentimeterPerMinute", 1e-2 / minute},
                           {"CentimeterPerSecond", 1e-2},
                           {"DecimeterPerMinute", 0.1 / minute},
                           {"DecimeterPerSecond", 0.1},
                           {"FootPerHour", foot / hour},
                           {"FootPerMinute", foot / minute},
                           {"FootPerSecond", foot},
                           {"InchPerHour", inch / hour},
                           {"InchPerMinute", inch / minute},
                           {"InchPerSecond", inch},
                           {"KilometerPerHour", 1e3 / hour},
                           {"KilometerPerMinute", 1e3 / minute},
                           {"KilometerPerSecond", 1e3},
                           {"Knot", 1852 / hour},
                           {"MeterPerHour", 1 / hour},
                           {"MeterPerMinute", 1 / minute},
                           {"MicrometerPerMinute", 1e-6 / minute},
                           {"MicrometerPerSecond", 1e-6},
                           {"MilePerHour", 5280 * foot / hour},
                           {"MillimeterPerHour", 1e-3 / hour},
                           {"MillimeterPerMinute", 1e-3 / minute},
                           {"MillimeterPerSecond", 1e-3},
                           {"NanometerPerMinute", 1e-9 / minute},
                           {"NanometerPerSecond", 1e-9},
                           {"UsSurveyFootPerHour", survey_foot / hour},
                           {"UsSurveyFootPerMinute", survey_foot / minute},
                           {"UsSurveyFootPerSecond", survey_foot},
                           {"YardPerHour", 3 * foot / hour},
                           {"YardPerMinute", 3 * foot / minute},
                           {"YardPerSecond", 3 * foot}};

constexpr Unit temperatures[] = {{"Kelvin", 1},
                                 {"DegreeCelsius", 1, 273.15},
                                 {"DegreeDelisle", -2.0 / 3, 373.15},
                                 {"DegreeFahrenheit", 5.0 / 9, 459.67 * 5 / 9},
                                 {"DegreeNewton", 100.0 / 33, 273.15},
                                 {"DegreeRankine", 5.0 / 9},
                                 {"DegreeReaumur", 1.25, 273.15},
                                 {"DegreeRoemer", 40.0 / 21, 273.15 - 7.5 * 40 / 21},
                                 {"MillidegreeCelsius", 1e-3, 273.15},
                                 {"SolarTemperature", 5778}};

constexpr Unit volumes[] = {{"CubicMeter", 1},
                            {"AcreFoot", 1 / 0.000810714},
                            {"AuTablespoon", 2e-5},
                            {"BoardFoot", cubic_foot / 12},
                            {"Centiliter", 1e-5},
                            {"CubicCentimeter", 1e-6},
                            {"CubicDecimeter", 1e-3},
                            {"CubicFoot", cubic_foot},
                            {"CubicHectometer", 1e6},
                            {"CubicInch", inch* inch* inch},
                            {"CubicKilometer", 1e9},
                            {"CubicMicrometer", 1e-18},
                            {"CubicMile", cubic_foot * 5280 * 5280 * 5280},
                            {"CubicMillimeter", 1e-9},
                            {"CubicYard", cubic_foot * 27},
                            {"Decaliter", 1e-2},
                            {"DecausGallon", us_gallon * 10},
                            {"Deciliter", 1e-4},
                            {"DeciusGallon", us_gallon / 10},
                            {"HectocubicFoot", cubic_foot * 100},
                            {"HectocubicMeter", 100},
                            {"Hectoliter", 0.1},
                            {"HectousGallon", us_gallon * 100},
                            {"ImperialBeerBarrel", imperial_gallon * 36},
                            {"ImperialGallon", imperial_gallon},
                            {"ImperialOunce", imperial_gallon / 160},
                            {"ImperialPint", imperial_gallon / 8},
                            {"KilocubicFoot", cubic_foot * 1e3},
                            {"KilocubicMeter", 1e3},
                            {"KiloimperialGallon", imperial_gallon * 1e3},
                            {"Kiloliter", 1},
                            {"KilousGallon", us_gallon * 1e3},
                            {"Liter", 1e-3},
                            {"MegacubicFoot", cubic_foot * 1e6},
                            {"MegaimperialGallon", imperial_gallon * 1e6},
                            {"Megaliter", 1e3},
                            {"MegausGallon", us_gallon * 1e6},
                            {"MetricCup", 2.5e-4},
                            {"MetricTeaspoon", 5e-6},
                            {"Microliter", 1e-9},
                            {"Milliliter", 1e-6},
                            {"OilBarrel", us_gallon * 42},
                            {"UkTablespoon", 1.5e-5},
                            {"UsBeerBarrel", us_gallon * 31},
                            {"UsCustomaryCup", us_gallon / 16},
                            {"UsGallon", us_gallon},
                            {"UsLegalCup", 2.4e-4},
                            {"UsOunce", us_gallon / 128},
                            {"UsPint", us_gallon / 8},
                            {"UsQuart", us_gallon / 4},
                            {"UsTablespoon", us_gallon / 256},
                            {"UsTeaspoon", us_gallon / 768}};

std::optional<double> converted(std::span<const Unit> units, double value, std::string_view from,
                                std::string_view to) {
  const auto find = [&](std::string_view name) -> const Unit* {
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const Unit& unit) { return unit.name == name; });
    return found == units.end() ? nullptr : &*found;
  };
  const Unit* source = find(from);
  const Unit* target = find(to);
  if (source == nullptr || target == nullptr) return std::nullopt;
  return (value * source->factor + source->offset - target->offset) / target->factor;
}

template <const auto& units>
ScalarFunction conversion(std::string_view name, std::string_view summary,
                          std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"value", "The number of units."},
                         {"from", "The unit it is in."},
                         {"to", "The unit to convert it to."}},
          .overloads = {rowwise([](double value, std::string_view from, std::string_view to) {
            return converted(units, value, from, to);
          })},
          .examples = std::move(examples),
          .null_rule = "Null in, null out; null for a unit that is not known."};
}

}  // namespace

std::vector<ScalarFunction> unit_functions() {
  return {
      conversion<angles>("convert_angle", "An angle in another unit.",
                         {{"convert_angle(90, 'Degree', 'Revolution')", "0.25"}}),
      conversion<energies>("convert_energy", "An energy in another unit.",
                           {{"convert_energy(1, 'KilowattHour', 'Joule')", "3600000.0"}}),
      conversion<forces>("convert_force", "A force in another unit.",
                         {{"convert_force(5, 'Newton', 'Decanewton')", "0.5"}}),
      conversion<lengths>("convert_length", "A length in another unit.",
                          {{"convert_length(1, 'Mile', 'Meter')", "1609.344"},
                           {"convert_length(1, 'Mile', 'Smoot')", "null"}}),
      conversion<masses>("convert_mass", "A mass in another unit.",
                         {{"convert_mass(2, 'Pound', 'Kilogram')", "0.90718474"}}),
      conversion<speeds>("convert_speed", "A speed in another unit.",
                         {{"convert_speed(36, 'KilometerPerHour', 'MeterPerSecond')", "10.0"}}),
      conversion<temperatures>("convert_temperature", "A temperature in another unit.",
                               {{"convert_temperature(100, 'DegreeCelsius', 'Kelvin')", "373.15"}}),
      conversion<volumes>("convert_volume", "A volume in another unit.",
                          {{"convert_volume(1.5, 'CubicMeter', 'Liter')", "1500.0"}}),
  };
}

}  // namespace vedette::stdlib
