#include <algorithm>

#include "runtime/table/database.h"

namespace vedette {
namespace {

/// `*` stands for any characters; everything else for itself.
bool matches(std::string_view name, std::string_view pattern) {
  size_t at = 0, in_pattern = 0;
  size_t star = std::string_view::npos, after_star = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      after_star = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern] == name[at]) {
      ++in_pattern, ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++after_star;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace

uint64_t Table::rows() const {
  uint64_t rows = 0;
  for (const auto& extent : extents) rows += extent->rows();
  return rows;
}

uint64_t Table::stored_bytes() const {
  uint64_t bytes = 0;
  for (const auto& extent : extents) bytes += extent->stored_bytes();
  return bytes;
}

Snapshot::Snapshot(std::vector<Table> tables, std::shared_ptr<const StoredFunctions> functions,
                   uint64_t sequence, std::shared_ptr<const Properties> properties,
                   std::optional<Datetime> newest_rows)
    : tables_(std::move(tables)),
      functions_(std::move(functions)),
      sequence_(sequence),
      properties_(std::move(properties)),
      newest_rows_(newest_rows) {
  if (!properties_) properties_ = std::make_shared<const Properties>();
  if (!functions_) functions_ = std::make_shared<const StoredFunctions>();
  std::sort(tables_.begin(), tables_.end(),
            [](const Table& a, const Table& b) { return a.schema->name < b.schema->name; });
}

std::string Snapshot::property(std::string_view name) const {
  const auto found = properties_->find(name);
  return found == properties_->end() ? std::string() : found->second;
}

const Table* Snapshot::find(std::string_view name) const {
  const auto at = std::lower_bound(
      tables_.begin(), tables_.end(), name,
      [](const Table& table, std::string_view name) { return table.schema->name < name; });
  return at != tables_.end() && at->schema->name == name ? &*at : nullptr;
}

std::vector<const Table*> Snapshot::matching(std::string_view pattern) const {
  std::vector<const Table*> found;
  for (const Table& table : tables_) {
    if (matches(table.schema->name, pattern)) found.push_back(&table);
  }
  return found;
}

}  // namespace vedette
