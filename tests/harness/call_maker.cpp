#include "tests/harness/call_maker.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/value/convert.h"
#include "tests/harness/grid.h"

namespace vedette {
namespace {

std::string column_name(Type type, size_t at) {
  return fmt::format("{}{}", name_of(type), at);
}

bool same_types(const std::vector<Argument>& example, const std::vector<Type>& signature) {
  return std::ranges::equal(example, signature, {},
                            [](const Argument& argument) { return argument.value.type(); });
}

/// Calls that no signature tells.
std::vector<std::string> special_calls(std::string_view name) {
  if (name == "iscolumnexists") return {"iscolumnexists('id')"};
  if (name == "column_names_of") return {"column_names_of(T)"};
  return {};
}

/// Is the argument of an aggregate read in each row? Of the others the first row decides.
bool is_of_rows(const Callable& callable, size_t at, size_t count) {
  const std::string_view name = callable.name;
  if (callable.kind != Callable::Kind::Aggregate || at == 0) return true;
  if (callable.conditional && at + 1 == count) return true;
  if (name.starts_with("percentile")) return name.find('w') != std::string_view::npos && at == 1;
  return name.starts_with("arg") || name.starts_with("covariance") ||
         name.starts_with("take_any") || name.starts_with("count_distinct") ||
         name.starts_with("any");
}

}  // namespace

CallMaker::CallMaker(const Callable& callable, ArgumentPool& pool, uint64_t seed)
    : callable_(callable), pool_(pool), seed_(seed), dice_(seed) {
  for (const auto& texts : callable.examples) {
    Example& example = examples_.emplace_back();
    for (const std::string& text : texts) {
      auto argument = pool.evaluate(text);
      // An example over columns: something of their place, so that the others keep theirs.
      example.push_back(argument ? std::move(*argument) : pool.usual(Type::Long)[1]);
    }
  }
}

std::vector<std::string> CallMaker::calls() {
  std::vector<std::vector<Type>> signatures;
  for (const Example& example : examples_) {
    auto& signature = signatures.emplace_back();
    for (const Argument& argument : example) signature.push_back(argument.value.type());
  }
  const size_t of_examples = signatures.size();
  signatures.insert(signatures.end(), callable_.signatures.begin(), callable_.signatures.end());
  // Those of the examples' types come first; of the rest, some of every kind.
  std::vector<std::string> calls = special_calls(callable_.name);
  size_t kept = 0;
  for (size_t i = 0; i < signatures.size(); ++i) {
    add_calls_of(signatures[i], calls);
    if (i < of_examples) kept = std::min<size_t>(calls.size(), 12);
  }
  for (size_t i = kept; i + 1 < calls.size(); ++i) {
    std::swap(calls[i], calls[i + dice_.below(calls.size() - i)]);
  }
  return calls;
}

void CallMaker::add_calls_of(const std::vector<Type>& signature, std::vector<std::string>& calls) {
  const size_t count = signature.size();
  std::vector<bool> fixed(count);
  for (size_t i = 0; i < count; ++i) {
    const Parameter* parameter = callable_.parameter_of(i, count);
    fixed[i] = (parameter != nullptr && (parameter->constant || parameter->literal)) ||
               !is_of_rows(callable_, i, count);
  }
  // Which arguments are columns: all, each on its own, all but each, some.
  std::vector<std::vector<bool>> shapes = {std::vector<bool>(count, true)};
  if (count > 1) {
    for (size_t i = 0; i < std::min<size_t>(count, 4); ++i) {
      std::vector<bool> alone(count, false), others(count, true);
      alone[i] = true, others[i] = false;
      shapes.push_back(std::move(alone));
      shapes.push_back(std::move(others));
    }
  }
  for (const auto& shape : shapes) {
    const size_t example = dice_.below(examples_.size());
    std::vector<std::string> arguments;
    for (size_t i = 0; i < count; ++i) {
      arguments.push_back(shape[i] && !fixed[i] ? column(signature[i], i)
                                                : constant(signature, i, example));
    }
    calls.push_back(callable_.call(arguments));
  }
}

std::string CallMaker::constant(const std::vector<Type>& signature, size_t at, size_t example) {
  const Parameter* parameter = callable_.parameter_of(at, signature.size());
  if (parameter != nullptr && !parameter->choices.empty() && dice_.chance(60)) {
    return "'" + std::string(dice_.one_of(parameter->choices)) + "'";
  }
  const bool of_example = dice_.chance(70);
  if (of_example && example < examples_.size() && at < examples_[example].size() &&
      (same_types(examples_[example], signature) ||
       examples_[example][at].value.type() == signature[at])) {
    return examples_[example][at].text;
  }
  if (of_example) {
    std::vector<std::string_view> texts;
    for (const Example& other : examples_) {
      if (at < other.size() && other[at].value.type() == signature[at]) {
        texts.push_back(other[at].text);
      }
    }
    if (!texts.empty()) return std::string(dice_.one_of(texts));
  }
  return dice_.one_of(usual(signature[at])).text;
}

const std::vector<Argument>& CallMaker::usual(Type type) const {
  const bool of_states = callable_.name.find("hll") != std::string::npos ||
                         callable_.name.find("digest") != std::string::npos;
  return of_states && type == Type::Dynamic ? pool_.states() : pool_.usual(type);
}

std::string CallMaker::column(Type type, size_t at) {
  columns_.insert({type, at});
  return column_name(type, at);
}

std::vector<Value> CallMaker::example_values(Type type, size_t at) const {
  std::vector<Value> values;
  for (const Example& example : examples_) {
    if (at >= example.size()) continue;
    Value value = example[at].value;
    if (value.type() != type) value = convert(value, type);
    if (value.type() == type && !value.is_null()) values.push_back(std::move(value));
  }
  return values;
}

std::unique_ptr<Database> CallMaker::table(EncodingChoice encoding, uint32_t rows) const {
  auto database = Database::in_memory();
  TableSchema schema = {"T", {{"id", Type::Long}}};
  for (const auto& [type, at] : columns_) schema.columns.push_back({column_name(type, at), type});
  database->create_table(schema);
  AppendOptions options;
  options.encoding = encoding;
  options.extent_rows = 16;
  options.ingestion_time = default_clock();
  Appender appender = database->append("T", options);
  std::vector<std::vector<Value>> examples;
  for (const auto& [type, at] : columns_) examples.push_back(example_values(type, at));
  Dice dice(seed_ + 1);
  for (uint32_t row = 0; row < rows; ++row) {
    appender.column(0).append(Value::int64(row));
    uint32_t place = 1;
    for (const auto& [type, at] : columns_) {
      const std::vector<Value>& values = examples[place - 1];
      // The first rows are the examples as they stand.
      const bool of_example = !values.empty() && (row < values.size() || dice.chance(60));
      const auto& values_of_type = usual(type);
      appender.column(place++).append(!of_example           ? dice.one_of(values_of_type).value
                                      : row < values.size() ? values[row]
                                                            : values[dice.below(values.size())]);
    }
    appender.end_row();
  }
  appender.commit();
  return database;
}

}  // namespace vedette
