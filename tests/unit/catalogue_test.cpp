#include "runtime/table/catalogue.h"

#include <gtest/gtest.h>

#include <set>

namespace vedette {
namespace {

Type type_in(std::string_view table, std::string_view column) {
  const auto schema = find_catalogue_table(table);
  if (!schema) return Type::Error;
  for (const ColumnSchema& each : schema->columns) {
    if (each.name == column) return each.type;
  }
  return Type::Error;
}

TEST(Catalogue, KnowsTablesThatRulesUse) {
  EXPECT_EQ(type_in("SigninLogs", "TimeGenerated"), Type::Datetime);
  EXPECT_EQ(type_in("SigninLogs", "ResultType"), Type::String);
  EXPECT_EQ(type_in("SigninLogs", "DeviceDetail"), Type::Dynamic);
  EXPECT_EQ(type_in("SecurityEvent", "EventID"), Type::Int);
  EXPECT_EQ(type_in("CommonSecurityLog", "SentBytes"), Type::Long);
  EXPECT_EQ(type_in("AWSCloudTrail", "EventName"), Type::String);
}

TEST(Catalogue, ExpandsGroupsInPlace) {
  EXPECT_EQ(type_in("DeviceProcessEvents", "InitiatingProcessCommandLine"), Type::String);
  EXPECT_EQ(type_in("DeviceProcessEvents", "ProcessId"), Type::Long);
  EXPECT_EQ(type_in("DeviceNetworkEvents", "InitiatingProcessId"), Type::Long);
}

TEST(Catalogue, DoesNotKnowOthers) {
  EXPECT_FALSE(find_catalogue_table("NoSuchTable"));
  EXPECT_FALSE(find_catalogue_table("signinlogs"));
  EXPECT_FALSE(find_catalogue_table(""));
}

TEST(Catalogue, EveryTableCanBeReadAndNamesItsColumnsOnce) {
  EXPECT_GT(catalogue_table_names().size(), 300u);
  for (std::string_view name : catalogue_table_names()) {
    const auto schema = find_catalogue_table(name);
    ASSERT_TRUE(schema) << name;
    EXPECT_FALSE(schema->columns.empty()) << name;
    std::set<std::string> seen;
    for (const ColumnSchema& column : schema->columns) {
      EXPECT_TRUE(seen.insert(column.name).second) << name << "." << column.name;
    }
  }
}

}  // namespace
}  // namespace vedette
