#include "tests/harness/case_runner.h"

#include <algorithm>

#include "compiler/command/journal.h"
#include "compiler/command/run_command.h"
#include "runtime/base/format.h"
#include "runtime/shell/diagnostic_view.h"
#include "runtime/value/convert.h"
#include "stdlib/stdlib.h"
#include "tests/harness/test_tables.h"

namespace vedette {
namespace {

/// Does the query put its rows in order? Then their order is part of the answer.
bool is_ordered(std::string_view query) {
  for (const std::string_view word : {"sort by", "order by", "| top ", "serialize", "range "}) {
    if (query.find(word) != std::string_view::npos) return true;
  }
  return false;
}

std::string errors_of(std::string_view query, const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::Error) text += shell::to_human_text(query, diagnostic);
  }
  return text;
}

/// The counters a test may name, and where they are.
struct Counter {
  std::string_view name;
  int64_t QueryStatistics::* value;
};
constexpr Counter counter_list[] = {
    {"rows scanned", &QueryStatistics::rows_scanned},
    {"extents", &QueryStatistics::extents_total},
    {"extents skipped", &QueryStatistics::extents_skipped},
    {"blocks", &QueryStatistics::blocks_total},
    {"blocks skipped", &QueryStatistics::blocks_skipped},
    {"dictionary entries evaluated", &QueryStatistics::dictionary_entries_evaluated},
    {"rows fetched late", &QueryStatistics::rows_fetched_late},
    {"kernels compiled", &QueryStatistics::kernels_compiled},
    {"kernels reused", &QueryStatistics::kernels_reused},
};

/// The names in `name  value` lines.
std::vector<std::string> names_in(std::string_view lines) {
  std::vector<std::string> names;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    names.emplace_back(line.substr(0, line.find("  ")));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  }
  return names;
}

/// Runs the commands of a case on a database in memory.
class CaseHost : public command::CommandHost {
 public:
  explicit CaseHost(std::unique_ptr<Database> database)
      : database_(std::move(database)), session_(standard_library(), database_.get()) {}

  Session& session() override { return session_; }
  Database* database() override { return database_.get(); }
  Database& writable_database() override { return *database_; }
  std::string_view version() const override { return "0.0.0"; }
  command::Journal& journal() override { return journal_; }

 private:
  std::unique_ptr<Database> database_;
  Session session_;
  command::Journal journal_;
};

}  // namespace

CaseRunner::CaseRunner(CaseFile file) : file_(std::move(file)) {}
CaseRunner::~CaseRunner() = default;

Session& CaseRunner::session(EncodingChoice encoding) {
  auto& session = sessions_[encoding];
  if (session == nullptr) {
    databases_[encoding] = make_database(file_, encoding);
    session = std::make_unique<Session>(standard_library(), databases_[encoding].get());
  }
  return *session;
}

QueryOptions CaseRunner::options_at(const GridPoint& point) const {
  QueryOptions options = point.options;
  options.now = file_.now.empty() ? default_clock() : parse_datetime(file_.now);
  if (!options.now) throw CaseFileError(fmt::format("{}: now is no time", file_.path.string()));
  return options;
}

std::string CaseRunner::answer(const TestCase& test, const GridPoint& point) {
  const QueryOptions options = options_at(point);
  if (test.kind == CaseKind::Counters) return counters(test);
  if (test.kind == CaseKind::Commands) return commands(test, point);
  if (test.kind != CaseKind::Plan) {
    return answer_of(test.query, session(point.encoding).run(test.query, options));
  }
  const Explanation explanation = session(point.encoding).explain(test.query, options);
  const std::string errors = errors_of(test.query, explanation.diagnostics);
  return errors.empty() ? explanation.plan : errors;
}

std::string CaseRunner::commands(const TestCase& test, const GridPoint& point) {
  CaseHost host(make_database(file_, point.encoding));
  const QueryOptions options = options_at(point);
  std::string answer;
  for (std::string_view left = test.query; !left.empty();) {
    const size_t end = left.find("\n;\n");
    const std::string text(left.substr(0, end));
    left.remove_prefix(end == std::string_view::npos ? left.size() : end + 3);
    const QueryResult result = command::is_command(text)
                                   ? command::run_command(host, standard_library(), text, options)
                                   : host.session().run(text, options);
    answer = answer_of(text, result);
    if (!result.ok) break;
  }
  return answer;
}

/// Runs the query twice with kernels compiled, on dictionaries, and shows the counters that the
/// case names: of the first run, or with `again` in front of the second.
std::string CaseRunner::counters(const TestCase& test) {
  GridPoint point;
  point.options.jit = JitMode::On;
  point.options.threads = 1;
  QueryOptions options = options_at(point);
  options.analyze = true;
  Session fresh(standard_library(), (session(EncodingChoice::Dictionary),
                                     databases_[EncodingChoice::Dictionary].get()));
  const QueryResult first = fresh.run(test.query, options);
  const QueryResult second = fresh.run(test.query, options);
  if (!first.ok) return errors_of(test.query, first.diagnostics);

  std::string text;
  for (const std::string& name : names_in(test.expected)) {
    const bool again = name.starts_with("again ");
    const std::string_view counter = std::string_view(name).substr(again ? 6 : 0);
    const auto found = std::find_if(std::begin(counter_list), std::end(counter_list),
                                    [&](const Counter& known) { return known.name == counter; });
    if (found == std::end(counter_list)) {
      throw CaseFileError(
          fmt::format("{}:{}: there is no counter '{}'", file_.path.string(), test.line, counter));
    }
    text += fmt::format("{}  {}\n", name, (again ? second : first).statistics.*found->value);
  }
  return text;
}

std::vector<CaseFailure> CaseRunner::run() {
  const std::vector<GridPoint> grid = make_grid();
  std::vector<CaseFailure> failures;
  for (const TestCase& test : file_.cases) {
    const bool once = test.kind == CaseKind::Plan || test.kind == CaseKind::Counters;
    for (const GridPoint& point : grid) {
      const std::string actual = answer(test, point);
      std::string reason;
      if (test.kind == CaseKind::Rows || test.kind == CaseKind::Commands) {
        reason = compare_answers(test.query, test.expected, actual);
      } else if (actual != test.expected) {
        reason = "the text differs";
      }
      if (!reason.empty()) {
        failures.push_back({fmt::format("{}:{}", file_.path.string(), test.line), test.title,
                            once ? "" : point.name, reason, test.expected, actual});
        break;  // one point is enough to look at
      }
      if (once) break;
    }
  }
  return failures;
}

std::string CaseRunner::accept() {
  const GridPoint point = make_grid()[0];
  std::vector<std::string> answers;
  for (const TestCase& test : file_.cases) {
    std::string now = answer(test, point);
    // What is equal but written differently (the order of a set) stays as the author wrote it.
    if (test.kind == CaseKind::Rows && !test.expected.empty() &&
        compare_answers(test.query, test.expected, now).empty()) {
      now = test.expected;
    }
    answers.push_back(std::move(now));
  }
  return with_expectations(file_, answers);
}

std::string answer_of(std::string_view query, const QueryResult& result) {
  if (!result.ok) return errors_of(query, result.diagnostics);
  std::string text;
  for (const ResultTable& table : result.tables) text += write_table(to_test_table(table));
  return text;
}

std::string compare_answers(std::string_view query, const std::string& expected,
                            const std::string& actual) {
  if (expected == actual) return {};
  if (actual.starts_with("error ")) return "the query failed";
  if (expected.empty()) return "nothing is expected yet; --accept writes what is answered";
  try {
    return difference(parse_table(expected, "expected"), parse_table(actual, "actual"),
                      is_ordered(query));
  } catch (const CaseFileError& error) {
    return error.what();
  }
}

std::string to_text(const CaseFailure& failure) {
  return fmt::format("{}: {}\n{}  {}\nexpected\n{}actual\n{}\n", failure.place, failure.title,
                     failure.point.empty() ? "" : "  " + failure.point + "\n", failure.reason,
                     failure.expected, failure.actual);
}

}  // namespace vedette
