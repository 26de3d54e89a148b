// Tables and table functions that a security service offers beside its stored tables: watchlists,
// device lookups.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "compiler/plan/schema_source.h"

namespace vedette::binding {

/// Watchlists are tables whose names begin like this; the alias follows.
constexpr std::string_view watchlist_prefix = "_Watchlist_";
std::string watchlist_table(std::string_view alias);

/// Is this a table function of the service, such as `_GetWatchlist`?
bool is_service_table(std::string_view name);

/// The columns of what it gives.
plan::TableColumns columns_of_service_table(std::string_view name);

/// Columns that `| invoke FileProfile(...)` and its kin add; nothing for other names.
std::optional<plan::TableColumns> columns_added_by(std::string_view name);

}  // namespace vedette::binding
