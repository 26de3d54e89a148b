// A rule's query against the tables of a database: columns and rows that are declared and not
// there.
#include <algorithm>
#include <map>
#include <set>

#include "compiler/syntax/parse.h"
#include "rules/check/check.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

/// A query that needs more columns than this is bound no further.
constexpr int most_rounds = 100;

/// Filled by rules that run; before the first alert they need not be there.
constexpr std::string_view tables_of_rules[] = {"SecurityAlert", "SecurityIncident", "RuleRuns"};

/// Has some row a value in the column? Texts that are empty are none.
bool has_values(const Table& table, uint32_t column) {
  const bool text = table.schema->columns[column].type == Type::String;
  return std::ranges::any_of(table.extents, [&](const auto& extent) {
    const ZoneMap zone = extent->zone(column);
    if (zone.nulls >= zone.rows) return false;
    return !text || !zone.bounded || zone.max != zone_key_of_prefix("");
  });
}

/// Why a column that a query names is of no use.
struct ColumnLack {
  std::string table;
  bool stored = false;  // it is there, and null in every row
};

/// Declares stored tables with the columns that have values, and those that were asked for besides.
class ColumnsAskedFor : public plan::SchemaSource {
 public:
  ColumnsAskedFor(const Snapshot& stored, const plan::SchemaSource& declared)
      : stored_(stored), declared_(declared) {}

  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    const auto declared = declared_.find_table(name);
    const Table* table = stored_.find(name);
    if (table == nullptr) {
      if (declared) missing_.emplace(name);
      return declared;
    }
    const auto known = tables_.find(name);
    const Columns& columns =
        known != tables_.end()
            ? known->second
            : tables_.emplace(name, columns_of(*table, declared.value_or(plan::TableColumns{})))
                  .first->second;
    plan::TableColumns result;
    for (const Column& column : columns) {
      if (column.visible) result.emplace_back(column.name, column.type);
    }
    return result;
  }
  std::vector<std::string> table_names() const override {
    std::vector<std::string> names = declared_.table_names();
    for (const Table& table : stored_.tables()) names.push_back(table.schema->name);
    return names;
  }

  /// Makes a column visible in the tables that were read and do not show it; those tables.
  std::vector<ColumnLack> add(const std::string& name) {
    std::vector<ColumnLack> lacks;
    for (auto& [table, columns] : tables_) {
      for (Column& column : columns) {
        if (column.name != name || column.visible) continue;
        column.visible = true;
        lacks.push_back({table, column.stored});
      }
    }
    return lacks;
  }

  /// Tables that were read and are only declared.
  const std::set<std::string>& missing_tables() const { return missing_; }

 private:
  struct Column {
    std::string name;
    Type type;
    bool stored = false;
    bool visible = false;
  };
  using Columns = std::vector<Column>;

  static Columns columns_of(const Table& table, const plan::TableColumns& declared) {
    Columns columns;
    const auto& stored = table.schema->columns;
    const bool rows = table.rows() > 0;
    for (uint32_t i = 0; i < stored.size(); ++i) {
      columns.push_back({stored[i].name, stored[i].type, true, !rows || has_values(table, i)});
    }
    for (const auto& [name, type] : declared) {
      const auto same = [&](const Column& column) { return column.name == name; };
      if (std::ranges::none_of(columns, same)) columns.push_back({name, type, false, false});
    }
    return columns;
  }

  const Snapshot& stored_;
  const plan::SchemaSource& declared_;
  mutable std::map<std::string, Columns, std::less<>> tables_;  // stored ones that were read
  mutable std::set<std::string> missing_;
};

/// The name that a place in a query holds: `Name`, `['Name']`, the end of `$left.Name`.
std::string name_at(std::string_view query, Span span) {
  const std::vector<QueryToken> tokens = tokens_of(query.substr(span.start, span.length));
  for (size_t i = tokens.size(); i-- > 0;) {
    if (tokens[i].kind == QueryToken::Kind::Word) return std::string(tokens[i].text);
    if (tokens[i].kind == QueryToken::Kind::Literal && tokens[i].text.size() > 2) {
      return std::string(tokens[i].text.substr(1, tokens[i].text.size() - 2));
    }
  }
  return {};
}

/// Where a query first has a word.
Place place_of_word(const AnalyticRule& rule, std::string_view word) {
  for (const QueryToken& token : tokens_of(rule.query.text)) {
    if (token.text == word) return place_in_query(rule, token.span.start);
  }
  return rule.query.place;
}

void check_columns_stored(const AnalyticRule& rule, Session& session, const QueryOptions& options,
                          ColumnsAskedFor& columns, Findings& findings) {
  for (int round = 0; round < most_rounds; ++round) {
    bool any = false;
    for (const Diagnostic& problem : session.check(rule.query.text, options).diagnostics) {
      if (problem.severity != Severity::Error) continue;
      const std::string name = name_at(rule.query.text, problem.span);
      for (const ColumnLack& lack : columns.add(name)) {
        any = true;
        findings.warning(
            "RUL0066", rule.file, place_in_query(rule, problem.span.start), "query",
            lack.stored
                ? fmt::format("no row of {} in the database has a '{}'", lack.table, name)
                : fmt::format("the table {} of the database has no column '{}'", lack.table, name),
            lack.stored ? "" : "it is declared, so the query sees null");
      }
    }
    if (!any) return;
  }
}

}  // namespace

void check_data(const AnalyticRule& rule, const Library& library, Database& database,
                const plan::SchemaSource& declared, const QueryOptions& options,
                Findings& findings) {
  const auto snapshot = database.snapshot();
  ColumnsAskedFor columns(*snapshot, declared);
  // Tables as they are shown, functions as they are stored.
  const auto functions_only = Database::in_memory();
  std::vector<StoredFunction> functions;
  for (const auto& [name, function] : *snapshot->functions()) functions.push_back(function);
  functions_only->change_functions(functions);
  Session session(library, functions_only.get(), &columns);
  check_columns_stored(rule, session, options, columns, findings);
  const auto without_rows = [&](const std::string& table, std::string_view what) {
    if (std::ranges::find(tables_of_rules, table) != std::end(tables_of_rules)) return;
    findings.warning("RUL0067", rule.file, place_of_word(rule, table), "query",
                     fmt::format("the database has no {} '{}'", what, table),
                     "the query finds nothing in it");
  };
  for (const std::string& table : columns.missing_tables()) without_rows(table, "table");
  const std::vector<QueryToken> words = tokens_of(rule.query.text);
  for (const Table& table : snapshot->tables()) {
    const std::string& name = table.schema->name;
    const auto is_name = [&](const QueryToken& word) { return word.text == name; };
    if (table.rows() == 0 && std::ranges::any_of(words, is_name)) without_rows(name, "rows in");
  }
}

}  // namespace vedette::rules
