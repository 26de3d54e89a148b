// Rows of Parquet files as cells: a column at a time, straight into columns of its own type, and
// by way of what another format would have written into others.
#include <algorithm>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/ingest/cells.h"
#include "runtime/ingest/chunk.h"
#include "runtime/ingest/parquet/assembler.h"
#include "runtime/ingest/parquet/leaf_value.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette {

namespace {

using parquet::Batch;
using parquet::Leaf;
using parquet::LeafKind;
using parquet::LeafSlice;
using parquet::Node;
using parquet::Written;

constexpr size_t example_bytes = 80;

/// One batch on its way into cells.
class BatchWriter {
 public:
  BatchWriter(const Batch& batch, ParsedChunk& parsed)
      : batch_(batch), parsed_(parsed), writer_(parsed.texts) {}

  void write() {
    parsed_.rows = batch_.rows;
    fed_.resize(parsed_.columns.size());
    for (const Node& node : batch_.schema->columns) write_column(node);
    keep_misfits();
    for (const uint64_t word : repaired_) {
      parsed_.repaired_records += static_cast<uint64_t>(std::popcount(word));
    }
  }

 private:
  struct Misfit {
    uint32_t column;
    uint32_t row;
    std::string_view text;
  };

  void write_column(const Node& node) {
    const std::string name = column_name(node.name);
    at_ = parsed_.mapping->find(name);
    if (at_ == no_column) {
      parsed_.new_fields.push_back({name, SawNothing, type_of(*batch_.schema, node)});
      return;
    }
    column_ = &parsed_.columns[at_];
    repeated_ = fed_[at_];
    fed_[at_] = true;
    const bool same_type = type_of(*batch_.schema, node) == column_->type();
    if (node.shape != Node::Shape::Value) {
      write_nested(node);
    } else if (same_type) {
      write_same(batch_.schema->leaves[node.first_leaf], batch_.leaves[node.first_leaf]);
    } else {
      write_other(batch_.schema->leaves[node.first_leaf], batch_.leaves[node.first_leaf]);
    }
  }

  /// Calls `put(row, value)` for each row whose value is not null.
  template <typename Put> void for_each_value(const Leaf& leaf, const LeafSlice& slice, Put&& put) {
    size_t value = 0;
    for (uint32_t row = 0; row < batch_.rows; ++row) {
      if (leaf.defined > 0 && slice.definitions[row] != leaf.defined) continue;
      const size_t at = value++;
      if (repeated_ && column_->has(row)) {
        ++parsed_.repeated_fields;
      } else {
        put(row, at);
      }
    }
  }

  template <typename T>
  void put_or_misfit(const Leaf& leaf, const LeafSlice& slice, uint32_t row, size_t at,
                     const std::optional<T>& value) {
    if (value) {
      column_->put(row, *value);
    } else {
      write_value(leaf, slice.values, at, scratch_);
      note_misfit(row, scratch_);
    }
  }

  /// Into a column of the file's own type.
  void write_same(const Leaf& leaf, const LeafSlice& slice) {
    const auto each = [&](auto&& put) { for_each_value(leaf, slice, put); };
    switch (leaf.kind) {
      case LeafKind::Bool:
        return each([&](uint32_t row, size_t at) {
          column_->put(row, static_cast<uint8_t>(slice.values.integers[at]));
        });
      case LeafKind::Int:
      case LeafKind::Long:
        return each([&](uint32_t row, size_t at) {
          column_->put(row, integer_at(leaf, slice.values, at));
        });
      case LeafKind::UnsignedLong:
        return each([&](uint32_t row, size_t at) {
          const int64_t value = slice.values.integers[at];
          put_or_misfit(leaf, slice, row, at,
                        value < 0 ? std::nullopt : std::optional<int64_t>(value));
        });
      case LeafKind::Real:
      case LeafKind::Float16:
        return each(
            [&](uint32_t row, size_t at) { column_->put(row, real_at(leaf, slice.values, at)); });
      case LeafKind::Text:
        return each([&](uint32_t row, size_t at) {
          column_->put(row, Text(valid_text(slice.values.texts[at], row)));
        });
      case LeafKind::Binary:
        return each([&](uint32_t row, size_t at) {
          write_value(leaf, slice.values, at, scratch_);
          column_->put(row, Text(parsed_.texts.copy(scratch_)));
        });
      case LeafKind::Json:
        return each([&](uint32_t row, size_t at) { write_json(leaf, slice, row, at); });
      case LeafKind::Date:
      case LeafKind::Timestamp:
      case LeafKind::Int96:
        return each([&](uint32_t row, size_t at) {
          const auto time = datetime_at(leaf, slice.values, at);
          put_or_misfit(leaf, slice, row, at,
                        time ? std::optional<int64_t>(time->ticks) : std::nullopt);
        });
      case LeafKind::Time:
      case LeafKind::Interval:
        return each([&](uint32_t row, size_t at) {
          const auto span = timespan_at(leaf, slice.values, at);
          put_or_misfit(leaf, slice, row, at,
                        span ? std::optional<int64_t>(span->ticks) : std::nullopt);
        });
      case LeafKind::Decimal:
        return each([&](uint32_t row, size_t at) {
          put_or_misfit(leaf, slice, row, at, decimal_at(leaf, slice.values, at));
        });
      case LeafKind::Uuid:
        return each([&](uint32_t row, size_t at) { column_->put(row, guid_at(slice.values, at)); });
    }
  }

  /// Into a column of another type, as from text.
  void write_other(const Leaf& leaf, const LeafSlice& slice) {
    for_each_value(leaf, slice, [&](uint32_t row, size_t at) {
      const Written written = write_value(leaf, slice.values, at, scratch_);
      const bool text = leaf.kind == LeafKind::Text || leaf.kind == LeafKind::Json;
      if (text) valid_text(slice.values.texts[at], row);
      if (column_->type() == Type::Dynamic) return write_dynamic(leaf, slice, row, at);
      const std::string_view value =
          column_->type() == Type::String ? parsed_.texts.copy(scratch_) : scratch_;
      const Put put = written == Written::Bool     ? writer_.boolean(*column_, row, value == "true")
                      : written == Written::Number ? writer_.number(*column_, row, value)
                                                   : writer_.text(*column_, row, value);
      if (put != Put::Stored) note_misfit(row, value);
    });
  }

  void write_dynamic(const Leaf& leaf, const LeafSlice& slice, uint32_t row, size_t at) {
    if (leaf.kind == LeafKind::Text) {
      writer_.text(*column_, row, scratch_);  // the text of an array or object becomes one
      return;
    }
    bool repaired = false;
    builder_.clear();
    add_leaf_value(leaf, slice.values, at, scratch_, builder_, repaired);
    column_->put(row, Text(parsed_.texts.copy(builder_.bytes())));
  }

  void write_json(const Leaf& leaf, const LeafSlice& slice, uint32_t row, size_t at) {
    if (slice.values.texts[at].empty()) return;
    valid_text(slice.values.texts[at], row);
    write_dynamic(leaf, slice, row, at);
  }

  void write_nested(const Node& node) {
    parquet::Assembler rows(batch_, node);
    for (uint32_t row = 0; row < batch_.rows; ++row) {
      if (!next_of(rows, node)) continue;
      if (rows.repaired()) note_repaired(row);
      if (repeated_ && column_->has(row)) {
        ++parsed_.repeated_fields;
      } else if (column_->type() == Type::Dynamic) {
        column_->put(row, Text(parsed_.texts.copy(builder_.bytes())));
      } else if (column_->type() == Type::String) {
        column_->put(row, Text(parsed_.texts.copy(to_json(builder_.view()))));
      } else {
        note_misfit(row, to_json(builder_.view()));
      }
    }
  }

  bool next_of(parquet::Assembler& rows, const Node& node) {
    try {
      return rows.next(builder_);
    } catch (const parquet::Problem& problem) {
      const bool damage = problem.kind == parquet::Problem::Kind::Damaged;
      throw QueryError(
          damage ? ErrorKind::Runtime : ErrorKind::Unsupported, damage ? "ING0002" : "ING0006",
          fmt::format("the Parquet file {}: column '{}': {}",
                      damage ? "is damaged" : "cannot be read", node.name, problem.text));
    }
  }

  /// `text`, or a copy in which what is not UTF-8 has been replaced. Values of a dictionary often
  /// come several times in a row.
  std::string_view valid_text(std::string_view text, uint32_t row) {
    const bool known = text.data() == checked_.data() && text.size() == checked_.size();
    if (!known) {
      checked_ = text;
      valid_ = is_valid_utf8(text) ? text : parsed_.texts.copy(sanitized_utf8(text));
    }
    if (valid_.data() != text.data()) note_repaired(row);
    return valid_;
  }

  void note_repaired(uint32_t row) {
    if (repaired_.empty()) repaired_.resize(words_for(batch_.rows));
    set_bit(repaired_.data(), row);
  }

  void note_misfit(uint32_t row, std::string_view text) {
    misfits_.push_back({at_, row, parsed_.texts.copy(text)});
    Misfits& all = parsed_.misfits[at_];
    if (all.count++ > 0) return;
    all.first_line = row;
    all.example = text.substr(0, example_bytes);
  }

  /// After all columns, so that what the file itself has for a row comes first.
  void keep_misfits() {
    for (const Misfit& misfit : misfits_) {
      const uint32_t keeper = parsed_.mapping->misfits(misfit.column);
      if (keeper == no_column || parsed_.columns[keeper].has(misfit.row)) continue;
      writer_.text(parsed_.columns[keeper], misfit.row, misfit.text);
    }
    for (const auto& [column, misfits] : parsed_.misfits) {
      if (parsed_.mapping->misfits(column) != no_column) continue;
      parsed_.new_fields.push_back({misfit_name(parsed_.mapping->columns()[column].name), SawText});
    }
  }

  const Batch& batch_;
  ParsedChunk& parsed_;
  CellWriter writer_;
  DynamicBuilder builder_;
  std::string scratch_;
  std::vector<bool> fed_;  // the columns that have got a column of the file
  std::vector<Misfit> misfits_;
  std::vector<uint64_t> repaired_;  // a bit for each row, once there is one
  std::string_view checked_;        // the last text
  std::string_view valid_;          // and what became of it

  uint32_t at_ = no_column;  // the column that is being written
  CellColumn* column_ = nullptr;
  bool repeated_ = false;
};

class ParquetParser : public RecordParser {
 public:
  void parse(Chunk& chunk, std::shared_ptr<const Mapping> mapping, ParsedChunk& parsed) override {
    parsed.reset(std::move(mapping), chunk.batch->rows);
    BatchWriter(*chunk.batch, parsed).write();
  }
};

}  // namespace

std::unique_ptr<RecordParser> make_parquet_parser() {
  return std::make_unique<ParquetParser>();
}

}  // namespace vedette
