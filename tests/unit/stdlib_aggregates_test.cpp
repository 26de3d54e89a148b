// The law of aggregates: however rows are split among states that are merged later, and whatever
// shape their vectors have, the answer is the same.
#include <gtest/gtest.h>

#include <deque>

#include "runtime/base/format.h"
#include "runtime/column/column_builder.h"
#include "runtime/value/convert.h"
#include "stdlib/stdlib.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

constexpr uint32_t rows = 300;

Value value_of(Type type, uint32_t seed) {
  if (seed % 7 == 3 && type != Type::String) return Value::null(type);
  const int64_t word = seed * 2654435761u % 41;
  switch (type) {
    case Type::Bool:
      return Value::boolean(word % 2 == 0);
    case Type::Int:
      return Value::int32(word - 20);
    case Type::Long:
      return Value::int64(word - 20);
    case Type::Real:
      return Value::real(static_cast<double>(word) / 4);
    case Type::Decimal:
      return Value::decimal(decimal_of(word));
    case Type::String:
      return Value::string(
          std::string(static_cast<size_t>(word % 5), static_cast<char>('a' + word % 26)));
    case Type::Datetime:
      return Value::datetime({638'500'000'000'000'000 + word * ticks_per_hour});
    case Type::Timespan:
      return Value::timespan({(word - 20) * ticks_per_minute});
    case Type::Guid: {
      Guid guid;
      guid.bytes[3] = static_cast<uint8_t>(word);
      return Value::guid(guid);
    }
    default:
      return dynamic_of(word % 3 == 0 ? "{\"k" + std::to_string(word) + "\":1}"
                                      : std::to_string(word));
  }
}

/// States of one body, all rows of some columns, and the answers.
class Trial {
 public:
  Trial(const AggregateBody& body, std::vector<Type> types)
      : body_(body), types_(std::move(types)) {
    context_.arena = &arena_;
    for (size_t at = 0; at < types_.size(); ++at) {
      columns_.emplace_back(types_[at]);
      for (uint32_t row = 0; row < rows; ++row) {
        // Arguments after the first are constants to those aggregates that want one there.
        const bool constant = at > 0 && at + 1 == types_.size();
        columns_.back().append(
            value_of(types_[at], constant ? 5 : row + static_cast<uint32_t>(at)));
      }
    }
    for (const ColumnBuilder& column : columns_) flat_.push_back(column.vector());
  }
  ~Trial() {
    for (auto& state : states_) {
      if (body_.destroy != nullptr) body_.destroy(reinterpret_cast<char*>(state.data()));
    }
  }

  char* state() {
    states_.emplace_back((body_.state_bytes + 7) / 8);
    char* made = reinterpret_cast<char*>(states_.back().data());
    body_.create(made, types_);
    return made;
  }

  /// All rows to one state, in one call.
  std::string at_once() {
    char* one = state();
    add(flat_, {nullptr, rows}, &one, true);
    return answer(one);
  }

  /// Rows in `parts` runs, a state each, with a state a row; then merged in order.
  std::string split(uint32_t parts, bool one_state) {
    std::vector<char*> made;
    for (uint32_t part = 0; part < parts; ++part) {
      made.push_back(state());
      std::vector<uint16_t> selected;
      for (uint32_t row = part * rows / parts; row < (part + 1) * rows / parts; ++row) {
        selected.push_back(static_cast<uint16_t>(row));
      }
      std::vector<char*> states(selected.size(), made.back());
      add(dictionary(), {selected.data(), static_cast<uint32_t>(selected.size())}, states.data(),
          one_state);
    }
    made.push_back(state());  // one that never saw a row
    for (size_t part = 1; part < made.size(); ++part) body_.merge(context_, made[0], made[part]);
    char* empty = state();
    body_.merge(context_, empty, made[0]);
    return answer(empty);
  }

  std::string of_nothing() { return answer(state()); }

 private:
  std::vector<Vector> dictionary() {
    codes_.resize(rows);
    for (uint32_t row = 0; row < rows; ++row) codes_[row] = row;
    std::vector<Vector> vectors;
    for (const Vector& vector : flat_) {
      dictionaries_.push_back({rows, vector, Dictionary::next_id(), nullptr});
      vectors.push_back(
          {vector.type, Shape::Dictionary, nullptr, nullptr, codes_.data(), &dictionaries_.back()});
    }
    return vectors;
  }

  void add(std::span<const Vector> vectors, Selection selection, char* const* states, bool one) {
    AddCall call{context_, vectors, selection, states, one};
    body_.add(call);
  }

  std::string answer(char* state) {
    const std::vector<Type> types = body_.result_types ? body_.result_types(types_) : body_.returns;
    std::deque<ColumnBuilder> built;
    std::vector<ColumnBuilder*> out;
    for (Type type : types) out.push_back(&built.emplace_back(type));
    body_.result(context_, state, out);
    std::string text;
    for (const ColumnBuilder& column : built) {
      EXPECT_EQ(column.size(), 1u);
      const Value value = value_at(column.vector(), 0);
      // Sums of reals in another order differ in the last digits.
      text += value.is_null()              ? "null"
              : value.type() == Type::Real ? fmt::format("{:.8g}", value.as_real())
                                           : to_text(value);
      text += "|";
    }
    return text;
  }

  const AggregateBody& body_;
  std::vector<Type> types_;
  std::deque<ColumnBuilder> columns_;
  std::vector<Vector> flat_;
  std::vector<uint32_t> codes_;
  std::deque<Dictionary> dictionaries_;
  std::deque<std::vector<uint64_t>> states_;
  Arena arena_;
  AggregateContext context_;
};

TEST(StdlibAggregates, SplitAndMergedIsTheSame) {
  int tried = 0;
  for (const AggregateFunction& function : standard_library().aggregates()) {
    for (const AggregateBody& body : function.bodies) {
      for (Type any : {Type::Long, Type::String, Type::Dynamic, Type::Real, Type::Guid}) {
        std::vector<Type> types;
        for (Type takes : body.takes) types.push_back(takes == Type::Error ? any : takes);
        const bool generic = types != body.takes;
        SCOPED_TRACE(std::string(function.name) + " of " +
                     (types.empty() ? "" : std::string(name_of(types[0]))));
        Trial trial(body, types);
        const std::string whole = trial.at_once();
        EXPECT_EQ(whole, trial.split(1, true));
        EXPECT_EQ(whole, trial.split(1, false));
        EXPECT_EQ(whole, trial.split(3, false));
        EXPECT_EQ(whole, trial.split(7, true));
        EXPECT_FALSE(trial.of_nothing().empty());
        ++tried;
        if (!generic) break;
      }
    }
  }
  EXPECT_GT(tried, 100);
}

}  // namespace
}  // namespace vedette
