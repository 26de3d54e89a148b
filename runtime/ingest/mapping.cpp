#include "runtime/ingest/mapping.h"

namespace vedette {

Mapping::Mapping(std::vector<ColumnSchema> columns, size_t declared)
    : columns_(std::move(columns)), declared_(declared) {
  for (uint32_t at = 0; at < columns_.size(); ++at) places_.emplace(columns_[at].name, at);
  for (const ColumnSchema& column : columns_) {
    const auto place = places_.find(misfit_name(column.name));
    const bool fits = place != places_.end() && columns_[place->second].type == Type::String;
    misfits_.push_back(fits ? place->second : no_column);
  }
}

uint32_t Mapping::find(std::string_view field) const {
  const auto place = places_.find(field);
  if (place != places_.end()) return place->second;
  if (field.empty() || field[0] < 'a' || field[0] > 'z') return no_column;
  std::string capitalised(field);
  capitalised[0] = static_cast<char>(capitalised[0] - 'a' + 'A');
  const auto other = places_.find(capitalised);
  return other != places_.end() && other->second < declared_ ? other->second : no_column;
}

std::string misfit_name(std::string_view column) {
  return std::string(column) + "_s";
}

std::string column_name(std::string_view field) {
  return field.empty() ? "_" : std::string(field);
}

}  // namespace vedette
