// diffpatterns_text: runs of words that two sets of texts have in different shares.
#pragma once

#include <memory>

#include "runtime/function/table_function.h"

namespace vedette::plugin {

/// The input has a text and the set it is in (a bool). The output has the numbers and shares of
/// rows of both sets, and the words.
struct TextPatterns {
  int64_t least_words = 1;
  int64_t most_words = 20;
  double threshold = 0.05;
};
std::shared_ptr<const TableFunction> text_patterns(TextPatterns parameters);

}  // namespace vedette::plugin
