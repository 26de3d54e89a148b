// What travels between stages: some rows of some columns.
#pragma once

#include <vector>

#include "runtime/column/vector.h"

namespace vedette {

/// Up to `batch_rows` rows. `selection` says which of them are alive; the vectors are aligned with
/// row numbers, not with the selection.
struct Batch {
  uint32_t rows = 0;
  Selection selection;
  std::vector<Vector> columns;
  Arena* arena = nullptr;  // where vectors made for this batch live; cleared before the next one
};

}  // namespace vedette
