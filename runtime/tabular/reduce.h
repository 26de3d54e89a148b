// reduce: texts that are alike, as patterns.
#pragma once

#include <memory>
#include <string>

#include "runtime/function/table_function.h"

namespace vedette::tabular {

/// The input has distinct texts and how often each occurs. Words of a text that occur often at
/// their place stay; what is between them becomes `*`. Texts whose pattern is rare are the others.
struct ReduceParameters {
  double threshold = 0.1;  // the part of all rows that makes a word or a pattern frequent
  std::string separators;  // between words; empty: all but letters and digits of ASCII
  bool each_text = false;  // the output has one row a text, which comes first; else one a pattern
};

std::shared_ptr<const TableFunction> reduce(ReduceParameters parameters);

}  // namespace vedette::tabular
