#include "runtime/exec/window.h"

#include <algorithm>
#include <array>

#include "runtime/base/format.h"
#include "runtime/column/column_builder.h"
#include "runtime/exec/row_order.h"

namespace vedette::exec {
namespace {

using Function = WindowCall::Function;

constexpr std::pair<std::string_view, Function> names[] = {
    {"row_number", Function::RowNumber},
    {"prev", Function::Previous},
    {"next", Function::Next},
    {"row_cumsum", Function::CumulativeSum},
    {"row_rank", Function::DenseRank},
    {"row_rank_dense", Function::DenseRank},
    {"row_rank_min", Function::MinRank},
    {"row_window_session", Function::WindowSession},
};

/// Where rows of a buffer begin, chunk by chunk.
class Places {
 public:
  explicit Places(const Rows& rows) {
    for (size_t chunk = 0; chunk < rows.buffer->chunks(); ++chunk) {
      starts_.push_back(count_);
      count_ += rows.buffer->rows_of(chunk);
    }
  }
  /// `no_row` beyond the ends.
  RowPlace at(int64_t row) const {
    if (row < 0 || row >= static_cast<int64_t>(count_)) return no_row;
    const auto next = std::ranges::upper_bound(starts_, static_cast<uint64_t>(row));
    const auto chunk = static_cast<uint64_t>(next - starts_.begin()) - 1;
    return chunk << 32 | (static_cast<uint64_t>(row) - starts_[chunk]);
  }

 private:
  std::vector<uint64_t> starts_;
  uint64_t count_ = 0;
};

/// One call on its way through the rows.
class Running {
 public:
  Running(const WindowCall& call, const Rows& rows)
      : call_(call), rows_(rows), result_(call.result) {
    if (has(0)) last_.emplace(rows.types[call.arguments[0]]);
    for (size_t i = 1; i < 3; ++i) {
      if (has(i) && rows.buffer->rows() > 0) {
        const Vector column = rows.buffer->column(0, call.arguments[i]);
        const Reader reader(column);
        if (layout_of(column.type) == Layout::Word && reader.valid(0)) {
          constants_[i] = reader.get<int64_t>(0);
        }
      }
    }
    if (call.function == Function::RowNumber) {
      start_ = 1;
      if (has(0) && rows.buffer->rows() > 0) {
        const Vector column = rows.buffer->column(0, call.arguments[0]);
        if (Reader(column).valid(0)) start_ = Reader(column).get<uint64_t>(0);
      }
    }
  }

  /// The results for the rows from `first` on; `batch` holds them.
  Vector run(const Batch& batch, uint64_t first, const Places& places) {
    result_.clear();
    switch (call_.function) {
      case Function::RowNumber:
        number(batch, 1);
        break;
      case Function::Previous:
        return shift(batch, first, places, -rows_away());
      case Function::Next:
        return shift(batch, first, places, rows_away());
      case Function::CumulativeSum:
        sum(batch);
        break;
      case Function::DenseRank:
      case Function::MinRank:
        rank(batch);
        break;
      case Function::WindowSession:
        session(batch);
        break;
    }
    return result_.vector();
  }

 private:
  bool has(size_t argument) const { return call_.arguments.size() > argument; }
  bool restarts(const Batch& batch, size_t argument, uint32_t row) const {
    if (!has(argument)) return false;
    const Reader reader(batch.columns[call_.arguments[argument]]);
    return reader.valid(row) && reader.get<uint8_t>(row) != 0;
  }

  /// The distance that `prev` and `next` were given; no table reaches as far as the bounds.
  int64_t rows_away() const {
    constexpr int64_t far = int64_t{1} << 61;
    return std::clamp(constants_[1].value_or(1), -far, far);
  }

  void number(const Batch& batch, size_t restart) {
    for (uint32_t row = 0; row < batch.rows; ++row) {
      if (restarts(batch, restart, row)) rows_seen_ = 0;
      result_.append_word(static_cast<int64_t>(start_ + rows_seen_++));
    }
  }

  Vector shift(const Batch& batch, uint64_t first, const Places& places, int64_t by) {
    std::vector<RowPlace> from;
    bool any_missing = false;
    for (uint32_t row = 0; row < batch.rows; ++row) {
      from.push_back(places.at(static_cast<int64_t>(first) + row + by));
      any_missing |= from.back() == no_row;
    }
    const Vector found = rows_.buffer->gather(call_.arguments[0], from, *batch.arena);
    if (!any_missing || !has(2)) return found;
    const Vector& otherwise = batch.columns[call_.arguments[2]];
    for (uint32_t row = 0; row < batch.rows; ++row) {
      result_.append_row(from[row] == no_row ? otherwise : found, row);
    }
    return result_.vector();
  }

  void sum(const Batch& batch) {
    const Vector& column = batch.columns[call_.arguments[0]];
    const Reader reader(column);
    for (uint32_t row = 0; row < batch.rows; ++row) {
      if (restarts(batch, 1, row)) total_ = 0, total_real_ = 0, total_decimal_ = {};
      const bool valid = reader.valid(row);
      switch (layout_of(column.type)) {
        case Layout::Double:
          if (valid) total_real_ += reader.get<double>(row);
          result_.append_double(total_real_);
          break;
        case Layout::Decimal:
          if (valid) {
            total_decimal_ = add(total_decimal_, reader.get<Decimal>(row)).value_or(total_decimal_);
          }
          result_.append_decimal(total_decimal_);
          break;
        default:
          if (valid) total_ += static_cast<uint64_t>(reader.get<int64_t>(row));
          if (result_.type() == Type::Real) {
            result_.append_double(static_cast<double>(static_cast<int64_t>(total_)));
          } else {
            result_.append_word(static_cast<int64_t>(total_));
          }
      }
    }
  }

  void rank(const Batch& batch) {
    const Vector& column = batch.columns[call_.arguments[0]];
    const Reader reader(column);
    const Vector last_vector = last_->vector();
    const Reader last(last_vector);
    for (uint32_t row = 0; row < batch.rows; ++row) {
      const Reader& before = row == 0 ? last : reader;
      const uint32_t row_before = row == 0 ? 0 : row - 1;
      const bool first = restarts(batch, 1, row) || (row == 0 && last_->size() == 0);
      if (first) {
        rows_seen_ = 0;
        rank_ = 0;
      }
      ++rows_seen_;
      const bool valid = reader.valid(row);
      if (first || valid != before.valid(row_before) ||
          (valid && compare_values(column.type, reader, row, before, row_before) != 0)) {
        rank_ =
            call_.function == Function::DenseRank ? rank_ + 1 : static_cast<int64_t>(rows_seen_);
      }
      result_.append_word(rank_);
    }
    if (batch.rows > 0) {
      last_->clear();
      last_->append_row(column, batch.rows - 1);
    }
  }

  void session(const Batch& batch) {
    const Reader reader(batch.columns[call_.arguments[0]]);
    const int64_t from_first = constants_[1].value_or(0);
    const int64_t between = constants_[2].value_or(0);
    for (uint32_t row = 0; row < batch.rows; ++row) {
      if (!reader.valid(row)) {
        session_start_.reset();
        result_.append_null();
        continue;
      }
      const int64_t time = reader.get<int64_t>(row);
      if (!session_start_ || time - *session_start_ >= from_first ||
          time - session_last_ >= between || restarts(batch, 3, row)) {
        session_start_ = time;
      }
      session_last_ = time;
      result_.append_word(*session_start_);
    }
  }

  const WindowCall& call_;
  const Rows& rows_;
  ColumnBuilder result_;
  std::optional<ColumnBuilder> last_;  // the argument of the row before
  std::array<std::optional<int64_t>, 3> constants_;
  uint64_t start_ = 0;  // of row_number, which wraps around
  uint64_t rows_seen_ = 0;
  int64_t rank_ = 0;
  uint64_t total_ = 0;
  double total_real_ = 0;
  Decimal total_decimal_ = {};
  std::optional<int64_t> session_start_;
  int64_t session_last_ = 0;
};

struct Reading : Local {
  Arena arena;
};

}  // namespace

std::optional<WindowCall::Function> window_function(std::string_view name) {
  for (const auto& [known, function] : names) {
    if (known == name) return function;
  }
  return std::nullopt;
}

WindowSource::WindowSource(std::shared_ptr<const Rows> rows, uint32_t input_columns,
                           std::vector<WindowCall> calls)
    : rows_(std::move(rows)), input_columns_(input_columns), calls_(std::move(calls)) {}

std::string WindowSource::describe() const {
  std::string text;
  for (const WindowCall& call : calls_) {
    for (const auto& [name, function] : names) {
      if (function != call.function) continue;
      text +=
          fmt::format("{}{}({})", text.empty() ? "" : ", ", name, fmt::join(call.arguments, ", "));
    }
  }
  return fmt::format("rows kept, in order, with {}", text.empty() ? "nothing new" : text);
}

std::unique_ptr<Local> WindowSource::make_local(Worker&) {
  return std::make_unique<Reading>();
}

void WindowSource::run(size_t, Worker& worker, Local* local, Emit& onward) {
  Arena& arena = static_cast<Reading*>(local)->arena;
  const RowBuffer& buffer = *rows_->buffer;
  const Places places(*rows_);
  std::vector<Running> running;
  running.reserve(calls_.size());
  for (const WindowCall& call : calls_) running.emplace_back(call, *rows_);
  const auto step = static_cast<uint32_t>(worker.query.limits().batch_rows);
  uint64_t row = 0;
  for (size_t chunk = 0; chunk < buffer.chunks(); ++chunk) {
    for (uint32_t first = 0; first < buffer.rows_of(chunk); first += step) {
      arena.clear();
      const uint32_t rows = std::min(step, buffer.rows_of(chunk) - first);
      Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &arena};
      for (size_t i = 0; i < rows_->types.size(); ++i) {
        batch.columns.push_back(slice(buffer.column(chunk, i), first, rows, arena));
      }
      std::vector<Vector> results;
      for (Running& call : running) results.push_back(call.run(batch, row, places));
      batch.columns.resize(input_columns_);
      batch.columns.insert(batch.columns.end(), results.begin(), results.end());
      row += rows;
      if (!onward.push(batch)) return;
    }
  }
}

}  // namespace vedette::exec
