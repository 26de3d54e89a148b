// Rows of a lookup: those of one table beside those that are found in another.
#pragma once

#include <vector>

#include "runtime/plugin/cells.h"

namespace vedette::plugin {

/// Writes pairs of rows: the shown columns of both inputs.
class PairWriter {
 public:
  PairWriter(TableCall& call, size_t first_left, size_t first_right) : call_(call) {
    const auto take = [](const WholeTable& table, size_t first, std::vector<Cells>& cells) {
      for (size_t i = first; i < table.columns.size(); ++i) cells.emplace_back(table.columns[i]);
    };
    take(call.inputs[0], first_left, left_);
    take(call.inputs[1], first_right, right_);
  }
  void write(size_t left, size_t right) {
    for (size_t i = 0; i < left_.size(); ++i) left_[i].append_to(call_.out[i], left);
    for (size_t i = 0; i < right_.size(); ++i) {
      right_[i].append_to(call_.out[left_.size() + i], right);
    }
  }
  void write_alone(size_t left) {
    for (size_t i = 0; i < left_.size(); ++i) left_[i].append_to(call_.out[i], left);
    for (size_t i = 0; i < right_.size(); ++i) call_.out[left_.size() + i].append_null();
  }

 private:
  TableCall& call_;
  std::vector<Cells> left_, right_;
};

}  // namespace vedette::plugin
