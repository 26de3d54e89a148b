// Groups rows by keys and folds each group into states of aggregates.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "runtime/exec/stage.h"
#include "runtime/function/aggregate.h"

namespace vedette::exec {

/// What is grouped and computed. Groups come in the order of their first rows. The input's columns
/// are prepared by a program before: keys, arguments and conditions.
struct AggregateParameters {
  struct Call {
    const AggregateBody* body;
    std::vector<uint32_t> arguments;  // columns of the input
    std::vector<Type> argument_types;
    std::optional<uint32_t> condition =
        {};                     // a bool column: rows where it is not true are left out
    std::vector<Type> results;  // one a result column
    std::string name = {};      // for explain
  };
  std::vector<uint32_t> keys;  // columns of the input; none: one group, also of no rows
  std::vector<Type> key_types;
  std::vector<Call> calls;  // none: distinct
};

/// The groups of one aggregation: filled by AggregateSink, read by GroupSource.
class Groups {
 public:
  explicit Groups(AggregateParameters parameters);
  ~Groups();

  const AggregateParameters& parameters() const { return parameters_; }

 private:
  friend class AggregateSink;
  friend class GroupSource;

  struct Outcome;

  const AggregateParameters parameters_;
  std::unique_ptr<Outcome> outcome_;
};

class AggregateSink : public Sink {
 public:
  explicit AggregateSink(std::shared_ptr<Groups> groups) : groups_(std::move(groups)) {}

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void begin(Worker& worker, Local& local) override;
  bool take(Batch& batch, Worker& worker, Local& local) override;
  void finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) override;

 private:
  std::shared_ptr<Groups> groups_;
};

/// One row a group: keys, then the results of the calls. Can be run once only when a body's
/// `result` changes its state; run by one pipeline.
class GroupSource : public Source {
 public:
  explicit GroupSource(std::shared_ptr<Groups> groups) : groups_(std::move(groups)) {}

  std::string describe() const override { return "groups"; }
  size_t morsels(QueryContext& query) override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  void run(size_t morsel, Worker& worker, Local* local, Emit& onward) override;

 private:
  std::shared_ptr<Groups> groups_;
};

}  // namespace vedette::exec
