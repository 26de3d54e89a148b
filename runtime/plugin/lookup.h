// Plugins that look rows up in another table: by address, by shape.
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

/// A lookup of points in shapes. The first input has longitude, latitude and the number of the
/// smallest S2 cell, then what is shown; the second the shape and the numbers of cells that cover
/// it, then what is shown. Of a point and a shape whose cells hold it an expression over longitude,
/// latitude and shape says whether they match.
struct ShapeLookup {
  bool keep_unmatched;
};
std::shared_ptr<const TableFunction> shape_lookup(ShapeLookup parameters);

}  // namespace vedette::plugin
