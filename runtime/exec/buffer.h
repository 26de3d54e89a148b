// Rows kept whole and in order: for `take`, for materialize, for whatever needs all of its input.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/exec/row_buffer.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

/// The outcome of a BufferSink; read by any number of sources.
struct Rows {
  std::vector<Type> types;
  std::unique_ptr<RowBuffer> buffer;  // set when the pipeline has run
  /// Rows to be read; the buffer may have a few more.
  size_t count = 0;
};

/// Keeps all rows in the order of the input, or the first `limit` of them; then stops the pipeline
/// as soon as they are known.
class BufferSink : public Sink {
 public:
  BufferSink(std::shared_ptr<Rows> rows, std::optional<int64_t> limit = {});

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void begin(Worker& worker, Local& local) override;
  bool take(Batch& batch, Worker& worker, Local& local) override;
  void end(Worker& worker, Local& local) override;
  bool full() const override { return full_.load(std::memory_order_relaxed); }
  void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) override;

 private:
  std::shared_ptr<Rows> rows_;
  const std::optional<int64_t> limit_;
  std::atomic<bool> full_ = false;
  std::mutex mutex_;
  size_t first_open_ = 0;                      // the first morsel that has not ended
  int64_t rows_known_ = 0;                     // of the morsels before it
  std::vector<std::optional<int64_t>> ended_;  // rows of each morsel that has ended; with a limit
};

/// Gives the rows of a BufferSink again.
class BufferSource : public Source {
 public:
  explicit BufferSource(std::shared_ptr<const Rows> rows) : rows_(std::move(rows)) {}

  std::string describe() const override { return "rows kept"; }
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::shared_ptr<const Rows> rows_;
};

}  // namespace vedette::exec
