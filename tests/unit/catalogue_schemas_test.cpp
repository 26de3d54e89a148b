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

}  // namespace
}  // namespace vedette
