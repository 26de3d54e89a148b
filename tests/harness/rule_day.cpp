#include "tests/harness/rule_day.h"

#include <algorithm>
#include <cmath>

#include "compiler/session/catalogue_schemas.h"
#include "compiler/session/session.h"
#include "rules/load/load.h"
#include "runtime/table/catalogue.h"
#include "tests/harness/dice.h"
#include "tests/harness/row_generator.h"

namespace vedette {
namespace {

constexpr uint32_t pool_limit = 2'000;  // stays in the cache: drawing from it is fast

/// Learns what a query reads.
class Reads : public StandIns {
 public:
  std::shared_ptr<const Table> find(const ScanUse& use) override {
    auto& columns = tables[use.scan.table];
    for (const auto& column : use.scan.columns) columns.insert(column.name);
    return nullptr;
  }

  std::map<std::string, std::set<std::string>> tables;
};

/// Fills one table.
class TableFiller {
 public:
  TableFiller(Database& database, const std::string& table, const ReadableRules& rules,
              const DayPlan& plan)
      : table_(table), plan_(plan), dice_(plan.seed ^ hash_bytes(table)) {
    TableSchema schema = *find_catalogue_table(table);
    const auto& wanted = rules.columns.at(table);
    for (const ColumnSchema& column : schema.columns) {
      const bool time = column.name == "TimeGenerated" && column.type == Type::Datetime;
      const bool filled = wanted.contains(column.name) && !time;
      if (filled) columns_.emplace_back(column.name, column.type);
      places_.push_back(filled ? static_cast<int>(columns_.size()) - 1
                               : (time ? time_place : no_place));
    }
    for (const size_t rule : rules.readers.at(table)) {
      words_.emplace_back(rules.rules[rule].query.text);
    }
    database.create_table(schema);
    AppendOptions options;
    options.extent_rows = plan.extent_rows;
    options.threads = 2;
    options.ingestion_time = {plan.from.ticks + plan.length.ticks};
    appender_.emplace(database.append(table, options));
  }

  /// Rows are drawn from a pool, so that values repeat as they do in logs.
  void fill(uint64_t rows) {
    const auto pool_rows = static_cast<uint32_t>(std::min<uint64_t>(pool_limit, rows / 16 + 10));
    const std::vector<ColumnBuilder> pool = generate_columns(
        table_, columns_, QueryWords(""), {.seed = dice_.word(), .rows = pool_rows, .now = end()});
    std::vector<ColumnBuilder> wanted;
    for (const auto& column : columns_) wanted.emplace_back(column.second);
    uint32_t wanted_rows = 0;
    for (const QueryWords& words : words_) {
      constexpr uint32_t count = 16;
      const auto some = generate_columns(table_, columns_, words,
                                         {.seed = dice_.word(), .rows = count, .now = end()});
      for (size_t at = 0; at < some.size(); ++at) {
        wanted[at].append_rows(some[at].vector(), {nullptr, count});
      }
      wanted_rows += count;
    }
    for (uint64_t row = 0; row < rows; ++row) {
      const bool hit = dice_.below(10'000) < plan_.wanted_of_10000;
      append_row(hit ? wanted : pool, dice_.below(hit ? wanted_rows : pool_rows),
                 static_cast<double>(row) / static_cast<double>(rows));
    }
    appender_->commit();
  }

 private:
  static constexpr int no_place = -1;
  static constexpr int time_place = -2;

  Datetime end() const { return {plan_.from.ticks + plan_.length.ticks}; }

  void append_row(const std::vector<ColumnBuilder>& from, uint32_t row, double part_of_day) {
    for (size_t at = 0; at < places_.size(); ++at) {
      if (places_[at] == no_place) continue;
      ColumnBuilder& to = appender_->column(static_cast<uint32_t>(at));
      if (places_[at] == time_place) {
        to.append_word(plan_.from.ticks +
                       static_cast<int64_t>(part_of_day * static_cast<double>(plan_.length.ticks)));
      } else {
        to.append_row(from[static_cast<size_t>(places_[at])].vector(), row);
      }
    }
    appender_->end_row();
  }

  const std::string table_;
  const DayPlan& plan_;
  Dice dice_;
  plan::TableColumns columns_;  // that are filled
  std::vector<int> places_;     // of the schema's columns: in `columns_`
  std::vector<QueryWords> words_;
  std::optional<Appender> appender_;
};

}  // namespace

ReadableRules readable_rules(const Library& library, const std::vector<std::string>& paths) {
  ReadableRules result;
  CatalogueSchemas schemas;
  Session session(library, nullptr, &schemas);
  for (const std::string& path : paths) {
    for (const std::string& file : rules::rule_files(path)) {
      rules::Findings findings;
      for (rules::AnalyticRule& rule : rules::load_rules(file, findings)) {
        if (rule.kind == rules::RuleKind::Hunting || rule.query.text.empty()) continue;
        if (rule.kind == rules::RuleKind::Scheduled && rule.frequency.ticks <= 0) continue;
        Reads reads;
        QueryOptions options;
        options.now = Datetime{638'000'000'000'000'000};
        options.stand_ins = &reads;
        const auto problems = session.plan(PreparedQuery(rule.query.text), options);
        const bool failed = std::ranges::any_of(
            problems, [](const Diagnostic& each) { return each.severity == Severity::Error; });
        const bool known = std::ranges::all_of(reads.tables, [](const auto& each) {
          return find_catalogue_table(each.first).has_value();
        });
        if (failed || !known || reads.tables.empty()) continue;
        for (auto& [table, columns] : reads.tables) {
          result.columns[table].merge(columns);
          result.readers[table].push_back(result.rules.size());
        }
        result.rules.push_back(std::move(rule));
      }
    }
  }
  return result;
}

void generate_day(Database& database, const ReadableRules& rules, const DayPlan& plan) {
  uint64_t weights = 0;
  for (const auto& [table, readers] : rules.readers) weights += readers.size();
  for (const auto& [table, readers] : rules.readers) {
    TableFiller(database, table, rules, plan)
        .fill(std::max<uint64_t>(1, (plan.rows * readers.size() + weights - 1) / weights));
  }
}

}  // namespace vedette
