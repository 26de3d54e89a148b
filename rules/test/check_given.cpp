#include "rules/test/check_given.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "compiler/syntax/parse.h"
#include "rules/load/externals.h"
#include "runtime/base/format.h"
#include "runtime/base/similar.h"

namespace vedette::rules {
namespace {

class GivenChecker {
 public:
  GivenChecker(const std::string& file, const AnalyticRule& rule, const plan::SchemaSource& schemas,
               Findings& findings)
      : file_(file), query_(rule.query.text), schemas_(schemas), findings_(findings) {
    for (const QueryToken& token : tokens_of(query_)) words_.emplace_back(token.text);
    // `union Device*`, `search`, `find`: which tables are read does not stand in the text.
    any_table_ = has_word("search") || has_word("find");
    for (size_t at = query_.find('*'); at != std::string::npos; at = query_.find('*', at + 1)) {
      const bool behind_name = at > 0 && (is_name_character(query_[at - 1]));
      any_table_ = any_table_ || behind_name || has_word("union");
    }
  }

  void add(const std::vector<GivenTable>& tables) {
    for (const GivenTable& table : tables) all_.push_back(&table);
  }

  void check_all() {
    for (const GivenTable* table : all_) check(*table);
  }

 private:
  void check(const GivenTable& given) {
    if (!is_read(given)) {
      findings_.warning(
          "RUL0313", file_, given.name.place, given.name.text,
          fmt::format("the rule's query reads no {} '{}'", kind_of(given.kind), given.name.text),
          did_you_mean(most_similar(given.name.text, words_)));
      return;
    }
    if (given.kind == GivenKind::Table) check_columns(given);
  }

  static bool is_name_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  }

  bool has_word(std::string_view word) const {
    return std::ranges::find(words_, word) != words_.end();
  }

  bool is_read(const GivenTable& given) const {
    switch (given.kind) {
      case GivenKind::Table:
        return any_table_ || is_named(given.name.text);
      case GivenKind::External:
        return query_.find(bare_address(given.name.text)) != std::string::npos;
      default:
        return is_named(given.name.text);
    }
  }

  static std::string_view kind_of(GivenKind kind) {
    switch (kind) {
      case GivenKind::Watchlist:
        return "watchlist";
      case GivenKind::External:
        return "address";
      case GivenKind::Function:
        return "function";
      default:
        return "table";
    }
  }

  /// As a word, or as a text: ['a b'], column_ifexists("A", 0), table('T').
  bool is_named(std::string_view name) const {
    return has_word(name) || query_.find(fmt::format("'{}'", name)) != std::string::npos ||
           query_.find(fmt::format("\"{}\"", name)) != std::string::npos;
  }

  void check_columns(const GivenTable& given) {
    const auto declared = schemas_.find_table(given.name.text);
    if (!declared) return;
    std::vector<std::string> names;
    for (const auto& [name, type] : *declared) names.push_back(name);
    for (const GivenTable* each : all_) {
      if (each->name.text != given.name.text) continue;
      for (const auto& [name, type] : each->columns) names.push_back(name.text);
    }
    std::set<std::string_view> told;
    const auto look_at = [&](const Written& name) {
      const bool known = std::ranges::find(names, name.text) != names.end();
      if (known || is_named(name.text) || !told.insert(name.text).second) return;
      // Logs have fields that nobody asks for; what looks like a column is one that is misspelt.
      const std::string_view similar = most_similar(name.text, names);
      if (similar.empty()) return;
      findings_.warning("RUL0314", file_, name.place,
                        fmt::format("{}.{}", given.name.text, name.text),
                        fmt::format("{} has no column '{}', and the rule's query does not name it",
                                    given.name.text, name.text),
                        did_you_mean(similar));
    };
    for (const GivenRow& row : given.rows) {
      for (const auto& [name, value] : row.cells) look_at(name);
      for (const auto& [name, value] : row.vary) look_at(name);
    }
  }

  const std::string& file_;
  const std::string& query_;
  const plan::SchemaSource& schemas_;
  Findings& findings_;
  std::vector<const GivenTable*> all_;
  std::vector<std::string> words_;
  bool any_table_ = false;
};

}  // namespace

void check_given(const TestFile& file, const RuleTest& test, const AnalyticRule& rule,
                 const plan::SchemaSource& schemas, Findings& findings) {
  GivenChecker checker(file.file, rule, schemas, findings);
  if (test.file_tables) checker.add(file.tables);
  checker.add(test.given);
  checker.check_all();
}

}  // namespace vedette::rules
