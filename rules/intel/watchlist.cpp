#include "rules/intel/watchlist.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "rules/alert/identity.h"
#include "rules/alert/result_rows.h"
#include "rules/alert/table_rows.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "runtime/value/datetime.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::rules {
namespace {

constexpr size_t id_column = 0, key_column = 2, item_column = 3;

constexpr std::string_view change_names[] = {"Create", "Update", "Delete"};

const plan::TableColumns first_columns = {{"_DTItemId", Type::String},
                                          {"LastUpdatedTimeUTC", Type::Datetime},
                                          {"SearchKey", Type::String},
                                          {"WatchlistItem", Type::Dynamic}};

size_t place_of(plan::TableColumns& columns, std::string_view name, Type type) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].first == name) return i;
  }
  columns.emplace_back(name, type);
  return columns.size() - 1;
}

/// The item in columns that may be more, or in another order.
std::vector<Value> moved(const std::vector<Value>& item, const plan::TableColumns& from,
                         const plan::TableColumns& to) {
  std::vector<Value> result;
  for (const auto& [name, type] : to) result.push_back(Value::null(type));
  for (size_t i = 0; i < from.size(); ++i) {
    for (size_t j = 0; j < to.size(); ++j) {
      if (to[j].first == from[i].first) result[j] = convert(item[i], to[j].second);
    }
  }
  return result;
}

/// Is it the same item, whenever it was written?
bool same_item(const std::vector<Value>& a, const std::vector<Value>& b) {
  return a[key_column] == b[key_column] &&
         DynamicView(a[item_column].as_text()) == DynamicView(b[item_column].as_text());
}

}  // namespace

Watchlist watchlist_of(std::string_view alias, const ResultTable& stored) {
  Watchlist list{.alias = std::string(alias), .columns = stored.columns};
  const ResultRows rows(stored);
  for (size_t row = 0; row < rows.size(); ++row) {
    std::vector<Value> item;
    for (size_t i = 0; i < stored.columns.size(); ++i) item.push_back(rows.value(row, i));
    list.items.push_back(std::move(item));
  }
  return list;
}

Watchlist make_watchlist(std::string_view alias, const ResultTable& table, std::string_view key,
                         Datetime now) {
  Watchlist list{.alias = std::string(alias), .columns = first_columns};
  list.columns.insert(list.columns.end(), table.columns.begin(), table.columns.end());
  const ResultRows rows(table);
  const auto key_place = rows.find(key);
  std::map<std::string, size_t> met;
  for (size_t row = 0; row < rows.size(); ++row) {
    DynamicBuilder object;
    object.begin_object();
    for (size_t i = 0; i < table.columns.size(); ++i) {
      object.key(table.columns[i].first);
      add_value(object, rows.value(row, i));
    }
    object.end_object();
    const std::string search_key = key_place ? to_text(rows.value(row, *key_place)) : "";
    const size_t place = met[search_key]++;
    std::vector<Value> item = {
        Value::string(guid_of(fmt::format("watchlist {} {} {}", alias, place, search_key))),
        Value::datetime(now), Value::string(search_key), Value::dynamic(object.take())};
    for (size_t i = 0; i < table.columns.size(); ++i) item.push_back(rows.value(row, i));
    list.items.push_back(std::move(item));
  }
  return list;
}

Watchlist changed_watchlist(const Watchlist& before, const Watchlist& given, bool keep_others,
                            std::vector<WatchlistChange>& changes) {
  Watchlist after{.alias = given.alias, .columns = given.columns};
  if (keep_others) {
    for (const auto& [name, type] : before.columns) place_of(after.columns, name, type);
  }
  std::unordered_map<std::string, std::vector<Value>> old;  // by id
  for (const std::vector<Value>& item : before.items) {
    old.emplace(std::string(item[id_column].as_text()), moved(item, before.columns, after.columns));
  }
  std::unordered_map<std::string, bool> replaced;
  for (const std::vector<Value>& each : given.items) {
    std::vector<Value> item = moved(each, given.columns, after.columns);
    const std::string id(item[id_column].as_text());
    const auto there = old.find(id);
    if (there != old.end() && same_item(there->second, item)) {
      item = there->second;
    } else {
      changes.push_back({there == old.end() ? ItemChange::Create : ItemChange::Update, item});
    }
    replaced[id] = true;
    after.items.push_back(std::move(item));
  }
  for (const std::vector<Value>& each : before.items) {
    std::vector<Value> item = moved(each, before.columns, after.columns);
    if (replaced.contains(std::string(item[id_column].as_text()))) continue;
    if (keep_others) {
      after.items.push_back(std::move(item));
    } else {
      changes.push_back({ItemChange::Delete, std::move(item)});
    }
  }
  return after;
}

ResultTable watchlist_log_rows(const Watchlist& list, const std::vector<WatchlistChange>& changes,
                               ItemChange of_list, Datetime now) {
  TableRows rows("Watchlist");
  const std::string list_id = guid_of("watchlist " + list.alias);
  const auto begin = [&](std::string_view type, ItemChange change, std::string_view id) {
    rows.set("TimeGenerated", Value::datetime(now));
    rows.set("LastUpdatedTimeUTC", Value::datetime(now));
    rows.set("_DTTimestamp", Value::datetime(now));
    rows.set_text("WatchlistId", list_id);
    rows.set_text("WatchlistName", list.alias);
    rows.set_text("WatchlistAlias", list.alias);
    rows.set_text("Provider", "Custom");
    rows.set_text("_DTItemType", std::string(type));
    rows.set_text("_DTItemStatus", std::string(change_names[static_cast<size_t>(change)]));
    rows.set_text("_DTItemId", std::string(id));
    rows.set_text("Type", "Watchlist");
  };
  begin("watchlist", of_list, list_id);
  rows.end_row();
  for (const WatchlistChange& change : changes) {
    const std::string id(change.item[id_column].as_text());
    begin("watchlist-item", change.change, id);
    rows.set_text("WatchlistItemId", id);
    rows.set_text("SearchKey", std::string(change.item[key_column].as_text()));
    rows.set("WatchlistItem", change.item[item_column]);
    rows.end_row();
  }
  return rows.take();
}

ResultTable watchlist_rows(const Watchlist& list, std::string_view table) {
  ResultTable rows{.name = std::string(table), .columns = list.columns};
  for (const auto& [name, type] : list.columns) rows.data.emplace_back(type);
  for (const std::vector<Value>& item : list.items) {
    for (size_t i = 0; i < item.size(); ++i) rows.data[i].append(item[i]);
    ++rows.rows;
  }
  return rows;
}

}  // namespace vedette::rules
