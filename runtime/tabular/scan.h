// scan: rows in order, matched against steps that remember what matched before.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// What the binder found out about a scan. Input columns are the first columns of the input; slots
/// are the columns that steps assign to: declared ones, and input columns under a new value.
struct ScanParameters {
  struct Slot {
    Type type;
    Value otherwise;                 // until a step assigns a value
    std::optional<uint32_t> column;  // the input column whose value it has until then
  };
  /// A column of the scope that expressions read.
  struct Seen {
    std::optional<uint32_t> step;  // the state of a step; none: the row at hand
    bool slot = false;
    uint32_t at = 0;  // input column or slot
  };
  enum class Output { All, Last, None };
  struct Assignment {
    uint32_t slot;
    uint32_t expression;
  };
  struct Step {
    std::string name;
    bool optional = false;
    Output output = Output::All;
    std::optional<uint32_t> row_condition = {};  // reads the input alone
    std::optional<uint32_t> condition = {};
    std::vector<Assignment> assignments = {};
  };
  /// A column of the output: an input column or a slot; neither: the number of the match.
  struct Shown {
    std::optional<uint32_t> column;
    std::optional<uint32_t> slot;
  };
  std::vector<Slot> slots;
  std::vector<Seen> scope;
  std::vector<Step> steps;
  std::vector<Shown> shown;
  uint32_t partition_columns = 0;  // the last columns of the input; rows come group after group
};

std::shared_ptr<const TableFunction> scan(ScanParameters parameters);

}  // namespace vedette::tabular
