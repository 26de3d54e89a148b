// Where a binder learns which tables exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/value/type.h"

namespace vedette::plan {

/// Columns of a table: name and type, in order.
using TableColumns = std::vector<std::pair<std::string, Type>>;

/// The tables a query may name: a database's, a schema file's, the built-in catalogue's.
class SchemaSource {
 public:
  virtual ~SchemaSource() = default;
  /// Table names are case-sensitive.
  virtual std::optional<TableColumns> find_table(std::string_view name) const = 0;
  /// All names, for wildcards and suggestions.
  virtual std::vector<std::string> table_names() const = 0;
};

}  // namespace vedette::plan
