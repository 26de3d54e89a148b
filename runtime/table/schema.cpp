#include "runtime/table/schema.h"

namespace vedette {

std::optional<uint32_t> TableSchema::find(std::string_view column) const {
  for (uint32_t at = 0; at < columns.size(); ++at) {
    if (columns[at].name == column) return at;
  }
  return std::nullopt;
}

std::string TableSchema::property(std::string_view name) const {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string() : found->second;
}

}  // namespace vedette
