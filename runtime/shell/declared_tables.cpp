#include "runtime/shell/declared_tables.h"

#include "runtime/shell/schema_file.h"

namespace vedette::shell {

DeclaredTables::DeclaredTables(const std::string& file) {
  if (!file.empty()) own_ = read_schema_file(file);
}

std::optional<plan::TableColumns> DeclaredTables::find_table(std::string_view name) const {
  if (own_ != nullptr) {
    if (auto found = own_->find_table(name)) return found;
  }
  return catalogue_.find_table(name);
}

}  // namespace vedette::shell
