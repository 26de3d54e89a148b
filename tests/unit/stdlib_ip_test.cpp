// Functions over internet addresses.
#include <gtest/gtest.h>

#include "stdlib/scalar/ip_address.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

Value text(std::string value) {
  return Value::string(std::move(value));
}

TEST(StdlibIp, ReadsAddresses) {
  EXPECT_EQ(stdlib::parse_ipv4("0.0.0.0/0")->network(), 0u);
  EXPECT_EQ(stdlib::parse_ipv4("255.255.255.255/31")->network(), 0xfffffffeu);
  for (const char* bad :
       {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/", "1.2.3.4/33", " 1.2.3.4", "1.2.3.4/-1",
        "1.2.3.4/+1", "1..3.4", "0001.2.3.4", "1.2.3.4x"}) {
    EXPECT_FALSE(stdlib::parse_ipv4(bad)) << bad;
  }
  for (const char* bad : {":", ":::", "1:2:3", "1::2::3", "1:2:3:4:5:6:7:8:9",
                          "12345::", "g::", "1:2:3:4:5:6:7:", "::1/129", "1:2:3:4:5:6:7:1.2.3.4",
                          "::1.2.3", "fe80"}) {
    EXPECT_FALSE(stdlib::parse_ipv6(bad)) << bad;
  }
  const auto canonical = [](std::string ip) { return answer("parse_ipv6", {text(std::move(ip))}); };
  EXPECT_EQ(canonical("::"), "0000:0000:0000:0000:0000:0000:0000:0000");
  EXPECT_EQ(canonical("1::"), "0001:0000:0000:0000:0000:0000:0000:0000");
  EXPECT_EQ(canonical("1:2:3:4:5:6:7:8"), "0001:0002:0003:0004:0005:0006:0007:0008");
  EXPECT_EQ(canonical("::192.168.255.255/24"), "0000:0000:0000:0000:0000:ffff:c0a8:ff00");
  EXPECT_EQ(canonical("64:ff9b::1.2.3.4"), "0064:ff9b:0000:0000:0000:0000:0102:0304");
  EXPECT_EQ(canonical("FE80::1/10"), "fe80:0000:0000:0000:0000:0000:0000:0000");
}

TEST(StdlibIp, Compares) {
  EXPECT_EQ(answer("ipv4_compare", {text("192.168.1.1/30"), text("192.168.1.255/24")}), "0");
  EXPECT_EQ(answer("ipv4_compare", {text("1.1.1.1"), text("1.1.1.2")}), "-1");
  EXPECT_EQ(answer("ipv4_is_match", {text("1.1.1.1"), text("9.9.9.9"), Value::int64(0)}), "true");
  EXPECT_EQ(answer("ipv4_is_match", {text("1.1.1.1"), text("9.9.9.9"), Value::int64(33)}), "null");
  EXPECT_EQ(answer("ipv6_compare", {text("::192.168.1.1/30"), text("192.168.1.255/24")}), "0");
  EXPECT_EQ(answer("ipv6_compare", {text("192.168.1.1/24"), text("::ffff:c0a8:01ff")}), "0");
  EXPECT_EQ(answer("ipv6_is_match", {text("1.1.1.1"), text("1.1.1.2"), Value::int64(31)}), "false");
}

TEST(StdlibIp, Ranges) {
  const Value ranges = dynamic_of(R"(["10.0.0.1/8","x",7,"127.0.0.1/8"])");
  EXPECT_EQ(answer("ipv4_is_in_any_range", {text("127.1.2.3"), ranges}), "true");
  EXPECT_EQ(answer("ipv4_is_in_any_range", {text("11.1.2.3"), ranges}), "false");
  EXPECT_EQ(answer("ipv4_is_in_any_range", {text("1.6"), ranges}), "null");
  EXPECT_EQ(answer("ipv4_is_in_any_range", {text("1.6.0.9"), text("2.0.0.0/8"), text("1.6.0.9")}),
            "true");
  EXPECT_EQ(answer("ipv6_is_in_any_range",
                   {text("a5e::c755:abcd"), dynamic_of(R"(["a5e::c755:0/112"])")}),
            "true");
  EXPECT_EQ(answer("ipv4_range_to_cidr_list", {text("1.1.1.1"), text("1.1.1.4")}),
            R"(["1.1.1.1/32","1.1.1.2/31","1.1.1.4/32"])");
  EXPECT_EQ(answer("ipv4_range_to_cidr_list", {text("1.1.1.1"), text("1.1.1.0")}), "null");
}

TEST(StdlibIp, FindsAddressesInText) {
  const auto has = [](std::string name, std::string source, std::string ip) {
    return answer(name, {text(std::move(source)), text(std::move(ip))});
  };
  EXPECT_EQ(has("has_ipv4", "05:04:54 127.0.0.1 GET", "127.0.0.1"), "true");
  EXPECT_EQ(has("has_ipv4", "05:04:54127.0.0.1 GET", "127.0.0.1"), "false");
  EXPECT_EQ(has("has_ipv4", "127.0.0.12 127.0.0.1", "127.0.0.1"), "true");
  EXPECT_EQ(has("has_ipv4", "127.0.0.12", "127.0.0.1"), "false");
  EXPECT_EQ(has("has_ipv4", "127.0.0.256", "127.0.0.256"), "false");
  EXPECT_EQ(has("has_ipv4_prefix", "x 127.0.0.256", "127.0."), "false");
  EXPECT_EQ(has("has_ipv4_prefix", "x 127.0.0.25", "127."), "true");
  EXPECT_EQ(has("has_ipv4_prefix", "x 127.0.0.25", "127.0.0.2"), "false");
  EXPECT_EQ(has("has_ipv4_prefix", "x 127.0.0.25", "127.0.0.0."), "false");
  EXPECT_EQ(has("has_any_ipv4", "", ""), "false");
}

}  // namespace
}  // namespace vedette
