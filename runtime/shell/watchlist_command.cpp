// `vedette watchlist`: lists that queries read with _GetWatchlist, as tables of the database.
#include <algorithm>

#include "compiler/bind/service_tables.h"
#include "rules/alert/table_rows.h"
#include "rules/intel/watchlist.h"
#include "runtime/base/format.h"
#include "runtime/ingest/positional.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/text_rows.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

constexpr std::string_view key_property = "watchlist";

/// All rows of a table of a database.
ResultTable all_rows(Database& database, std::string_view table) {
  Session session(standard_library(), &database);
  QueryResult result = session.run(fmt::format("['{}']", table), {.threads = 1});
  check(result.ok, "the rows of a table can be read back");
  return std::move(result.tables[0]);
}

/// The list as it is stored; empty when there is none.
rules::Watchlist stored_list(Database& database, const std::string& alias) {
  const std::string name = binding::watchlist_table(alias);
  if (database.snapshot()->find(name) == nullptr) return {.alias = alias};
  return rules::watchlist_of(alias, all_rows(database, name));
}

/// Which column of the file is the key: what the user says, what the list has, or the first.
std::string key_of(const WatchlistArguments& arguments, const Table* stored,
                   const TableSchema& schema) {
  std::string key = arguments.key;
  if (key.empty() && arguments.update && stored != nullptr) {
    key = stored->schema->property(key_property);
  }
  if (key.empty()) key = schema.columns[0].name;
  if (!schema.find(key)) {
    throw UsageError(fmt::format("{} has no column '{}' to be the key", arguments.file, key));
  }
  return key;
}

}  // namespace

ExitCode run_watchlist_import(const WatchlistArguments& arguments) {
  const Datetime now = time_or_now(arguments.now);
  const auto items = read_text_rows(read_whole(arguments.file), arguments.file);
  const TableSchema& schema = *items->snapshot()->find("Items")->schema;
  for (const auto& [name, type] : binding::columns_of_service_table("_GetWatchlist")) {
    if (!schema.find(name)) continue;
    throw UsageError(
        fmt::format("the column '{}' of {} is one every watchlist has", name, arguments.file));
  }
  const auto database = Database::open(arguments.database, OpenMode::Create);
  const std::string table = binding::watchlist_table(arguments.alias);
  const auto snapshot = database->snapshot();
  const Table* stored = snapshot->find(table);
  const std::string key = key_of(arguments, stored, schema);
  const rules::Watchlist before = stored_list(*database, arguments.alias);
  std::vector<rules::WatchlistChange> changes;
  const rules::Watchlist after = rules::changed_watchlist(
      before, rules::make_watchlist(arguments.alias, all_rows(*items, "Items"), key, now),
      arguments.update, changes);

  const ResultTable rows = rules::watchlist_rows(after, table);
  TableSchema columns{.name = table, .columns = {}};
  for (const auto& [column, type] : rows.columns) columns.columns.push_back({column, type});
  columns.properties = {{"folder", "Watchlists"}, {std::string(key_property), key}};
  if (stored == nullptr) database->create_table(columns);
  Appender list = database->rewrite(table, columns);
  for (size_t first = 0; first < rows.rows; first += batch_rows) {
    std::vector<Vector> vectors;
    for (const ColumnBuilder& column : rows.data) vectors.push_back(column.vector(first));
    const auto count = static_cast<uint32_t>(std::min<size_t>(batch_rows, rows.rows - first));
    list.append_rows(vectors, {nullptr, count});
  }
  Appender log = rules::append_rows_to(
      *database,
      rules::watchlist_log_rows(
          after, changes, stored == nullptr ? rules::ItemChange::Create : rules::ItemChange::Update,
          now));
  Appender* const both[] = {&list, &log};
  database->commit(both);
  print_text(fmt::format("{}: {} items, key {}\n", arguments.alias, rows.rows, key));
  return ExitCode::Done;
}

ExitCode run_watchlist_list(const WatchlistArguments& arguments) {
  const auto database = Database::open(arguments.database, OpenMode::ReadOnly);
  for (const Table& table : database->snapshot()->tables()) {
    const std::string& name = table.schema->name;
    if (!name.starts_with(binding::watchlist_prefix)) continue;
    print_text(fmt::format("{}: {} items, key {}\n", name.substr(binding::watchlist_prefix.size()),
                           table.rows(), table.schema->property(key_property)));
  }
  return ExitCode::Done;
}

ExitCode run_watchlist_remove(const WatchlistArguments& arguments) {
  const auto database = Database::open(arguments.database, OpenMode::ReadWrite);
  const std::string name = binding::watchlist_table(arguments.alias);
  if (database->snapshot()->find(name) == nullptr) {
    throw UsageError(fmt::format("there is no watchlist '{}'", arguments.alias));
  }
  const rules::Watchlist list = stored_list(*database, arguments.alias);
  std::vector<rules::WatchlistChange> changes;
  for (const std::vector<Value>& item : list.items) {
    changes.push_back({rules::ItemChange::Delete, item});
  }
  rules::append_rows_to(*database,
                        rules::watchlist_log_rows(list, changes, rules::ItemChange::Delete,
                                                  time_or_now(arguments.now)))
      .commit();
  database->drop_table(name);
  return ExitCode::Done;
}

}  // namespace vedette::shell
