// The three roles of a pipeline: a source makes batches, stages change them, a sink keeps them.
//
// Threads share these objects and take morsels from the source; what a thread needs for itself it
// keeps in a Local. The batches of a morsel are made and taken by one thread, in order. Morsels are
// numbered in the order of the rows (`Worker::sequence`), so a sink that must keep the order of its
// input can put the pieces together again.
//
// Dictionaries that a batch refers to live until the query ends; everything else of a batch lives
// until its `push` or `take` returns.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/column/batch.h"
#include "runtime/exec/query_context.h"
#include "runtime/function/kernel_context.h"

namespace vedette::exec {

/// One thread at work on one pipeline.
struct Worker {
  explicit Worker(QueryContext& query) : query(query) {}

  QueryContext& query;
  KernelContext kernel;   // its arena is set by whoever runs a program
  Counters counters;      // added to the query's when the pipeline ends
  uint64_t sequence = 0;  // number of the current morsel in the pipeline's input
};

/// What one thread keeps for a source, stage or sink.
class Local {
 public:
  virtual ~Local() = default;
};

/// Takes batches on their way down the pipeline.
class Emit {
 public:
  virtual ~Emit() = default;
  /// May change the batch. False: no more rows of this morsel are wanted.
  virtual bool push(Batch& batch) = 0;
};

/// What `explain --analyze` shows of a part: the rows and batches it gave on, and its own time.
struct Metrics {
  std::atomic<int64_t> rows = 0;
  std::atomic<int64_t> batches = 0;
  std::atomic<int64_t> nanoseconds = 0;
};

/// What sources, stages and sinks have in common.
class Part {
 public:
  virtual ~Part() = default;
  /// One line for explain: `scan SigninLogs [TimeGenerated, ResultType]`; further lines (programs)
  /// are shown below it.
  virtual std::string describe() const = 0;

  Metrics metrics;
};

/// Makes batches.
class Source : public Part {
 public:
  /// How many pieces of work there are. Asked once per run, after all earlier pipelines ended.
  virtual size_t morsels(QueryContext& query) = 0;
  virtual std::unique_ptr<Local> make_local(Worker&) { return nullptr; }
  /// Pushes the batches of one morsel, until there are no more or none is wanted.
  virtual void run(size_t morsel, Worker& worker, Local* local, Emit& onward) = 0;
};

/// Changes batches: narrows them, computes columns, makes several of one.
class Stage : public Part {
 public:
  virtual std::unique_ptr<Local> make_local(Worker&) { return nullptr; }
  /// Pushes on what becomes of a batch; false when no more rows of this morsel are wanted.
  virtual bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) = 0;
  /// The morsel ended: pushes on what was held back.
  virtual void flush(Worker&, Local*, Emit&) {}
  /// Further morsels once all of the input has passed: unmatched rows of an outer join.
  virtual size_t tail_morsels(QueryContext&) { return 0; }
  virtual void run_tail(size_t, Worker&, Local*, Emit&) {}
};

/// Keeps what comes out of a pipeline.
class Sink : public Part {
 public:
  virtual std::unique_ptr<Local> make_local(Worker& worker) = 0;
  /// A morsel begins (`worker.sequence`); the rows until `end` belong to it.
  virtual void begin(Worker&, Local&) {}
  /// False: no more rows of this morsel are wanted.
  virtual bool take(Batch& batch, Worker& worker, Local& local) = 0;
  virtual void end(Worker&, Local&) {}
  /// True when further morsels cannot change the outcome.
  virtual bool full() const { return false; }
  /// All rows were taken. Called once, also when there were none.
  virtual void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) = 0;
};

}  // namespace vedette::exec
