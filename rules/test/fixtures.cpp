#include "rules/test/fixtures.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "rules/load/externals.h"
#include "rules/test/mock_parameters.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/convert.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

/// What every watchlist has; as `vedette watchlist import` makes them.
constexpr std::string_view watchlist_prefix = "_Watchlist_";
const plan::TableColumns& watchlist_columns() {
  static const plan::TableColumns columns = {{"_DTItemId", Type::String},
                                             {"LastUpdatedTimeUTC", Type::Datetime},
                                             {"SearchKey", Type::String},
                                             {"WatchlistItem", Type::Dynamic}};
  return columns;
}

/// A value as KQL writes it.
std::string literal(const Value& value) {
  const Type type = value.type();
  if (type == Type::String) return json_string(value.as_text());
  if (value.is_null()) return fmt::format("{}(null)", name_of(type));
  if (type == Type::Real) return fmt::format("real({})", to_text(value));
  return fmt::format("{}({})", name_of(type), to_text(value));
}

/// `datatable(a: long, b: string)[1, "x"]`.
std::string as_datatable(const FixtureTable& table) {
  std::string text = "datatable(";
  for (const auto& [name, type] : table.columns()) {
    fmt::format_to(std::back_inserter(text), "['{}']: {}, ", name, name_of(type));
  }
  if (!table.columns().empty()) text.resize(text.size() - 2);
  text += ")[";
  for (size_t row = 0; row < table.rows(); ++row) {
    for (size_t i = 0; i < table.columns().size(); ++i) {
      if (row + i > 0) text += ", ";
      text += literal(value_at(table.column(i).vector(), static_cast<uint32_t>(row)));
    }
  }
  return text + "]";
}

using Externals = std::map<std::string, FixtureTable, std::less<>>;

/// Reads mocks, and what is known besides where there is none.
ExternalReader reader_of(std::shared_ptr<const Externals> externals, const KnownExternals& known) {
  return [externals, &known](const std::vector<std::string>& sources, const std::string& format,
                             bool ignore_first_record, const plan::TableColumns& columns) {
    std::vector<ColumnBuilder> data;
    for (const auto& [name, type] : columns) data.emplace_back(type);
    for (const std::string& source : sources) {
      auto found = externals->find(source);
      if (found == externals->end()) found = externals->find(bare_address(source));
      if (found == externals->end() &&
          (known.addresses.contains(source) || known.addresses.contains(bare_address(source)))) {
        const auto rows = known.reader({source}, format, ignore_first_record, columns);
        for (size_t i = 0; i < columns.size(); ++i) {
          for (size_t row = 0; row < rows[i].size(); ++row) {
            data[i].append(value_at(rows[i].vector(), static_cast<uint32_t>(row)));
          }
        }
        continue;
      }
      if (found == externals->end()) {
        throw QueryError(
            ErrorKind::Unsupported, "KQL0750",
            fmt::format("the test does not say what externaldata reads: add \"externaldata('{}')\" "
                        "to `given`",
                        bare_address(source)));
      }
      const FixtureTable& table = found->second;
      for (size_t i = 0; i < columns.size(); ++i) {
        const auto from = table.find(columns[i].first);
        for (size_t row = 0; row < table.rows(); ++row) {
          data[i].append(
              from ? convert(value_at(table.column(*from).vector(), static_cast<uint32_t>(row)),
                             columns[i].second)
                   : Value::null(columns[i].second));
        }
      }
    }
    return data;
  };
}

/// Puts the rows of all `given` into tables.
class FixtureBuilder {
 public:
  FixtureBuilder(const TestEnvironment& environment, const TestFile& file, const RuleTest& test,
                 std::string_view query, Findings& findings)
      : environment_(environment), file_(file), test_(test), query_(query), findings_(findings) {}

  void add(const GivenTable& given) {
    const std::pair key(given.kind, given.name.text);
    auto place = tables_.find(key);
    if (place == tables_.end()) {
      place = tables_.emplace(key, FixtureTable(given.name.text, columns_of(given))).first;
      order_.push_back(key);
      parameters_[key] = given.parameters;
    }
    FixtureTable& table = place->second;
    for (const auto& [name, type] : given.columns) table.add_column(name.text, type);
    const RowDefaults defaults{.now = test_.now,
                               .stored_table = given.kind == GivenKind::Table,
                               .texts = given.kind == GivenKind::Watchlist};
    for (const Written& written : given.files) {
      const bool absolute = written.text.starts_with('/');
      const std::string path = absolute ? written.text : file_.directory + written.text;
      // A mock has the columns that its file has.
      const plan::TableColumns known =
          given.kind == GivenKind::Table ? table.columns() : plan::TableColumns{};
      const auto rows = environment_.files.read(path, given.name.text, known, file_.file,
                                                written.place, findings_);
      if (rows) append_file(table, *rows, given.ingestion_delay, defaults);
    }
    append_rows(table, given, defaults, file_.file, findings_);
    table.finish();
  }

  void store(Database& database, bool by_ingestion, Externals& externals,
             std::vector<std::string>& names) {
    std::vector<StoredFunction> functions;
    std::vector<Appender> appenders;
    for (const auto& key : order_) {
      FixtureTable& table = tables_.at(key);
      switch (key.first) {
        case GivenKind::Table:
          names.push_back(table.name());
          appenders.push_back(append(database, table.name(), table, by_ingestion));
          break;
        case GivenKind::Watchlist:
          complete_watchlist(table);
          appenders.push_back(
              append(database, std::string(watchlist_prefix) + table.name(), table, false));
          break;
        case GivenKind::Function:
          functions.push_back({.name = table.name(),
                               .parameters = parameters_of(key),
                               .body = fmt::format("{{ {} }}", as_datatable(table))});
          break;
        case GivenKind::External:
          externals.emplace(table.name(), std::move(table));
          break;
      }
    }
    std::vector<Appender*> all;
    for (Appender& appender : appenders) all.push_back(&appender);
    if (!all.empty()) database.commit(all);
    if (!functions.empty()) database.change_functions(functions);
  }

 private:
  using Key = std::pair<GivenKind, std::string>;

  /// As the test declares them, or as the query calls the function.
  std::string parameters_of(const Key& key) const {
    std::string declared = parameters_.at(key);
    std::erase(declared, ' ');
    if (declared != "()") return parameters_.at(key);
    Session session(environment_.library, nullptr, &environment_.schemas);
    return mock_parameters(query_, key.second, session);
  }

  plan::TableColumns columns_of(const GivenTable& given) const {
    if (given.kind == GivenKind::Watchlist) return watchlist_columns();
    if (given.kind != GivenKind::Table) return {};
    return environment_.schemas.find_table(given.name.text).value_or(plan::TableColumns{});
  }

  /// Items have a key and an object of their own columns; a test need not say them.
  void complete_watchlist(FixtureTable& table) const {
    const size_t own = watchlist_columns().size();
    FixtureTable complete(table.name(), table.columns());
    for (size_t row = 0; row < table.rows(); ++row) {
      const auto value = [&](size_t column) {
        return value_at(table.column(column).vector(), static_cast<uint32_t>(row));
      };
      DynamicBuilder item;
      item.begin_object();
      for (size_t i = own; i < table.columns().size(); ++i) {
        item.key(table.columns()[i].first);
        add_value(item, value(i));
        complete.set(i, value(i));
      }
      const Value id = value(0), updated = value(1), key = value(2), whole = value(3);
      const Value first = table.columns().size() > own ? value(own) : key;
      const Value search = key.as_text().empty() ? first : key;
      if (table.columns().size() == own) {
        item.key("SearchKey");
        add_value(item, search);
      }
      item.end_object();
      complete.set(
          0, id.as_text().empty() ? Value::string(fmt::format("{}-{}", table.name(), row)) : id);
      complete.set(1, updated.is_null() ? Value::datetime(test_.now) : updated);
      complete.set(2, Value::string(to_text(search)));
      complete.set(3, whole.is_null() ? Value::dynamic(item.take()) : whole);
      complete.end_row(table.ingested()[row]);
    }
    complete.finish();
    table = std::move(complete);
  }

  static Appender append(Database& database, const std::string& name, const FixtureTable& table,
                         bool by_ingestion) {
    TableSchema schema{.name = name, .columns = {}};
    for (const auto& [column, type] : table.columns()) schema.columns.push_back({column, type});
    database.create_table(schema);
    const std::vector<Datetime>& times = table.ingested();
    AppendOptions options;
    options.ingestion_time = times.empty() ? Datetime{} : *std::ranges::max_element(times);
    Appender appender = database.append(name, options);
    if (!by_ingestion) {
      for (size_t first = 0; first < table.rows(); first += batch_rows) {
        std::vector<Vector> vectors;
        for (size_t i = 0; i < table.columns().size(); ++i) {
          vectors.push_back(table.column(i).vector(first));
        }
        const auto rows = static_cast<uint32_t>(std::min<size_t>(batch_rows, table.rows() - first));
        appender.append_rows(vectors, {nullptr, rows});
      }
      return appender;
    }
    std::vector<uint32_t> order(table.rows());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::sort(order, {}, [&](uint32_t row) { return std::pair(times[row], row); });
    Datetime last = {-1};
    for (const uint32_t row : order) {
      if (times[row] != last) appender.set_ingestion_time(last = times[row]);
      for (size_t i = 0; i < table.columns().size(); ++i) {
        appender.column(static_cast<uint32_t>(i)).append_row(table.column(i).vector(), row);
      }
      appender.end_row();
    }
    return appender;
  }

  const TestEnvironment& environment_;
  const TestFile& file_;
  const RuleTest& test_;
  const std::string_view query_;
  Findings& findings_;
  std::map<Key, FixtureTable> tables_;
  std::map<Key, std::string> parameters_;
  std::vector<Key> order_;
};

}  // namespace

size_t Fixtures::rows() const {
  const auto snapshot = database_->snapshot();
  size_t rows = 0;
  for (const std::string& name : tables_) {
    const Table* table = snapshot->find(name);
    if (table != nullptr) rows += table->rows();
  }
  return rows;
}

bool has_ingestion_delay(const std::vector<GivenTable>& tables) {
  return std::ranges::any_of(tables, [](const GivenTable& table) {
    return table.ingestion_delay.ticks != 0 ||
           std::ranges::any_of(table.rows,
                               [](const GivenRow& row) { return row.ingestion_delay.has_value(); });
  });
}

Fixtures::Fixtures(const TestEnvironment& environment, const TestFile& file, const RuleTest& test,
                   std::string_view query, bool by_ingestion, Findings& findings)
    : database_(Database::in_memory()) {
  FixtureBuilder builder(environment, file, test, query, findings);
  if (test.file_tables) {
    for (const GivenTable& given : file.tables) builder.add(given);
  }
  for (const GivenTable& given : test.given) builder.add(given);
  auto externals = std::make_shared<Externals>();
  builder.store(*database_, by_ingestion, *externals, tables_);
  external_ = reader_of(std::move(externals), environment.externals);
  session_ = std::make_unique<Session>(environment.library, database_.get(), &environment.schemas);
  session_->set_external_reader(external_);
}

}  // namespace vedette::rules
