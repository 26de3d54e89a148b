#include "tests/harness/record_examples.h"

#include "compiler/bind/operators.h"
#include "compiler/bind/plugins/plugin.h"
#include "runtime/base/format.h"
#include "runtime/value/convert.h"

namespace vedette {
namespace {

/// What `print` of a call answers, as records write it.
std::string printed(std::string_view query, const QueryResult& result) {
  if (!result.ok) return answer_of(query, result);
  if (result.tables.size() != 1 || result.tables[0].rows != 1 ||
      result.tables[0].data.size() != 1) {
    return "(not one value)";
  }
  const Value value = value_at(result.tables[0].data[0].vector(), 0);
  return value.is_null() ? "null" : to_text(value);
}

void run_call(Session& session, const ScalarFunction& function, const Example& example,
              std::vector<CaseFailure>& failures) {
  const std::string query = fmt::format("print {}", example.call);
  for (const GridPoint& point : make_grid()) {
    QueryOptions options = point.options;
    options.now = default_clock();
    const std::string actual = printed(query, session.run(query, options));
    if (actual == example.result) continue;
    failures.push_back({fmt::format("record of {}", function.name), query, point.name,
                        "the answer differs", std::string(example.result) + '\n', actual});
    return;
  }
}

void run_query(Session& session, std::string_view name, std::string_view text,
               std::string_view result, std::vector<CaseFailure>& failures) {
  const std::string query(text);
  for (const GridPoint& point : make_grid()) {
    QueryOptions options = point.options;
    options.now = default_clock();
    const std::string actual = answer_of(query, session.run(query, options));
    const std::string reason = compare_answers(query, std::string(result) + '\n', actual);
    if (reason.empty()) continue;
    failures.push_back({fmt::format("record of {}", name), query, point.name, reason,
                        std::string(result) + '\n', actual});
    return;
  }
}

}  // namespace

std::vector<CaseFailure> run_record_examples(const Library& library) {
  Session session(library, nullptr);
  std::vector<CaseFailure> failures;
  for (const ScalarFunction& function : library.functions()) {
    for (const Example& example : function.examples) {
      run_call(session, function, example, failures);
    }
  }
  for (const AggregateFunction& aggregate : library.aggregates()) {
    for (const Example& example : aggregate.examples) {
      run_query(session, aggregate.name, example.call, example.result, failures);
    }
  }
  for (const TabularOperator& record : tabular_operators()) {
    for (const OperatorExample& example : record.examples) {
      run_query(session, record.name, example.query, example.result, failures);
    }
  }
  for (const Plugin& plugin : plugins()) {
    for (const OperatorExample& example : plugin.examples) {
      run_query(session, plugin.name, example.query, example.result, failures);
    }
  }
  return failures;
}

size_t count_record_examples(const Library& library) {
  size_t count = 0;
  for (const ScalarFunction& function : library.functions()) count += function.examples.size();
  for (const AggregateFunction& aggregate : library.aggregates()) {
    count += aggregate.examples.size();
  }
  for (const TabularOperator& record : tabular_operators()) count += record.examples.size();
  for (const Plugin& plugin : plugins()) count += plugin.examples.size();
  return count;
}

}  // namespace vedette
