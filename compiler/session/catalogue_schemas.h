// The tables of the built-in catalogue, for queries over a database that has no rows for them.
#pragma once

#include "compiler/plan/schema_source.h"

namespace vedette {

/// Makes a query for `SigninLogs` answer nothing, instead of being an error, in a database that no
/// sign-in has reached yet. That is what analytic rules expect.
class CatalogueSchemas : public plan::SchemaSource {
 public:
  std::optional<plan::TableColumns> find_table(std::string_view name) const override;
  /// None: wildcards mean tables that are there.
  std::vector<std::string> table_names() const override { return {}; }
};

}  // namespace vedette
