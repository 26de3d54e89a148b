// Puts lists, maps and structs of a Parquet file back together, as dynamic values.
#pragma once

#include <string>

#include "runtime/ingest/parquet/reader.h"
#include "runtime/value/dynamic_builder.h"

namespace vedette::parquet {

/// Goes through the rows of one column of a batch.
class Assembler {
 public:
  Assembler(const Batch& batch, const Node& column);

  /// Builds the value of the next row, or returns false for a null. Throws Problem when the levels
  /// of the leaves do not agree with each other.
  bool next(DynamicBuilder& builder);

  /// Whether text of the last row was not UTF-8.
  bool repaired() const { return repaired_; }

 private:
  /// A place in the entries of a leaf.
  struct Place {
    const Leaf* leaf;
    const LeafSlice* slice;
    size_t entries;
    size_t entry = 0;
    size_t value = 0;

    uint16_t definition() const {
      return leaf->defined == 0 ? uint16_t{0} : slice->definitions[entry];
    }
  };

  Place& first_of(const Node& node);
  bool is_null(const Node& node);
  bool goes_on(const Node& list);
  void pass(const Node& node);
  void add(const Node& node, DynamicBuilder& builder);
  void add_content(const Node& node, DynamicBuilder& builder);
  void add_value(Place& place, DynamicBuilder& builder);
  void add_key(const Node& node, DynamicBuilder& builder);

  const Node& column_;
  std::vector<Place> places_;
  std::string text_;
  bool repaired_ = false;
};

/// Adds a value by itself.
/// `repaired` becomes true for text that is not UTF-8.
void add_leaf_value(const Leaf& leaf, const Values& values, size_t at, std::string& scratch,
                    DynamicBuilder& builder, bool& repaired);

}  // namespace vedette::parquet
