// Joins: one side is built into a hash table, the other probes it.
#pragma once

#include <memory>
#include <vector>

#include "runtime/exec/row_buffer.h"
#include "runtime/exec/stage.h"

namespace vedette::exec {

enum class JoinKind {
  InnerUnique,  // the left side keeps the first row of each key; build_left must be set
  Inner,
  LeftOuter,
  RightOuter,
  FullOuter,
  LeftSemi,
  LeftAnti,
  RightSemi,
  RightAnti,
};

/// Rows pair up when all keys are equal; null keys never match (empty strings do). Output: the left
/// columns, then the right ones; for semi and anti joins only those of their side.
struct JoinParameters {
  JoinKind kind = JoinKind::Inner;
  bool build_left = false;                       // which side goes into the table: the smaller one
  std::vector<Type> left_types, right_types;     // of the columns of both inputs
  std::vector<uint32_t> left_keys, right_keys;   // columns of both inputs, pairwise of one type
  uint32_t left_columns = 0, right_columns = 0;  // the first so many columns are given out
  /// Built rows that are equal may be paired as one; a last column (long) says how many a pair
  /// stands for. Only for inner joins.
  bool counts_copies = false;
};

class JoinTable;

/// What both pipelines of a join share.
class Join {
 public:
  explicit Join(JoinParameters parameters);
  ~Join();

  const JoinParameters& parameters() const { return parameters_; }

 private:
  friend class JoinBuildSink;
  friend class JoinProbeStage;

  const JoinParameters parameters_;
  std::unique_ptr<JoinTable> table_;
};

/// Takes the side that is built.
class JoinBuildSink : public Sink {
 public:
  explicit JoinBuildSink(std::shared_ptr<Join> join) : join_(std::move(join)) {}

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void begin(Worker& worker, Local& local) override;
  bool take(Batch& batch, Worker& worker, Local& local) override;
  void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) override;

 private:
  std::shared_ptr<Join> join_;
};

/// Takes the other side, batch by batch, and gives out the joined rows; those of the built side
/// that need all of the probes (outer, semi, anti) at the end.
class JoinProbeStage : public Stage {
 public:
  explicit JoinProbeStage(std::shared_ptr<Join> join) : join_(std::move(join)) {}

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;
  size_t tail_morsels(QueryContext& query) override;
  void run_tail(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::shared_ptr<Join> join_;
};

}  // namespace vedette::exec
