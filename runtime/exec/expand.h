// mv-expand: one row for each element of arrays and bags.
#pragma once

#include <optional>
#include <vector>

#include "runtime/exec/stage.h"

namespace vedette::exec {

/// All items are expanded in step, up to the longest; shorter ones give null. A null gives one row
/// with null, an empty array or bag none; what is neither array nor bag is its own only element.
/// The bag {"a":1,"b":2} gives {"a":1} and {"b":2}.
struct ExpandParameters {
  struct Item {
    uint32_t source;  // a column of the input, of type dynamic
    Type type;        // of the result: dynamic as it is, others cast (null when that fails)
  };
  /// The output: columns of the input, elements of items, the index of the element (long).
  struct Output {
    enum class What : uint8_t { Column, Item, Index } what;
    uint32_t number = 0;  // of the column or item
  };
  std::vector<Item> items;
  std::vector<Output> outputs;
  bool bags_as_arrays = false;        // elements of bags are [key, value]
  std::optional<int64_t> limit = {};  // elements of a row, at most
};

class ExpandStage : public Stage {
 public:
  explicit ExpandStage(ExpandParameters parameters) : parameters_(std::move(parameters)) {}

  std::string describe() const override;
  std::unique_ptr<Local> make_local(Worker& worker) override;
  bool push(Batch& batch, Worker& worker, Local* local, Emit& onward) override;

 private:
  const ExpandParameters parameters_;
};

}  // namespace vedette::exec
