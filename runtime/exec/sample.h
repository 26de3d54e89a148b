// sample: some random rows of the input.
#pragma once

#include <memory>

#include "runtime/exec/buffer.h"
#include "runtime/exec/sort.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

/// Keeps `count` random rows, in the order of the input; all when there are no more.
class SampleSink : public Sink {
 public:
  SampleSink(std::shared_ptr<Rows> rows, int64_t count);

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void begin(Worker& worker, Local& local) override;
  bool take(Batch& batch, Worker& worker, Local& local) override;
  void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) override;

 private:
  std::shared_ptr<Rows> rows_;
  const int64_t count_;
  std::shared_ptr<SortedRows> sorted_;  // by a random number
  SortSink sort_;
};

}  // namespace vedette::exec
