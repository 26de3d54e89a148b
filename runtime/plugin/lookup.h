// Plugins that look rows up in another table: by address, by place.
#pragma once

#include <memory>

#include "runtime/function/table_function.h"

namespace vedette::plugin {

/// What an address lookup reads of each of its two inputs, in this order: the address (version 4: a
/// long, version 6: its text in full), its text as it was written, `keys` columns that must be
/// equal, and the columns that are shown.
struct AddressLookup {
  size_t keys;
  bool keep_unmatched;
  bool version6;
};
std::shared_ptr<const TableFunction> address_lookup(AddressLookup parameters);

/// A lookup by an expression over a row of each input. The first input has `scope` columns that the
/// expression reads, then those that are shown; the second has one and then those that are shown.
struct ConditionLookup {
  size_t scope;
  bool keep_unmatched;
};
std::shared_ptr<const TableFunction> condition_lookup(ConditionLookup parameters);

}  // namespace vedette::plugin
