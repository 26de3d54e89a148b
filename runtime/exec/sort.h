// Sorts rows, or keeps the first N of the order.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "runtime/exec/row_buffer.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

/// Equal rows keep the order of the input. Strings compare as UTF-8 bytes, NaN is below all other
/// numbers, dynamics compare by `compare(DynamicView, DynamicView)`.
struct SortParameters {
  struct Key {
    uint32_t column;
    bool descending = true;
    bool nulls_first = false;
  };
  std::vector<Type> types;  // of the input's columns
  std::vector<Key> keys;
  std::optional<int64_t> limit = {};
  /// The output has only the first so many columns of the input (keys may come after them).
  uint32_t output_columns = 0;
};

/// The outcome of a SortSink.
struct SortedRows {
  explicit SortedRows(SortParameters parameters) : parameters(std::move(parameters)) {}

  const SortParameters parameters;
  std::unique_ptr<RowBuffer> buffer;
  std::vector<RowPlace> order;  // the rows of the output
};

class SortSink : public Sink {
 public:
  explicit SortSink(std::shared_ptr<SortedRows> sorted) : sorted_(std::move(sorted)) {}

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void begin(Worker& worker, Local& local) override;
  bool take(Batch& batch, Worker& worker, Local& local) override;
  void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) override;

 private:
  std::shared_ptr<SortedRows> sorted_;
};

/// The sorted rows, in order.
class SortedSource : public Source {
 public:
  explicit SortedSource(std::shared_ptr<const SortedRows> sorted) : sorted_(std::move(sorted)) {}

  std::string describe() const override { return "rows in order"; }
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::shared_ptr<const SortedRows> sorted_;
};

}  // namespace vedette::exec
