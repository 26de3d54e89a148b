#include "compiler/session/catalogue_schemas.h"

#include <gtest/gtest.h>

#include "compiler/session/session.h"
#include "runtime/ingest/ingest.h"
#include "stdlib/stdlib.h"

namespace vedette {
namespace {

int64_t count(Session& session, std::string_view query) {
  const QueryResult result = session.run(query);
  if (!result.ok) ADD_FAILURE() << query << ": " << result.diagnostics[0].message;
  return result.ok ? value_at(result.tables[0].data[0].vector(), 0).as_word() : -1;
}

TEST(CatalogueSchemas, TablesWithoutRowsAnswerNothing) {
  const auto database = Database::in_memory();
  ingest_text(*database, {.table = "SigninLogs"}, R"({"ResultType":"50126"})", "test");
  const CatalogueSchemas catalogue;
  Session session(standard_library(), database.get(), &catalogue);
  EXPECT_EQ(count(session, "SigninLogs | where ResultType == '50126' | count"), 1);
  EXPECT_EQ(count(session, "AuditLogs | where tostring(InitiatedBy.user) == 'x' | count"), 0);
  EXPECT_EQ(count(session, "union SigninLogs, OfficeActivity | count"), 1);
  EXPECT_EQ(count(session, "union Sign* | count"), 1);
  EXPECT_FALSE(session.run("NoSuchTable | count").ok);
}

TEST(CatalogueSchemas, TablesWithoutRowsHaveNoBestRows) {
  const auto database = Database::in_memory();
  const CatalogueSchemas catalogue;
  Session session(standard_library(), database.get(), &catalogue);
  EXPECT_EQ(count(session, "UrlClickEvents | top 5 by Timestamp | project Url | count"), 0);
  EXPECT_EQ(count(session,
                  "EmailEvents | summarize arg_max(Timestamp, *) by NetworkMessageId"
                  " | project Subject | count"),
            0);
  EXPECT_EQ(count(session,
                  "EmailEvents | summarize arg_max(Timestamp, Subject)"
                  " | where isnull(Timestamp) and isempty(Subject) | count"),
            1);
}

TEST(CatalogueSchemas, CompleteATable) {
  const auto database = Database::in_memory();
  ingest_text(*database, {.table = "SigninLogs", .use_catalogue = false},
              R"({"ResultType":"50126","Mine":1})", "test");
  const CatalogueSchemas catalogue;
  Session session(standard_library(), database.get(), &catalogue);
  const std::string query =
      "SigninLogs | where ResultType == '50126' and Mine == 1 and isempty(IPAddress)"
      " and isnull(ConditionalAccessPolicies) | project IPAddress, Mine";
  EXPECT_FALSE(session.run(query).ok);
  const QueryResult result = session.run(query, {.complete_tables = true});
  ASSERT_TRUE(result.ok) << result.diagnostics[0].message;
  EXPECT_EQ(result.tables[0].rows, 1u);
  EXPECT_FALSE(session.run("SigninLogs | project Nonsense", {.complete_tables = true}).ok);
}

}  // namespace
}  // namespace vedette
