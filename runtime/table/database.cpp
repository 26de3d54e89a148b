#include "runtime/table/database.h"

#include <algorithm>
#include <filesystem>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/table/database_state.h"

namespace vedette {

using namespace storage;

namespace {

QueryError schema_error(std::string_view code, std::string message) {
  return QueryError(ErrorKind::Runtime, code, std::move(message));
}

void check_columns(const TableSchema& schema) {
  for (size_t at = 0; at < schema.columns.size(); ++at) {
    if (schema.find(schema.columns[at].name) != at) {
      throw schema_error("KQL0607", fmt::format("table '{}' has two columns named '{}'",
                                                schema.name, schema.columns[at].name));
    }
  }
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

std::unique_ptr<Database> Database::in_memory(const Snapshot& from, std::string name) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->sequence = from.sequence();
  state->functions = from.functions();
  state->properties = from.shared_properties();
  state->newest_rows = from.newest_rows();
  for (const Table& table : from.tables()) {
    State::OpenTable& open = state->tables.emplace_back();
    open.id = table.id;
    open.schema = table.schema;
    open.extents = table.extents;
    state->next_table = std::max(state->next_table, table.id + 1);
    for (const auto& extent : table.extents) {
      open.entries.push_back(
          {.id = extent->id(), .rows = extent->rows(), .bytes = extent->stored_bytes()});
      state->next_extent = std::max(state->next_extent, extent->id() + 1);
    }
  }
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

std::string Database::name() const {
  if (state_->in_memory()) return state_->name;
  auto path = std::filesystem::absolute(state_->directory).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

OpenMode Database::mode() const {
  return state_->read_only ? OpenMode::ReadOnly : OpenMode::ReadWrite;
}

void Database::create_table(TableSchema schema) {
  state_->check_writable();
  check_columns(schema);
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

Appender Database::rewrite(std::string_view table, TableSchema schema,
                           const AppendOptions& options) {
  check_columns(schema);
  Appender appender = append(table, options);
  Appender::Work& work = *appender.work_;
  {
    const std::lock_guard lock(state_->mutex);
    const State::OpenTable& existing = state_->existing(table);
    work.replaced.emplace();
    for (const ExtentEntry& entry : existing.entries) work.replaced->push_back(entry.id);
    work.whole = true;
    schema.name = existing.schema->name;
  }
  work.schema = std::make_shared<TableSchema>(std::move(schema));
  return Appender(std::move(appender.work_));
}

void Database::commit(std::span<Appender* const> appenders,
                      std::span<const TableProperty> properties) {
  state_->check_writable();
  state_->commit(appenders, properties);
}

void Database::refresh() {
  if (!state_->read_only || state_->in_memory()) return;
  const std::lock_guard committing(state_->committing);
  const std::lock_guard lock(state_->mutex);
  state_->load_patiently();
}

}  // namespace vedette
