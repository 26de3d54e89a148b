// The order of kept rows: which of two comes first, and a number that usually knows.
#pragma once

#include <span>
#include <vector>

#include "runtime/exec/row_buffer.h"
#include "runtime/exec/sort.h"

namespace vedette::exec {

/// Which of two values of one type comes first. Strings compare as UTF-8 bytes, NaN is below all
/// other numbers.
std::weak_ordering compare_values(Type type, const Reader& a, uint32_t row_a, const Reader& b,
                                  uint32_t row_b);

/// Numbers that are in order as the key says: a smaller one comes first, equal ones may be apart.
/// One for each selected row of `column`.
void order_prefixes(const SortParameters::Key& key, const Vector& column, Selection selection,
                    std::vector<uint64_t>& prefixes);

/// A row and where its first key puts it.
struct OrderedRow {
  uint64_t prefix;
  RowPlace place;
};

/// Compares the rows of a buffer by the keys, then by a long column that holds their place in the
/// input. The buffer must not change meanwhile.
class RowOrder {
 public:
  RowOrder(const RowBuffer& buffer, std::span<const SortParameters::Key> keys,
           uint32_t place_column);

  /// All rows, not in order yet.
  std::vector<OrderedRow> rows() const;

  bool operator()(const OrderedRow& a, const OrderedRow& b) const {
    return a.prefix != b.prefix ? a.prefix < b.prefix : comes_first(a.place, b.place);
  }

 private:
  struct Column {
    SortParameters::Key key;
    Type type;
    std::vector<Reader> chunks;
  };

  bool comes_first(RowPlace a, RowPlace b) const;

  const RowBuffer& buffer_;
  std::vector<Column> columns_;
  std::vector<Reader> places_;
};

}  // namespace vedette::exec
