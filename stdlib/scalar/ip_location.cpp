#include "stdlib/scalar/ip_location.h"

#include <maxminddb.h>

#include <cstdlib>

#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {

struct IpLocations::File {
  MMDB_s database;
};

namespace {

using Entry = MMDB_entry_s;

/// The value on a path of keys; `path` ends with nullptr.
std::optional<MMDB_entry_data_s> value_at(Entry entry, const char* const* path) {
  MMDB_entry_data_s data;
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS || !data.has_data) return std::nullopt;
  return data;
}

std::string text_at(const Entry& entry, std::initializer_list<const char*> keys) {
  std::vector<const char*> path(keys);
  path.push_back(nullptr);
  const auto data = value_at(entry, path.data());
  if (!data || data->type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return {data->utf8_string, data->data_size};
}

std::optional<double> number_at(const Entry& entry, std::initializer_list<const char*> keys) {
  std::vector<const char*> path(keys);
  path.push_back(nullptr);
  const auto data = value_at(entry, path.data());
  if (!data || data->type != MMDB_DATA_TYPE_DOUBLE) return std::nullopt;
  return data->double_value;
}

constexpr auto locate = [](DynamicBuilder& out, RowValues values) {
  const IpLocations* locations = IpLocations::configured();
  if (locations == nullptr) return false;
  const auto found = locations->find(values[0].text);
  if (!found) return false;
  const auto add = [&](std::string_view key, const std::string& text) {
    out.key(key);
    out.add_string(text);
  };
  const auto add_number = [&](std::string_view key, std::optional<double> number) {
    out.key(key);
    if (number) {
      out.add_real(*number);
    } else {
      out.add_null();
    }
  };
  out.begin_object();
  add("country", found->country);
  add("state", found->state);
  add("city", found->city);
  add_number("latitude", found->latitude);
  add_number("longitude", found->longitude);
  out.end_object();
  return true;
};

}  // namespace

IpLocations::IpLocations(std::unique_ptr<File> file) : file_(std::move(file)) {}

IpLocations::~IpLocations() {
  MMDB_close(&file_->database);
}

std::shared_ptr<const IpLocations> IpLocations::open(const std::string& path) {
  auto file = std::make_unique<File>();
  if (MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file->database) != MMDB_SUCCESS) return nullptr;
  return std::shared_ptr<const IpLocations>(new IpLocations(std::move(file)));
}

const IpLocations* IpLocations::configured() {
  static const std::shared_ptr<const IpLocations> locations = [] {
    const char* path = std::getenv("VEDETTE_GEOIP");
    return path == nullptr || *path == '\0' ? nullptr : open(path);
  }();
  return locations.get();
}

std::optional<IpLocation> IpLocations::find(std::string_view address) const {
  int not_an_address = 0;
  int problem = MMDB_SUCCESS;
  const std::string text(address);
  const MMDB_lookup_result_s result =
      MMDB_lookup_string(&file_->database, text.c_str(), &not_an_address, &problem);
  if (not_an_address != 0 || problem != MMDB_SUCCESS || !result.found_entry) return std::nullopt;
  const Entry& entry = result.entry;
  return IpLocation{.country = text_at(entry, {"country", "names", "en"}),
                    .state = text_at(entry, {"subdivisions", "0", "names", "en"}),
                    .city = text_at(entry, {"city", "names", "en"}),
                    .latitude = number_at(entry, {"location", "latitude"}),
                    .longitude = number_at(entry, {"location", "longitude"})};
}

std::vector<ScalarFunction> ip_location_functions() {
  return {
      {
          .name = "geo_info_from_ip_address",
          .summary =
              "The country, state, city and coordinates of an IP address, as a bag; from the "
              "database file that the environment variable VEDETTE_GEOIP or the option "
              "--geoip names.",
          .parameters = {{"ip_address", "An IPv4 or IPv6 address."}},
          .overloads = {builds_dynamic({Type::String}, locate)},
          .examples = {{"geo_info_from_ip_address('no address')", "null"}},
          .purity = Purity::PerRow,
          .null_rule = "Null without a file, for an address that is not in it, and for what is no "
                       "address.",
          .difference = "No file is shipped: any in the MaxMind format with cities will do.",
      },
  };
}

}  // namespace vedette::stdlib
