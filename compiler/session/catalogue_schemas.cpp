#include "compiler/session/catalogue_schemas.h"

#include "runtime/table/catalogue.h"

namespace vedette {

std::optional<plan::TableColumns> CatalogueSchemas::find_table(std::string_view name) const {
  auto schema = find_catalogue_table(name);
  if (!schema) return {};
  plan::TableColumns columns;
  for (ColumnSchema& column : schema->columns) {
    columns.emplace_back(std::move(column.name), column.type);
  }
  return columns;
}

}  // namespace vedette
