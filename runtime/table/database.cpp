#include "runtime/table/database.h"

#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/table/database_state.h"

namespace vedette {

using namespace storage;

namespace {

QueryError schema_error(std::string_view code, std::string message) {
  return QueryError(ErrorKind::Runtime, code, std::move(message));
}

}  // namespace

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::~Database() = default;

std::unique_ptr<Database> Database::open(const std::string& directory, OpenMode mode) {
  auto state = std::make_unique<State>();
  state->directory = directory.empty() ? "." : directory;
  state->read_only = mode == OpenMode::ReadOnly;
  state->open_directory(mode);
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

std::unique_ptr<Database> Database::in_memory() {
  auto state = std::make_unique<State>();
  state->make_snapshot();
  return std::unique_ptr<Database>(new Database(std::move(state)));
}

std::shared_ptr<const Snapshot> Database::snapshot() const {
  const std::lock_guard lock(state_->mutex);
  return state_->snapshot;
}

const std::string& Database::directory() const {
  return state_->directory;
}

void Database::create_table(TableSchema schema) {
  state_->check_writable();
  for (size_t at = 0; at < schema.columns.size(); ++at) {
    if (schema.find(schema.columns[at].name) != at) {
      throw schema_error("KQL0607", fmt::format("table '{}' has two columns named '{}'",
                                                schema.name, schema.columns[at].name));
    }
  }
  const std::lock_guard lock(state_->mutex);
  if (state_->find(schema.name) != nullptr) {
    throw schema_error("KQL0606", fmt::format("table '{}' exists already", schema.name));
  }
  state_->tables.push_back(
      {.id = state_->next_table++, .schema = std::make_shared<TableSchema>(std::move(schema))});
  state_->make_snapshot();
}

void Database::add_columns(std::string_view table, std::span<const ColumnSchema> columns) {
  state_->check_writable();
  const std::lock_guard lock(state_->mutex);
  State::OpenTable& existing = state_->existing(table);
  auto schema = std::make_shared<TableSchema>(*existing.schema);
  for (const ColumnSchema& column : columns) {
    const auto at = schema->find(column.name);
    if (!at) {
      schema->columns.push_back(column);
    } else if (schema->columns[*at].type != column.type) {
      throw schema_error(
          "KQL0607",
          fmt::format("column '{}' of table '{}' is {}, not {}", column.name, table,
                      vedette::name_of(schema->columns[*at].type), vedette::name_of(column.type)));
    }
  }
  if (schema->columns.size() == existing.schema->columns.size()) return;
  existing.schema = std::move(schema);
  state_->make_snapshot();
}

void Database::drop_table(std::string_view table) {
  state_->check_writable();
  const std::lock_guard committing(state_->committing);
  std::vector<ExtentEntry> entries;
  {
    const std::lock_guard lock(state_->mutex);
    const uint64_t id = state_->existing(table).id;
    Manifest manifest = state_->manifest();
    std::erase_if(manifest.tables, [&](const TableEntry& entry) { return entry.id == id; });
    state_->write(manifest);
    entries = state_->find(id)->entries;
    std::erase_if(state_->tables, [&](const State::OpenTable& open) { return open.id == id; });
    state_->make_snapshot();
  }
  if (state_->in_memory()) return;
  for (const ExtentEntry& entry : entries) {
    remove_file(state_->extent_directory() + "/" + extent_file_name(entry.id));
  }
}

Appender Database::append(std::string_view table, const AppendOptions& options) {
  state_->check_writable();
  check(options.extent_rows > 0, "an extent has rows");
  auto work = std::make_unique<Appender::Work>();
  work->database = state_.get();
  work->options = options;
  {
    const std::lock_guard lock(state_->mutex);
    const State::OpenTable& existing = state_->existing(table);
    work->table = existing.id;
    work->schema = existing.schema;
  }
  return Appender(std::move(work));
}

void Database::commit(std::span<Appender* const> appenders) {
  state_->check_writable();
  state_->commit(appenders);
}

}  // namespace vedette
