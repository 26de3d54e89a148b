#include "runtime/function/library.h"

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette {
namespace {

template <typename Record, typename Index>
void add_record(Record record, std::deque<Record>& records, Index& index) {
  check(record.hidden || (!record.summary.empty() && !record.examples.empty()),
        fmt::format("'{}' needs a summary and an example", record.name));
  records.push_back(std::move(record));
  const Record& added = records.back();
  check(index.emplace(added.name, &added).second,
        fmt::format("'{}' is in the library twice", added.name));
  for (std::string_view alias : added.aliases) {
    check(index.emplace(alias, &added).second, fmt::format("'{}' is in the library twice", alias));
  }
}

template <typename Index> auto find_in(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

Library& Library::add(std::vector<ScalarFunction> family) {
  for (auto& record : family) add_record(std::move(record), functions_, function_of_name_);
  return *this;
}

Library& Library::add(std::vector<AggregateFunction> family) {
  for (auto& record : family) {
    add_record(std::move(record), aggregates_, aggregate_of_name_);
    const AggregateFunction& added = aggregates_.back();
    const auto add_name = [&](std::string_view name) {
      check(aggregate_of_name_.emplace(name, &added).second,
            fmt::format("'{}' is in the library twice", name));
    };
    if (!added.conditional.empty()) add_name(added.conditional);
    for (std::string_view name : added.conditional_aliases) add_name(name);
  }
  return *this;
}

const ScalarFunction* Library::find_function(std::string_view name) const {
  return find_in(function_of_name_, name);
}

const AggregateFunction* Library::find_aggregate(std::string_view name) const {
  return find_in(aggregate_of_name_, name);
}

}  // namespace vedette
