// The names that Kusto knows: what the page about compatibility goes through.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace vedette::shell {

/// All scalar functions, aliases and functions that stand for tables included, in order.
std::vector<std::string_view> kusto_functions();
/// All aggregates, in order.
std::vector<std::string_view> kusto_aggregates();

/// A name and a query that uses it: running it tells whether we have it.
struct Probe {
  std::string_view name;
  std::string_view query;
  /// Why we never will; empty for what should run.
  std::string_view refused = {};
};

/// All tabular operators, in order.
std::span<const Probe> kusto_operators();
/// All plugins of `evaluate`, in order.
std::span<const Probe> kusto_plugins();
/// Functions that have no record, because they stand for tables, graphs or names.
std::span<const Probe> kusto_special_functions();

}  // namespace vedette::shell
