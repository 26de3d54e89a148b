#include "compiler/bind/projection.h"

namespace vedette::binding {

std::string UniqueNames::take(const std::string& name, const std::string& base) {
  const auto [found, fresh] = suffix_of_.try_emplace(name, 0);
  if (fresh) return name;
  const std::string& stem = base.empty() ? name : base;
  for (int suffix = found->second + 1;; ++suffix) {
    std::string candidate = stem + std::to_string(suffix);
    if (suffix_of_.contains(candidate)) continue;
    suffix_of_[name] = suffix;
    suffix_of_.emplace(candidate, 0);
    return candidate;
  }
}

void Projection::add(Item item, Existing existing, const std::string& base) {
  if (item.column.name.empty()) return;
  if (item.source != 0 && shut_out_.contains(item.source)) return;
  const auto found = index_of_.find(item.column.name);
  if (existing == Existing::Replace && found != index_of_.end()) {
    items_[found->second] = std::move(item);
    return;
  }
  item.column.name = names_.take(item.column.name, base);
  index_of_.emplace(item.column.name, items_.size());
  items_.push_back(std::move(item));
}

bool Projection::declare(Item item, Existing existing) {
  const std::string name = item.column.name;
  if (declared_.contains(name)) return false;
  const auto found = index_of_.find(name);
  if (existing == Existing::Replace && found != index_of_.end()) {
    items_[found->second] = std::move(item);
    declared_.insert(name);
    return true;
  }
  const size_t before = items_.size();
  add(std::move(item));
  declared_.insert(items_.size() > before ? items_.back().column.name : name);
  return true;
}

bool Projection::rename(const std::string& name, const std::string& new_name) {
  const auto found = index_of_.find(name);
  if (found == index_of_.end()) return true;
  if (declared_.contains(new_name)) return false;
  const size_t index = found->second;
  items_[index].column.name = new_name;
  index_of_.erase(found);
  index_of_[new_name] = index;
  declared_.insert(new_name);
  names_.add(new_name);
  return true;
}

void make_names_unique(plan::Schema& columns) {
  UniqueNames names;
  std::unordered_set<std::string> first;
  for (const plan::Column& column : columns) names.add(column.name);
  for (plan::Column& column : columns) {
    if (!first.insert(column.name).second) column.name = names.take(column.name);
  }
}

}  // namespace vedette::binding
