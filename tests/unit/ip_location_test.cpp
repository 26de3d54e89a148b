// A file of IP locations, written here by hand and read by the library.
#include "stdlib/scalar/ip_location.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace vedette::stdlib {
namespace {

// Values as the format writes them: a byte with type and size, then the value.
std::string text(std::string_view value) {
  return static_cast<char>(0x40 | value.size()) + std::string(value);
}
std::string map(size_t entries, const std::string& rest) {
  return static_cast<char>(0xe0 | entries) + rest;
}
std::string unsigned_number(char type, uint32_t value, int bytes) {
  std::string out(1, static_cast<char>(type << 5 | bytes));
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i));
  return out;
}
std::string real(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  std::string out(1, static_cast<char>(3 << 5 | 8));
  for (int i = 7; i >= 0; --i) out += static_cast<char>(bits >> (8 * i));
  return out;
}
std::string list_of_one(const std::string& item) {
  return std::string("\x01\x04", 2) + item;  // an array of one: an extended type
}

/// A tree of one node: addresses that begin with a zero bit are in the file, others are not.
std::string file_bytes() {
  const std::string names_of_country = map(1, text("names") + map(1, text("en") + text("Utopia")));
  const std::string state = map(1, text("names") + map(1, text("en") + text("North")));
  const std::string city = map(1, text("names") + map(1, text("en") + text("Amaurot")));
  const std::string place = map(2, text("latitude") + real(51.5) + text("longitude") + real(-3.25));
  const std::string record =
      map(4, text("country") + names_of_country + text("subdivisions") + list_of_one(state) +
                 text("city") + city + text("location") + place);
  std::string bytes;
  const auto add_record = [&](uint32_t value) {
    for (int i = 2; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i));
  };
  add_record(1 + 16);  // the data begins 16 bytes after the tree
  add_record(1);       // nothing
  bytes += std::string(16, '\0') + record;
  bytes += "\xab\xcd\xefMaxMind.com";
  bytes +=
      map(9, text("node_count") + unsigned_number(6, 1, 1) + text("record_size") +
                 unsigned_number(5, 24, 1) + text("ip_version") + unsigned_number(5, 4, 1) +
                 text("database_type") + text("Test") + text("languages") +
                 list_of_one(text("en")) + text("binary_format_major_version") +
                 unsigned_number(5, 2, 1) + text("binary_format_minor_version") +
                 unsigned_number(5, 0, 1) + text("build_epoch") + std::string("\x01\x02\x01", 3) +
                 text("description") + map(1, text("en") + text("Test")));
  return bytes;
}

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() /
              ("vedette-locations-" + std::to_string(getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST(IpLocation, FindsWhatTheFileHolds) {
  const TemporaryFile file(file_bytes());
  const auto locations = IpLocations::open(file.path());
  ASSERT_NE(locations, nullptr);
  const auto found = locations->find("10.1.2.3");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->country, "Utopia");
  EXPECT_EQ(found->state, "North");
  EXPECT_EQ(found->city, "Amaurot");
  EXPECT_EQ(found->latitude, 51.5);
  EXPECT_EQ(found->longitude, -3.25);
  EXPECT_FALSE(locations->find("200.1.2.3"));
  EXPECT_FALSE(locations->find("no address"));
}

TEST(IpLocation, RefusesOtherFiles) {
  const TemporaryFile file("something else");
  EXPECT_EQ(IpLocations::open(file.path()), nullptr);
  EXPECT_EQ(IpLocations::open("/no/such/file"), nullptr);
}

}  // namespace
}  // namespace vedette::stdlib
