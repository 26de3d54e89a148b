#include "rules/test/why.h"

#include <algorithm>
#include <map>

#include "compiler/syntax/parse.h"
#include "rules/test/match_value.h"
#include "rules/test/why_conditions.h"
#include "rules/test/why_simulated.h"
#include "runtime/base/format.h"
#include "runtime/value/datetime.h"

namespace vedette::rules {
namespace {

constexpr int deepest = 8;

std::string counted(size_t number, const char* what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// Looks for the step of a query after which nothing is left.
class Detective {
 public:
  explicit Detective(const QueryParts& parts) : parts_(parts) {}

  std::vector<std::string> explain(const ast::Query& query) {
    const ast::Statement* last = nullptr;
    for (const ast::Statement& statement : query.statements) {
      if (std::holds_alternative<ast::ExpressionStatement>(statement.node)) last = &statement;
      if (const auto* let = std::get_if<ast::Let>(&statement.node)) {
        lets_[let->name.text] = {let, statement.span.start};
      }
    }
    if (last != nullptr) {
      const auto& expression = *std::get<ast::ExpressionStatement>(last->node).expression;
      look_into(expression, std::string(parts_.text.substr(0, last->span.start)), 0);
    }
    return std::move(lines_);
  }

 private:
  struct KnownLet {
    const ast::Let* let;
    uint32_t start;
  };

  void say(std::string line) { lines_.push_back(std::move(line)); }

  /// How many rows a query has that may be the missing one; nothing when it fails.
  std::optional<size_t> rows_of(const std::string& query) const {
    if (parts_.wanted == nullptr) {
      const auto count = parts_.run(query + "\n| count");
      if (!count || count->rows != 1) return std::nullopt;
      return static_cast<size_t>(cell(*count, 0, 0).as_word());
    }
    const auto rows = parts_.run(query);
    if (!rows) return std::nullopt;
    return parts_.relevant(*rows).size();
  }

  /// An expression that gives no rows. `before` is the text of what it may refer to.
  void look_into(const ast::Expression& expression, const std::string& before, int depth) {
    if (depth > deepest) return;
    if (const auto* pipe = std::get_if<ast::Pipe>(&expression.node)) {
      look_into_pipe(expression, *pipe, before, depth);
    } else if (const auto* name = std::get_if<ast::NameReference>(&expression.node)) {
      look_into_name(name->name, nullptr, before, depth);
    } else if (const auto* call = std::get_if<ast::Call>(&expression.node)) {
      if (call->function.text == "materialize" && call->arguments.size() == 1) {
        look_into(*call->arguments[0].value, before, depth + 1);
      } else if (call->function.text == "table") {
        say_given(fmt::format("{}{}", before, parts_.at(expression.span)),
                  parts_.at(expression.span));
      } else {
        look_into_name(call->function, call, before, depth);
      }
    }
  }

  /// A table, a `let` or, with a call, a function.
  void look_into_name(const ast::Name& name, const ast::Call* call, const std::string& before,
                      int depth) {
    const auto known = lets_.find(name.text);
    if (known == lets_.end()) {
      say_given(name.text, name.text);
      return;
    }
    const std::string earlier(parts_.text.substr(0, known->second.start));
    const ast::Let& let = *known->second.let;
    if (const auto* value = std::get_if<ast::ExpressionPtr>(&let.value)) {
      look_into(**value, earlier, depth + 1);
      return;
    }
    const auto& function = std::get<ast::FunctionDeclaration>(let.value);
    const auto arguments = call == nullptr ? std::string() : arguments_of(function, *call);
    if (function.result == nullptr || !arguments) {
      say(fmt::format("{}: {}() gives no rows", parts_.place(name.span.start), name.text));
      return;
    }
    if (!arguments->empty()) {
      say(fmt::format("{}: {}", parts_.place(name.span.start), parts_.at(whole_of(name, *call))));
    }
    const uint32_t inside = function.statements.empty() ? function.result->span.start
                                                        : function.statements[0].span.start;
    for (const ast::Statement& statement : function.statements) {
      if (const auto* inner = std::get_if<ast::Let>(&statement.node)) {
        lets_[inner->name.text] = {inner, statement.span.start};
      }
    }
    const uint32_t length = function.result->span.start - inside;
    // What stands before the call may be what its arguments name.
    const std::string& context = arguments->empty() ? earlier : before;
    look_into(*function.result,
              context + *arguments + std::string(parts_.text.substr(inside, length)), depth + 1);
  }

  /// From the function's name to the last argument.
  static Span whole_of(const ast::Name& name, const ast::Call& call) {
    const uint32_t end =
        call.arguments.empty() ? name.span.end() : call.arguments.back().span.end();
    return {name.span.start, end - name.span.start};
  }

  /// What the parameters of a function stand for in a call: `let tableName = "SigninLogs";`.
  std::optional<std::string> arguments_of(const ast::FunctionDeclaration& function,
                                          const ast::Call& call) const {
    std::string lets;
    for (size_t i = 0; i < function.parameters.size(); ++i) {
      const ast::FunctionParameter& parameter = function.parameters[i];
      const ast::Expression* value = parameter.default_value.get();
      for (size_t k = 0; k < call.arguments.size(); ++k) {
        const auto& names = call.arguments[k].names;
        const bool is_it = names.empty() ? k == i : names[0].text == parameter.name.text;
        if (is_it) value = call.arguments[k].value.get();
      }
      if (value == nullptr) return std::nullopt;
      // An argument of the same name is what it is already.
      if (parts_.at(value->span) == parameter.name.text) continue;
      fmt::format_to(std::back_inserter(lets), "let {} = {};\n", parameter.name.text,
                     parts_.at(value->span));
    }
    return lets;
  }

  /// A stored table: are there rows at all, and within the window? `query` reads it.
  void say_given(const std::string& query, std::string_view table) {
    QueryOptions options = parts_.test.options(parts_.slot);
    options.scope = {};
    const QueryResult all = parts_.test.fixtures().session().run(query, options);
    if (!all.ok || all.tables.empty()) return;
    const size_t rows = all.tables[0].rows;
    const Slot& slot = parts_.slot;
    if (rows == 0) {
      say(fmt::format("the test gives no rows to {}", table));
    } else if (rows_of(query).value_or(0) == 0 && parts_.wanted == nullptr) {
      say(fmt::format("{} of {}, none of them within {} .. {}", counted(rows, "row"), table,
                      to_text(slot.from), to_text(slot.to)));
    } else {
      say(fmt::format("no row of {} is the one that is missing", table));
    }
  }

  void look_into_pipe(const ast::Expression& expression, const ast::Pipe& pipe,
                      const std::string& before, int depth) {
    const auto until = [&](uint32_t end) {
      const uint32_t start = expression.span.start;
      return before + std::string(parts_.at({start, end - start}));
    };
    std::string previous;
    size_t rows_before = 0;
    if (pipe.source != nullptr) {
      // A parenthesis around the source ends after its span.
      const uint32_t end =
          pipe.steps.empty() ? pipe.source->span.end() : bar_before(pipe.steps[0].span.start);
      previous = until(end);
      rows_before = rows_of(previous).value_or(0);
      if (rows_before == 0) return look_into(*pipe.source, before, depth + 1);
    }
    for (size_t i = 0; i < pipe.steps.size(); ++i) {
      const std::string query = until(pipe.steps[i].span.end());
      const auto rows = rows_of(query);
      if (!rows) return;
      if (*rows == 0) return look_at_step(pipe, i, previous, before, rows_before, depth);
      previous = query;
      rows_before = *rows;
    }
  }

  /// Where the bar before a step is.
  uint32_t bar_before(uint32_t step) const {
    const size_t bar = parts_.text.rfind('|', step);
    return bar == std::string_view::npos ? step : static_cast<uint32_t>(bar);
  }

  void look_at_step(const ast::Pipe& pipe, size_t at, const std::string& previous,
                    const std::string& before, size_t rows_before, int depth) {
    const ast::Step& step = pipe.steps[at];
    if (std::holds_alternative<ast::Where>(step.node)) return look_at_filters(pipe, at, before);
    if (const auto* join = std::get_if<ast::Join>(&step.node)) {
      return look_at_join(step, join->parameters, *join->right, join->on, previous, before,
                          rows_before, depth);
    }
    if (const auto* lookup = std::get_if<ast::Lookup>(&step.node)) {
      return look_at_join(step, lookup->parameters, *lookup->right, lookup->on, previous, before,
                          rows_before, depth);
    }
    if (const auto* all = std::get_if<ast::Union>(&step.node)) {
      for (const ast::ExpressionPtr& table : all->tables) look_into(*table, before, depth + 1);
      return;
    }
    say(fmt::format("{}: `{}` leaves none of {}", parts_.place(step.span.start),
                    first_line(parts_.at(step.span)), counted(rows_before, "row")));
  }

  static std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
  }

  /// Filters that follow one another are one: a row is near when it passes most of all of them.
  void look_at_filters(const ast::Pipe& pipe, size_t at, const std::string& before) {
    const auto is_filter = [&](size_t i) {
      return std::holds_alternative<ast::Where>(pipe.steps[i].node);
    };
    size_t first = at, last = at;
    while (first > 0 && is_filter(first - 1)) --first;
    while (last + 1 < pipe.steps.size() && is_filter(last + 1)) ++last;
    std::vector<const ast::Expression*> conditions;
    for (size_t i = first; i <= last; ++i) {
      const auto& where = std::get<ast::Where>(pipe.steps[i].node);
      for (const ast::Expression* each : conjuncts_of(*where.predicate)) conditions.push_back(each);
    }
    const uint32_t start =
        pipe.source != nullptr ? pipe.source->span.start : pipe.steps[0].span.start;
    const uint32_t end = bar_before(pipe.steps[first].span.start);
    std::vector<std::string> lines =
        explain_filter(parts_, before + std::string(parts_.at({start, end - start})), conditions);
    if (lines.empty()) {
      lines.push_back(fmt::format("{}: no row passes `{}`", parts_.place(pipe.steps[at].span.start),
                                  first_line(parts_.at(pipe.steps[at].span))));
    }
    std::ranges::move(lines, std::back_inserter(lines_));
  }

  void look_at_join(const ast::Step& step, const ast::Parameters& parameters,
                    const ast::Expression& right, const ast::Expressions& on,
                    const std::string& left, const std::string& before, size_t rows_before,
                    int depth) {
    std::string kind = "innerunique";
    for (const ast::Parameter& parameter : parameters) {
      if (parameter.name.text == "kind") kind = parts_.at(parameter.value->span);
    }
    const std::string right_query = fmt::format("{}({})", before, parts_.at(right.span));
    const auto right_rows = parts_.run(right_query);
    if (!right_rows) return;
    say(fmt::format("{}: join kind={} leaves nothing of {} on the left and {} on the right",
                    parts_.place(step.span.start), kind, counted(rows_before, "row"),
                    right_rows->rows));
    if (right_rows->rows == 0) {
      const QueryParts any{parts_.test, parts_.text, nullptr, parts_.slot};
      Detective other(any);
      other.lets_ = lets_;
      other.look_into(right, before, depth + 1);
      std::ranges::move(other.lines_, std::back_inserter(lines_));
      return;
    }
    const bool anti = kind.find("anti") != std::string::npos;
    std::ranges::move(explain_keys(parts_, left, right_query, on, anti),
                      std::back_inserter(lines_));
  }

  const QueryParts& parts_;
  std::map<std::string, KnownLet, std::less<>> lets_;
  std::vector<std::string> lines_;
};

std::vector<std::string> explain(const QueryParts& parts) {
  Diagnostics diagnostics;
  const ast::Query query = parse(parts.text, diagnostics);
  if (diagnostics.any_errors()) return {};
  return Detective(parts).explain(query);
}

/// How many rows are left after each step of the last statement, when there are some, but not as
/// many as are wanted.
std::vector<std::string> rows_after_steps(const QueryParts& parts) {
  Diagnostics diagnostics;
  const ast::Query query = parse(parts.text, diagnostics);
  if (diagnostics.any_errors() || query.statements.empty()) return {};
  const auto* last = std::get_if<ast::ExpressionStatement>(&query.statements.back().node);
  const auto* pipe = last == nullptr ? nullptr : std::get_if<ast::Pipe>(&last->expression->node);
  if (pipe == nullptr || pipe->source == nullptr || pipe->steps.empty()) return {};
  std::vector<std::string> lines;
  const auto say = [&](Span span, uint32_t end) {
    const auto rows = parts.run(parts.text.substr(0, end));
    if (!rows) return;
    const std::string_view text = parts.at(span);
    lines.push_back(fmt::format("{}: {} after `{}`", parts.place(span.start),
                                counted(rows->rows, "row"), text.substr(0, text.find('\n'))));
  };
  const auto bar = static_cast<uint32_t>(parts.text.rfind('|', pipe->steps[0].span.start));
  say(pipe->source->span, bar);
  for (const ast::Step& step : pipe->steps) say(step.span, step.span.end());
  return lines;
}

}  // namespace

std::vector<std::string> explain_missing_rows(const PreparedTest& test,
                                              const TestOutcome& outcome) {
  const Expectations& expect = test.test().expect;
  if (outcome.run.failure != Failure::None || expect.error) return {};
  if (test.test().simulate) return explain_missing_alerts(test, outcome);
  const std::string& text = test.rule().query.text;
  QueryParts parts{test, text, nullptr, test.slot()};
  if (outcome.run.rows->rows > 0) {
    // Some rows are there; the one that is not must be known to be looked for.
    for (const ExpectedFields& row : expect.contains) {
      const bool missing = [&] {
        parts.wanted = &row;
        return parts.relevant(*outcome.run.rows).empty();
      }();
      if (missing) break;
      parts.wanted = nullptr;
    }
    const bool too_few =
        expect.rows && static_cast<int64_t>(outcome.run.rows->rows) < expect.rows->least;
    if (parts.wanted == nullptr)
      return too_few ? rows_after_steps(parts) : std::vector<std::string>();
  } else {
    const bool wants_rows = (expect.alert && *expect.alert) || !expect.contains.empty() ||
                            !expect.entities.empty() || (expect.rows && !expect.rows->holds(0)) ||
                            (expect.alerts && !expect.alerts->holds(0));
    if (!wants_rows) return {};
  }
  return explain(parts);
}

std::vector<std::string> explain_no_rows(const PreparedTest& test, const Slot& slot) {
  return explain({test, test.rule().query.text, nullptr, slot});
}

}  // namespace vedette::rules
