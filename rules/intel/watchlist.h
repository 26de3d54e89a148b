// Watchlists: lists of items that rules look things up in, and the log of their changes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/session/session.h"

namespace vedette::rules {

/// Items of a watchlist in the columns that `_GetWatchlist` shows: _DTItemId, LastUpdatedTimeUTC,
/// SearchKey, WatchlistItem, then those of the items.
struct Watchlist {
  std::string alias;
  plan::TableColumns columns;
  std::vector<std::vector<Value>> items;
};

/// What becomes of an item.
enum class ItemChange { Create, Update, Delete };

/// One row of the table Watchlist to be.
struct WatchlistChange {
  ItemChange change = ItemChange::Create;
  std::vector<Value> item;  // of the columns of its list
};

/// The stored rows of a list.
Watchlist watchlist_of(std::string_view alias, const ResultTable& stored);

/// A list of the rows of a file; `key` is the column that SearchKey shows. Ids are made of list and
/// key, so that the same file makes the same items; of items with one key the place counts too.
Watchlist make_watchlist(std::string_view alias, const ResultTable& rows, std::string_view key,
                         Datetime now);

/// The list after a change, and what the change was, item by item: `given` takes the place of
/// `before`, or, with `keep_others`, its items those of their SearchKey. Items that stay as they
/// are, are no change.
Watchlist changed_watchlist(const Watchlist& before, const Watchlist& given, bool keep_others,
                            std::vector<WatchlistChange>& changes);

/// Rows of the table Watchlist: one for each change, and one for the list itself.
ResultTable watchlist_log_rows(const Watchlist& list, const std::vector<WatchlistChange>& changes,
                               ItemChange of_list, Datetime now);

/// The items as a table.
ResultTable watchlist_rows(const Watchlist& list, std::string_view table);

}  // namespace vedette::rules
