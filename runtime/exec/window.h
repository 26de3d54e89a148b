// Functions of row order: row_number, prev, next, row_cumsum, row_rank_*, row_window_session.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "runtime/exec/buffer.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

/// A call over rows in order. Arguments are columns of the input, constants included (as columns of
/// one value).
struct WindowCall {
  enum class Function : uint8_t {
    RowNumber,      // ([start], [restart])
    Previous,       // (value, [offset], [default])
    Next,           // (value, [offset], [default])
    CumulativeSum,  // (term, [restart])
    DenseRank,      // (term, [restart])
    MinRank,        // (term, [restart])
    WindowSession,  // (time, max distance from first, max distance between, [restart])
  };
  Function function;
  std::vector<uint32_t> arguments;
  Type result;
};

/// The function with a KQL name (`prev`, `row_number` ...); none for other names.
std::optional<WindowCall::Function> window_function(std::string_view name);

/// Runs the calls over kept rows (of a BufferSink) in order. Output: the columns of the input, then
/// the results of the calls. One morsel.
class WindowSource : public Source {
 public:
  /// `input_columns`: the first so many columns are given out.
  WindowSource(std::shared_ptr<const Rows> rows, uint32_t input_columns,
               std::vector<WindowCall> calls);

  std::string describe() const override;
  size_t morsels(QueryContext&) override { return 1; }
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::shared_ptr<const Rows> rows_;
  const uint32_t input_columns_;
  const std::vector<WindowCall> calls_;
};

}  // namespace vedette::exec
