#include "tests/harness/random_query.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "tests/harness/dice.h"
#include "tests/harness/grid.h"
#include "tests/harness/result_difference.h"

namespace vedette::testing {
namespace {

constexpr int columns_of_type = 2;
constexpr uint32_t table_rows = 60;

std::string column_name(Type type, uint32_t at) {
  return fmt::format("{}{}", name_of(type), at);
}

/// Not for random calls: answers that differ each time, that need an order, or that are very long.
bool is_left_out(const Callable& callable) {
  constexpr std::string_view names[] = {"range",
                                        "repeat",
                                        "geo_polygon_to_h3cells",
                                        "geo_polygon_to_s2cells",
                                        "geo_line_to_s2cells",
                                        "geo_h3cell_rings",
                                        "bin_auto"};
  if (callable.function != nullptr && callable.function->purity != Purity::Pure) return true;
  return std::ranges::find(names, callable.name) != std::end(names);
}

bool is_constant(const Callable& callable, size_t at, size_t count) {
  const Parameter* parameter = callable.parameter_of(at, count);
  return parameter != nullptr && (parameter->constant || parameter->literal);
}

template <typename List> const auto& one_of(const List& list, Choices& choices) {
  return list[choices.below(static_cast<uint32_t>(list.size()))];
}

}  // namespace

QueryMaker::QueryMaker(const Library& library)
    : callables_(callables_of(library)), pool_(library), examples_(callables_.size()) {
  const auto database = table(EncodingChoice::Plain);
  Session session(library, database.get());
  for (size_t i = 0; i < callables_.size(); ++i) {
    if (!is_left_out(callables_[i])) add_forms_of(i, session);
  }
}

void QueryMaker::add_forms_of(size_t index, Session& session) {
  const Callable& callable = callables_[index];
  std::vector<std::vector<Type>> signatures = callable.signatures;
  for (const auto& texts : callable.examples) {
    auto& signature = signatures.emplace_back();
    for (const std::string& text : texts) {
      const auto argument = pool_.evaluate(text);
      signature.push_back(argument ? argument->value.type() : Type::Long);
      if (argument) {
        examples_[index][{signature.size() - 1, signature.back()}].push_back("(" + text + ")");
      }
    }
  }
  const QueryOptions options{.now = default_clock()};
  for (const auto& signature : signatures) {
    std::vector<std::string> arguments;
    for (size_t at = 0; at < signature.size(); ++at) {
      const auto examples = examples_[index].find({at, signature[at]});
      const Parameter* parameter = callable.parameter_of(at, signature.size());
      if (!is_constant(callable, at, signature.size())) {
        arguments.push_back(column_name(signature[at], 0));
      } else if (!parameter->choices.empty()) {
        arguments.push_back(fmt::format("'{}'", parameter->choices[0]));
      } else if (examples != examples_[index].end()) {
        arguments.push_back(examples->second[0]);
      } else {
        arguments.push_back(pool_.usual(signature[at])[1].text);
      }
    }
    const bool aggregate = callable.kind == Callable::Kind::Aggregate;
    const QueryResult bound = session.check(
        fmt::format("T | {} {}", aggregate ? "summarize" : "project", callable.call(arguments)),
        options);
    if (!bound.ok || bound.tables[0].columns.size() != 1) continue;
    if (aggregate) {
      aggregates_.push_back({index, signature});
    } else {
      forms_[bound.tables[0].columns[0].second].push_back({index, signature});
    }
  }
}

std::unique_ptr<Database> QueryMaker::table(EncodingChoice encoding) const {
  auto database = Database::in_memory();
  TableSchema schema = {"T", {{"id", Type::Long}}};
  for (int type = 0; type < type_count; ++type) {
    for (uint32_t i = 0; i < columns_of_type; ++i) {
      schema.columns.push_back({column_name(static_cast<Type>(type), i), static_cast<Type>(type)});
    }
  }
  database->create_table(schema);
  AppendOptions options;
  options.encoding = encoding;
  options.extent_rows = 25;
  options.ingestion_time = default_clock();
  Appender appender = database->append("T", options);
  Dice dice(7);
  for (uint32_t row = 0; row < table_rows; ++row) {
    appender.column(0).append(Value::int64(row));
    for (uint32_t i = 1; i < schema.columns.size(); ++i) {
      appender.column(i).append(dice.one_of(pool_.usual(schema.columns[i].type)).value);
    }
    appender.end_row();
  }
  appender.commit();
  return database;
}

std::string QueryMaker::query(Choices& choices) const {
  std::string query = "T";
  if (choices.byte() % 3 == 0) query += " | where " + expression(Type::Bool, 3, choices);
  if (choices.byte() % 4 == 0) {
    std::string list;
    for (uint32_t left = 1 + choices.below(3); left > 0; --left) {
      list += (list.empty() ? "" : ", ") + call(one_of(aggregates_, choices), 2, choices);
    }
    query += " | summarize " + list;
    if (choices.byte() % 2 == 0) {
      query += " by g = " + expression(static_cast<Type>(choices.below(9)), 2, choices);
    }
    return query;
  }
  std::string list = "id";
  for (uint32_t left = 1 + choices.below(4); left > 0; --left) {
    list += fmt::format(", c{} = {}", left,
                        expression(static_cast<Type>(choices.below(type_count)), 3, choices));
  }
  return query + " | project " + list;
}

std::string QueryMaker::expression(Type type, int depth, Choices& choices) const {
  const auto forms = forms_.find(type);
  if (depth > 0 && forms != forms_.end() && choices.byte() % 4 != 0) {
    return call(one_of(forms->second, choices), depth - 1, choices);
  }
  if (choices.byte() % 4 == 0) return constant(type, choices);
  return column_name(type, choices.below(columns_of_type));
}

std::string QueryMaker::call(const Form& form, int depth, Choices& choices) const {
  const Callable& callable = callables_[form.callable];
  std::vector<std::string> arguments;
  for (size_t at = 0; at < form.signature.size(); ++at) {
    arguments.push_back(argument(callable, form.signature, at, depth, choices));
  }
  return callable.call(arguments);
}

std::string QueryMaker::argument(const Callable& callable, const std::vector<Type>& signature,
                                 size_t at, int depth, Choices& choices) const {
  const bool fixed = is_constant(callable, at, signature.size()) ||
                     (callable.kind == Callable::Kind::Aggregate && at > 0 &&
                      !(callable.conditional && at + 1 == signature.size()));
  const Parameter* parameter = callable.parameter_of(at, signature.size());
  if (fixed && parameter != nullptr && !parameter->choices.empty()) {
    return fmt::format("'{}'", one_of(parameter->choices, choices));
  }
  const auto& examples = examples_[static_cast<size_t>(&callable - callables_.data())];
  const auto found = examples.find({at, signature[at]});
  if (found != examples.end() && choices.byte() % 3 == 0) return one_of(found->second, choices);
  return fixed ? constant(signature[at], choices) : expression(signature[at], depth, choices);
}

std::string QueryMaker::constant(Type type, Choices& choices) const {
  return "(" + one_of(pool_.usual(type), choices).text + ")";
}

std::string compare_ways(const std::string& query, Session& plain, Session& coded,
                         Choices& choices) {
  constexpr int batches[] = {1, 7, batch_rows};
  QueryOptions options{.threads = 1,
                       .memory_bytes = 64 << 20,
                       .timeout = std::chrono::milliseconds(2000),
                       .jit = JitMode::Off};
  options.now = default_clock();
  const auto limited = [](const QueryResult& result) {
    return std::ranges::any_of(result.diagnostics, [](const Diagnostic& diagnostic) {
      return diagnostic.kind == ErrorKind::Limit;
    });
  };
  const QueryResult first = plain.run(query, options);
  for (Session* session : {&plain, &coded}) {
    options.jit = JitMode::On;
    options.batch_rows = batches[choices.below(3)];
    const QueryResult other = session->run(query, options);
    if (limited(first) || limited(other)) return {};
    for (const QueryResult* result : {&first, &other}) {
      if (!result->ok && result->diagnostics.front().code == "KQL0799") {
        return result->diagnostics.front().message;
      }
    }
    const std::string way = fmt::format("compiled, batches of {}, {}: ", options.batch_rows,
                                        session == &plain ? "plain" : "dictionary");
    if (first.ok != other.ok) {
      return fmt::format("{}only one way ends with {}", way,
                         (first.ok ? other : first).diagnostics.front().message);
    }
    if (!first.ok) continue;
    const ResultTable& a = first.tables[0];
    const ResultTable& b = other.tables[0];
    if (a.rows != b.rows) return fmt::format("{}{} rows and {}", way, a.rows, b.rows);
    const bool exact = query.find("| summarize") == std::string::npos;
    if (const auto found = first_difference(a, b, exact)) {
      return fmt::format("{}{} of row {}: {} and {}", way, a.columns[found->column].first,
                         found->row, found->first, found->second);
    }
  }
  return {};
}

}  // namespace vedette::testing
