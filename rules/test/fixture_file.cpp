#include "rules/test/fixture_file.h"

#include <tuple>

#include "runtime/base/format.h"
#include "runtime/ingest/ingest.h"
#include "runtime/value/convert.h"

namespace vedette::rules {
namespace {

/// A name between `['` and `']`.
std::string quoted_name(std::string_view name) {
  std::string quoted = "['";
  for (const char c : name) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "']";
}

/// The datetime of a row, or nothing.
std::optional<Datetime> time_at(const ResultTable& file, std::optional<size_t> column, size_t row) {
  if (!column || file.columns[*column].second != Type::Datetime) return std::nullopt;
  const Value value = value_at(file.data[*column].vector(), static_cast<uint32_t>(row));
  if (value.is_null()) return std::nullopt;
  return Datetime{value.as_word()};
}

std::optional<size_t> column_of(const ResultTable& file, std::string_view name) {
  for (size_t i = 0; i < file.columns.size(); ++i) {
    if (file.columns[i].first == name) return i;
  }
  return std::nullopt;
}

/// Why a file is no fixture, and the line, where its records are lines; nothing if it is one.
std::pair<std::string, Place> problem_of(const IngestReport& report) {
  const std::string_view unit = counted_in(report.dialect);
  const auto at = [&](uint64_t number, std::string reason) -> std::pair<std::string, Place> {
    if (unit == "line") return {std::move(reason), Place{static_cast<int>(number), 1}};
    return {fmt::format("{} {}: {}", unit, number, reason), {}};
  };
  if (!report.stopped.empty()) return {report.stopped, {}};
  for (const auto* refused : {&report.first_refused, &report.first_doubts}) {
    if (!refused->empty()) return at(refused->front().line, refused->front().reason);
  }
  if (!report.misfits.empty()) {
    const MisfitReport& misfit = report.misfits[0];
    return at(misfit.first_line,
              fmt::format("'{}' is not a {}, the type of column '{}' of {}", misfit.example,
                          name_of(misfit.type), misfit.column, report.table));
  }
  if (report.rows > 0 || report.left_out.empty()) return {};
  const LeftOutReport& other = report.left_out[0];
  return {fmt::format("none of its events belongs to {}; {} of them are of the channel {}",
                      report.table, other.count, other.channel),
          {}};
}

}  // namespace

void FixtureFiles::read_once(File& file, const std::string& path, const std::string& table,
                             const plan::TableColumns& columns) const {
  IngestOptions options{.table = table};
  for (const auto& [name, type] : columns) options.columns.push_back({name, type});
  options.use_catalogue = false;
  options.rejects_path = "none";
  options.threads = 1;
  try {
    const auto database = Database::in_memory();
    const IngestReport report = ingest(*database, options, path);
    std::tie(file.problem, file.place) = problem_of(report);
    if (!file.problem.empty()) return;
    Session session(library_, database.get());
    QueryResult result = session.run(quoted_name(table), {.threads = 1, .jit = JitMode::Off});
    check(result.ok && result.tables.size() == 1, "rows of a fixture file can be read back");
    file.rows = std::make_shared<const ResultTable>(std::move(result.tables[0]));
  } catch (const QueryError& error) {
    file.problem = error.message;
  }
}

std::shared_ptr<const ResultTable> FixtureFiles::read(const std::string& path,
                                                      const std::string& table,
                                                      const plan::TableColumns& columns,
                                                      const std::string& test_file, Place place,
                                                      Findings& findings) {
  std::string key = table + '\n' + path;
  for (const auto& [name, type] : columns) key.append("\n").append(name).append(name_of(type));
  std::shared_ptr<File> file;
  {
    const std::lock_guard lock(mutex_);
    paths_.insert(path);
    auto& known = files_[key];
    if (!known) known = std::make_shared<File>();
    file = known;
  }
  std::call_once(file->once, [&] { read_once(*file, path, table, columns); });
  if (!file->problem.empty()) {
    const std::string where =
        file->place.line > 0 ? fmt::format("{}:{}: ", path, file->place.line) : path + ": ";
    findings.error("RUL0305", test_file, place, table, where + file->problem);
  }
  return file->rows;
}

std::set<std::string> FixtureFiles::paths() const {
  const std::lock_guard lock(mutex_);
  return paths_;
}

void append_file(FixtureTable& table, const ResultTable& file, Timespan ingestion_delay,
                 const RowDefaults& defaults) {
  const auto time_column = column_of(file, "TimeGenerated");
  const auto timestamp_column = column_of(file, "Timestamp");
  std::vector<size_t> targets;
  for (const auto& [name, type] : file.columns) targets.push_back(table.add_column(name, type));
  std::vector<Datetime> times;
  ColumnBuilder filled(Type::Datetime);
  for (size_t row = 0; row < file.rows; ++row) {
    std::optional<Datetime> time = time_at(file, time_column, row);
    if (!time) time = time_at(file, timestamp_column, row);
    times.push_back(time.value_or(default_row_time(defaults.now)));
    filled.append_word(times.back().ticks);
  }
  const auto stored_time = defaults.stored_table ? table.find("TimeGenerated") : std::nullopt;
  for (size_t i = 0; i < targets.size(); ++i) {
    const bool same = file.columns[i].second == table.columns()[targets[i]].second;
    if (targets[i] == stored_time && same && file.columns[i].second == Type::Datetime) continue;
    if (same) {
      table.append_column(targets[i], file.data[i]);
      continue;
    }
    ColumnBuilder converted(table.columns()[targets[i]].second);
    for (size_t row = 0; row < file.rows; ++row) {
      const Value value = value_at(file.data[i].vector(), static_cast<uint32_t>(row));
      converted.append(convert(value, converted.type()));
    }
    table.append_column(targets[i], converted);
  }
  if (stored_time && table.columns()[*stored_time].second == Type::Datetime) {
    table.append_column(*stored_time, filled);
  }
  for (const Datetime time : times) table.end_row({time.ticks + ingestion_delay.ticks});
  table.finish();
}

}  // namespace vedette::rules
