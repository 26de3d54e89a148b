#include "tests/harness/random_program.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/jit/jit.h"
#include "runtime/base/format.h"
#include "runtime/kernel/interpreter.h"
#include "runtime/value/convert.h"

namespace vedette::testing {
namespace {

constexpr std::array column_types = {Type::Bool,     Type::Bool,   Type::Long,     Type::Long,
                                     Type::Real,     Type::Real,   Type::Datetime, Type::Timespan,
                                     Type::Timespan, Type::String, Type::String};

constexpr int64_t odd_words[] = {0, 1, -1, 2, 7, -7, 63, 64, INT64_MIN, INT64_MAX, 1'000'000'007};
constexpr double odd_reals[] = {0.0,    -0.0,    1.0, -1.5,     1e300,     -1e300,
                                9.3e18, -9.3e18, NAN, INFINITY, -INFINITY, 0.1};
constexpr std::string_view odd_texts[] = {"",    "a",        "A",  "abc",  "mimikatz.exe",
                                          "a b", "\xc3\xa9", "12", "0x1f", "2024-05-01"};

int64_t random_word(Choices& choices) {
  const uint8_t kind = choices.byte();
  if (kind % 4 == 0) return odd_words[kind / 4 % std::size(odd_words)];
  if (kind % 4 == 1) return static_cast<int64_t>(choices.word());
  return static_cast<int8_t>(kind);
}

double random_real(Choices& choices) {
  const uint8_t kind = choices.byte();
  if (kind % 3 == 0) return odd_reals[kind / 3 % std::size(odd_reals)];
  return static_cast<int8_t>(kind) / 8.0;
}

Value random_value(Choices& choices, Type type) {
  if (choices.byte() % 16 == 0) return Value::null(type);
  switch (type) {
    case Type::Bool:
      return Value::boolean(choices.byte() % 2 == 0);
    case Type::Real:
      return Value::real(random_real(choices));
    case Type::Datetime:
      return Value::datetime({random_word(choices)});
    case Type::Timespan:
      return Value::timespan({random_word(choices)});
    case Type::String:
      return Value::string(std::string(odd_texts[choices.below(std::size(odd_texts))]));
    default:
      return Value::int64(random_word(choices));
  }
}

bool is_usable(const ScalarFunction& function, const Overload& overload) {
  if (function.purity != Purity::Pure || overload.evaluate == nullptr || overload.variadic ||
      overload.result_type != nullptr || overload.takes.empty()) {
    return false;
  }
  const auto known = [](Type type) {
    return std::find(column_types.begin(), column_types.end(), type) != column_types.end();
  };
  // A prepared body wants constants; what it does is no business of the JIT.
  return overload.prepare == nullptr && known(overload.returns) &&
         std::all_of(overload.takes.begin(), overload.takes.end(), known);
}

struct Usable {
  const ScalarFunction* function;
  const Overload* overload;
};

std::vector<Usable> usable_overloads(const Library& library) {
  std::vector<Usable> usable;
  for (const ScalarFunction& function : library.functions()) {
    for (const Overload& overload : function.overloads) {
      if (is_usable(function, overload)) usable.push_back({&function, &overload});
    }
  }
  return usable;
}

Vector random_vector(Choices& choices, Type type, uint32_t rows, RandomBatch& into) {
  ColumnBuilder builder(type);
  const uint8_t shape = choices.byte() % 4;
  const uint32_t values = shape == 1 ? 1 : shape == 2 ? 1 + choices.below(40) : rows;
  const bool nulls = choices.byte() % 2 == 0 && type != Type::String;
  for (uint32_t i = 0; i < values; ++i) {
    Value value = random_value(choices, type);
    while (value.is_null() && !nulls && !choices.exhausted()) value = random_value(choices, type);
    builder.append(value);
  }
  const Vector flat = builder.vector();
  // The builder ends here; its values move to the batch's arena.
  Vector result{.type = type, .shape = shape == 1 ? Shape::Constant : Shape::Flat};
  const size_t bytes = values * static_cast<size_t>(bytes_of(layout_of(type)));
  char* copy = into.arena.allocate(bytes, 16);
  std::memcpy(copy, flat.values, bytes);
  if (layout_of(type) == Layout::Text) {
    auto* texts = reinterpret_cast<Text*>(copy);
    for (uint32_t i = 0; i < values; ++i) texts[i] = Text(into.arena.copy(texts[i]));
  }
  result.values = copy;
  if (flat.validity != nullptr) {
    auto words = into.arena.array<uint64_t>(words_for(values));
    std::memcpy(words.data(), flat.validity, words.size_bytes());
    result.validity = words.data();
  }
  if (shape != 2) return result;
  auto dictionary = std::make_unique<Dictionary>();
  dictionary->size = values;
  dictionary->entries = result;
  dictionary->id = Dictionary::next_id();
  auto codes = into.arena.array<uint32_t>(rows);
  for (auto& code : codes) code = choices.below(values);
  Vector coded{.type = type, .shape = Shape::Dictionary};
  coded.codes = codes.data();
  coded.dictionary = dictionary.get();
  into.dictionaries.push_back(std::move(dictionary));
  return coded;
}

bool same_value(const Vector& a, const Vector& b, uint32_t row) {
  const Value left = value_at(a, row), right = value_at(b, row);
  if (left.is_null() || right.is_null()) return left.is_null() == right.is_null();
  if (left.type() == Type::Real && std::isnan(left.as_real())) return std::isnan(right.as_real());
  return left == right;
}

}  // namespace

uint64_t Choices::word() {
  uint64_t word = 0;
  for (int i = 0; i < 8; ++i) word = word << 8 | byte();
  return word;
}

std::span<const Type> random_column_types() {
  return column_types;
}

Program random_program(Choices& choices, const Library& library) {
  const std::vector<Usable> usable = usable_overloads(library);
  Program program;
  const auto add = [&](auto work, Type type) {
    program.types.push_back(type);
    const auto target = static_cast<Register>(program.types.size() - 1);
    program.steps.push_back({std::move(work), target});
    return target;
  };
  for (uint32_t i = 0; i < column_types.size(); ++i) add(Program::Load{i}, column_types[i]);
  const auto pick = [&](Type type) -> Register {
    if (choices.byte() % 4 == 0) {
      return add(Program::Constant{random_value(choices, type)}, type);
    }
    std::vector<Register> candidates;
    for (Register at = 0; at < program.types.size(); ++at) {
      if (program.types[at] == type) candidates.push_back(at);
    }
    // Late registers more often, so that calls nest.
    const uint32_t a = choices.below(static_cast<uint32_t>(candidates.size()));
    const uint32_t b = choices.below(static_cast<uint32_t>(candidates.size()));
    return candidates[std::max(a, b)];
  };
  const uint32_t calls = 1 + choices.below(24);
  for (uint32_t i = 0; i < calls; ++i) {
    const Usable& next = usable[choices.below(static_cast<uint32_t>(usable.size()))];
    std::vector<Register> arguments;
    for (Type type : next.overload->takes) arguments.push_back(pick(type));
    const Register target =
        add(Program::Call{next.overload, arguments, nullptr, next.function->name},
            next.overload->returns);
    if (program.types[target] == Type::Bool && choices.byte() % 4 == 0) {
      program.steps.push_back({Program::Narrow{target}});
    }
    if (i + 1 == calls || choices.byte() % 4 == 0) program.results.push_back(target);
  }
  return program;
}

std::unique_ptr<RandomBatch> random_batch(Choices& choices) {
  auto result = std::make_unique<RandomBatch>();
  Batch& batch = result->batch;
  batch.rows = 1 + choices.below(choices.byte() % 8 == 0 ? batch_rows : 70);
  batch.arena = &result->arena;
  for (Type type : column_types) {
    batch.columns.push_back(random_vector(choices, type, batch.rows, *result));
  }
  batch.selection = {nullptr, batch.rows};
  if (choices.byte() % 2 == 0) {
    for (uint32_t row = 0; row < batch.rows; ++row) {
      if (choices.byte() % 3 != 0) result->selected.push_back(static_cast<uint16_t>(row));
    }
    batch.selection = {result->selected.data(), static_cast<uint32_t>(result->selected.size())};
    if (result->selected.empty()) batch.selection = {nullptr, 0};
  }
  return result;
}

std::string compare_with_fused(const Program& program, Choices& choices) {
  FuseCounters counters;
  return compare_programs(program, fuse(program, counters), choices);
}

std::string compare_programs(const Program& program, const Program& fused, Choices& choices) {
  const auto batch = random_batch(choices);
  const Selection whole = batch->batch.selection;
  ProgramRunner plain(program), fast(fused);
  KernelContext plain_context{.arena = &batch->arena}, fast_context{.arena = &batch->arena};
  const auto expected = plain.run(batch->batch, plain_context);
  const std::vector<Vector> expected_results(expected.begin(), expected.end());
  const Selection expected_selection = batch->batch.selection;
  batch->batch.selection = whole;
  const auto actual = fast.run(batch->batch, fast_context);
  const Selection selection = batch->batch.selection;
  if (selection.count != expected_selection.count) {
    return fmt::format("{} rows selected, {} expected\n{}\n{}", selection.count,
                       expected_selection.count, to_text(program), to_text(fused));
  }
  for (uint32_t at = 0; at < selection.count; ++at) {
    const uint32_t row = selection[at];
    if (row != expected_selection[at]) return "another row is selected\n" + to_text(program);
    for (size_t i = 0; i < actual.size(); ++i) {
      if (!same_value(expected_results[i], actual[i], row)) {
        return fmt::format("row {} of result {} differs: {}, {} expected\n{}\n{}", row, i,
                           vedette::to_text(value_at(actual[i], row)),
                           vedette::to_text(value_at(expected_results[i], row)), to_text(program),
                           to_text(fused));
      }
    }
  }
  return {};
}

}  // namespace vedette::testing
