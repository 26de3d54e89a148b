// Rows as bytes: how they wait in the outbox until they are in their table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/plan/schema_source.h"
#include "compiler/session/session.h"
#include "runtime/value/value.h"

namespace vedette::rules {

/// Rows with the columns they have.
struct PackedRows {
  plan::TableColumns columns;
  std::vector<std::vector<Value>> rows;
};

std::string pack_rows(const ResultTable& rows);
std::string pack_row(const plan::TableColumns& columns, const std::vector<Value>& row);

/// Throws QueryError RUL0602 when the bytes are not what `pack_rows` makes.
PackedRows unpack_rows(std::string_view bytes);

}  // namespace vedette::rules
