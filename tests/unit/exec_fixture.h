// Small tables of values for tests of execution: random rows, in vectors of every shape.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/exec/pipeline.h"
#include "runtime/exec/result.h"

namespace vedette::exec {

using Row = std::vector<Value>;

struct TestTable {
  std::vector<Type> types;
  std::vector<Row> rows;
};

inline Value random_value(Type type, int range, std::mt19937& random) {
  const auto pick = static_cast<int64_t>(random() % range);
  if (pick == 0) return Value::null(type);
  switch (type) {
    case Type::Bool:
      return Value::boolean(pick % 2 == 0);
    case Type::Real:
      return Value::real(static_cast<double>(pick) / 4 - 1);
    case Type::String:
      return Value::string("text " + std::string(pick % 7, 'x') + std::to_string(pick));
    case Type::Datetime:
      return Value::datetime({pick * 1000});
    case Type::Guid: {
      Guid guid;
      guid.bytes[3] = static_cast<uint8_t>(pick);
      guid.bytes[15] = static_cast<uint8_t>(pick >> 8);
      return Value::guid(guid);
    }
    case Type::Decimal:
      return Value::decimal(decimal_of(pick));
    default:
      return Value::int64(pick - range / 2);
  }
}

inline TestTable random_table(std::vector<Type> types, size_t rows, int range, unsigned seed) {
  std::mt19937 random(seed);
  TestTable table{std::move(types), {}};
  for (size_t i = 0; i < rows; ++i) {
    Row& row = table.rows.emplace_back();
    for (const Type type : table.types) row.push_back(random_value(type, range, random));
  }
  return table;
}

/// Gives a table in morsels of 100 rows; each 300 rows have dictionaries of their own, every third
/// batch is flat, and rows that do not belong are hidden by selections.
class TestSource : public Source {
 public:
  explicit TestSource(TestTable table) : table_(std::move(table)) {}

  std::string describe() const override { return "test"; }
  size_t morsels(QueryContext&) override {
    const size_t parts = (table_.rows.size() + 299) / 300;
    for (size_t part = dictionaries_.size(); part < parts; ++part) {
      auto& columns = dictionaries_.emplace_back();
      for (size_t i = 0; i < table_.types.size(); ++i) {
        auto coded = std::make_unique<Coded>(table_.types[i]);
        for (size_t row = part * 300; row < std::min(table_.rows.size(), part * 300 + 300); ++row) {
          const Value& value = table_.rows[row][i];
          const auto found = std::ranges::find(coded->values, value);
          coded->codes.push_back(static_cast<uint32_t>(found - coded->values.begin()));
          if (found == coded->values.end()) {
            coded->values.push_back(value);
            coded->entries.append(value);
          }
        }
        coded->dictionary.size = static_cast<uint32_t>(coded->values.size());
        coded->dictionary.entries = coded->entries.vector();
        coded->dictionary.id = Dictionary::next_id();
        columns.push_back(std::move(coded));
      }
    }
    return (table_.rows.size() + 99) / 100;
  }
  void run(size_t morsel, Worker& worker, Local*, Emit& onward) override {
    const size_t end = std::min(table_.rows.size(), morsel * 100 + 100);
    const auto step = std::min<size_t>(50, worker.query.limits().batch_rows);
    for (size_t first = morsel * 100; first < end; first += step) {
      const auto rows = static_cast<uint32_t>(std::min(step, end - first));
      if (!push_rows(first, rows, onward)) return;
    }
  }

 private:
  struct Coded {
    explicit Coded(Type type) : entries(type) {}
    ColumnBuilder entries;
    std::vector<Value> values;
    std::vector<uint32_t> codes;
    Dictionary dictionary;
  };

  bool push_rows(size_t first, uint32_t rows, Emit& onward) const {
    Arena arena;
    // Row i of the table is row 2i + 1 of the batch.
    std::vector<uint16_t> selected;
    for (uint32_t i = 0; i < rows; ++i) selected.push_back(static_cast<uint16_t>(2 * i + 1));
    Batch batch{.rows = 2 * rows, .selection = {selected.data(), rows}, .arena = &arena};
    std::vector<ColumnBuilder> flat;
    flat.reserve(table_.types.size());
    for (size_t i = 0; i < table_.types.size(); ++i) {
      const Coded& coded = *dictionaries_[first / 300][i];
      if (first / 50 % 3 != 0) {
        const auto codes = arena.array<uint32_t>(2 * rows);
        for (uint32_t k = 0; k < rows; ++k) {
          codes[2 * k] = 0;
          codes[2 * k + 1] = coded.codes[first % 300 + k];
        }
        batch.columns.push_back({.type = table_.types[i],
                                 .shape = Shape::Dictionary,
                                 .codes = codes.data(),
                                 .dictionary = &coded.dictionary});
        continue;
      }
      ColumnBuilder& column = flat.emplace_back(table_.types[i]);
      for (uint32_t k = 0; k < rows; ++k) {
        column.append_null();
        column.append(table_.rows[first + k][i]);
      }
      batch.columns.push_back(column.vector());
    }
    return onward.push(batch);
  }

  const TestTable table_;
  std::vector<std::vector<std::unique_ptr<Coded>>> dictionaries_;
};

inline Flow flow_of(TestTable table) {
  Flow flow;
  flow.source = std::make_unique<TestSource>(std::move(table));
  return flow;
}

/// Adds a pipeline that keeps the rows of `flow`, runs all, and gives the rows.
inline std::vector<Row> rows_of(std::vector<Pipeline> pipelines, Flow flow, std::vector<Type> types,
                                int threads, int batch = 2048) {
  QueryLimits limits;
  limits.threads = threads;
  limits.batch_rows = batch;
  QueryContext query(limits);
  auto kept = std::make_shared<Rows>();
  kept->types = std::move(types);
  pipelines.push_back({std::move(flow), std::make_shared<BufferSink>(kept)});
  run(pipelines, query);
  const auto columns = to_columns(*kept, query);
  std::vector<Row> rows(kept->count);
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const ColumnBuilder& column : columns) {
      const size_t word = i / 64 * 64;
      rows[i].push_back(value_at(column.vector(word), static_cast<uint32_t>(i - word)));
    }
  }
  return rows;
}

/// A text that tells rows apart.
inline std::string text_of(const Row& row) {
  std::string text;
  for (const Value& value : row) {
    text += std::to_string(static_cast<int>(value.type()));
    if (value.is_null()) {
      text += "null";
    } else {
      switch (layout_of(value.type())) {
        case Layout::Byte:
          text += std::to_string(value.as_bool());
          break;
        case Layout::Word:
          text += std::to_string(value.as_word());
          break;
        case Layout::Double:
          text += std::to_string(value.as_real());
          break;
        case Layout::Decimal:
          text += to_text(value.as_decimal());
          break;
        case Layout::Text:
          text += value.as_text();
          break;
        case Layout::Guid:
          text.append(value.as_guid().bytes.begin(), value.as_guid().bytes.end());
          break;
      }
    }
    text += '|';
  }
  return text;
}

inline std::vector<std::string> texts_of(const std::vector<Row>& rows) {
  std::vector<std::string> texts;
  for (const Row& row : rows) texts.push_back(text_of(row));
  return texts;
}

inline std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::ranges::sort(texts);
  return texts;
}

}  // namespace vedette::exec
