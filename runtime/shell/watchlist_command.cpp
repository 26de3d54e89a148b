// `vedette watchlist`: lists that queries read with _GetWatchlist, as tables of the database.
#include <algorithm>

#include "compiler/bind/service_tables.h"
#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/ingest/positional.h"
#include "runtime/shell/commands.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

constexpr std::string_view key_property = "watchlist";

/// A name between `['` and `']`.
std::string quoted_name(std::string_view name) {
  std::string quoted = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "']";
}

/// The items of a file as a table `Items` of texts.
std::unique_ptr<Database> read_items(const std::string& path) {
  const std::string text = read_whole(path);
  IngestOptions options{.table = "Items"};
  options.use_catalogue = false;
  options.rejects_path = "none";
  options.threads = 1;
  const auto sample = Database::in_memory();
  ingest_text(*sample, options, text, path);
  const auto snapshot = sample->snapshot();
  const Table* found = snapshot->find("Items");
  if (found == nullptr || found->rows() == 0) {
    throw QueryError(ErrorKind::Runtime, "CLI0010", fmt::format("{}: there are no items", path));
  }
  // Items are texts, whatever they look like, except what JSON nests.
  for (const ColumnSchema& column : found->schema->columns) {
    const Type type = column.type == Type::Dynamic ? Type::Dynamic : Type::String;
    options.columns.push_back({column.name, type});
  }
  options.add_columns = false;
  auto items = Database::in_memory();
  ingest_text(*items, options, text, path);
  return items;
}

}  // namespace

ExitCode run_watchlist_import(const WatchlistArguments& arguments) {
  const auto items = read_items(arguments.file);
  const TableSchema& schema = *items->snapshot()->find("Items")->schema;
  const std::string key = arguments.key.empty() ? schema.columns[0].name : arguments.key;
  if (!schema.find(key)) {
    throw UsageError(fmt::format("{} has no column '{}' to be the key", arguments.file, key));
  }
  for (const auto& [name, type] : binding::columns_of_service_table("_GetWatchlist")) {
    if (!schema.find(name)) continue;
    throw UsageError(
        fmt::format("the column '{}' of {} is one every watchlist has", name, arguments.file));
  }
  Session session(standard_library(), items.get());
  const QueryResult result = session.run(fmt::format(
      "Items | extend WatchlistItem = pack_all() | extend _DTItemId = tostring(new_guid()), "
      "LastUpdatedTimeUTC = now(), SearchKey = tostring({}) | project-reorder _DTItemId, "
      "LastUpdatedTimeUTC, SearchKey, WatchlistItem",
      quoted_name(key)));
  check(result.ok, "the items of a watchlist can be read back");
  const ResultTable& table = result.tables[0];

  const auto database = Database::open(arguments.database, OpenMode::Create);
  const std::string name = binding::watchlist_table(arguments.alias);
  TableSchema stored{.name = name, .columns = {}};
  for (const auto& [column, type] : table.columns) stored.columns.push_back({column, type});
  stored.properties = {{"folder", "Watchlists"}, {std::string(key_property), key}};
  if (database->snapshot()->find(name) == nullptr) database->create_table(stored);
  Appender appender = database->rewrite(name, stored);
  for (size_t first = 0; first < table.rows; first += batch_rows) {
    std::vector<Vector> vectors;
    for (const ColumnBuilder& column : table.data) vectors.push_back(column.vector(first));
    const auto rows = static_cast<uint32_t>(std::min<size_t>(batch_rows, table.rows - first));
    appender.append_rows(vectors, {nullptr, rows});
  }
  appender.commit();
  print_text(fmt::format("{}: {} items, key {}\n", arguments.alias, table.rows, key));
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
  database->drop_table(name);
  return ExitCode::Done;
}

}  // namespace vedette::shell
