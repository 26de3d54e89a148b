// Where IP addresses are, from a database file in the MaxMind format that the user names.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace vedette::stdlib {

struct IpLocation {
  std::string country, state, city;  // empty when not known
  std::optional<double> latitude, longitude;
};

/// An open file. Thread-safe.
class IpLocations {
 public:
  /// nullptr when there is no such file, or it is in another format.
  static std::shared_ptr<const IpLocations> open(const std::string& path);
  /// The file that the environment variable VEDETTE_GEOIP names, opened once; nullptr without.
  static const IpLocations* configured();

  ~IpLocations();
  IpLocations(const IpLocations&) = delete;
  IpLocations& operator=(const IpLocations&) = delete;

  /// Nothing for a text that is no address, and for an address that is not in the file.
  std::optional<IpLocation> find(std::string_view address) const;

 private:
  struct File;
  explicit IpLocations(std::unique_ptr<File> file);

  std::unique_ptr<File> file_;
};

}  // namespace vedette::stdlib
