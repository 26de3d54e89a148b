// Tables that tests of rules may give rows to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "compiler/session/catalogue_schemas.h"

namespace vedette::shell {

/// Tables of a schema file first, then those everybody knows.
class DeclaredTables : public plan::SchemaSource {
 public:
  /// An empty `file`: there is none. Throws QueryError when it cannot be read.
  explicit DeclaredTables(const std::string& file);

  std::optional<plan::TableColumns> find_table(std::string_view name) const override;
  std::vector<std::string> table_names() const override { return {}; }

 private:
  std::unique_ptr<plan::SchemaSource> own_;
  CatalogueSchemas catalogue_;
};

}  // namespace vedette::shell
