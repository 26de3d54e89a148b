// The tables everybody knows: those of Microsoft Sentinel and Defender, with their columns.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runtime/table/schema.h"

namespace vedette {

/// The declared schema of a well-known table; names are case-sensitive.
std::optional<TableSchema> find_catalogue_table(std::string_view name);

/// The names of all tables of the catalogue, sorted. They live forever.
const std::vector<std::string_view>& catalogue_table_names();

/// The text of the catalogue: the files of `catalogue/`, one behind the other. Lines that begin
/// with `#` are comments; `table NAME` and `group NAME` begin a list of words, in which `:type`
/// says the type of the columns that follow, `+NAME` stands for the columns of a group, and
/// anything else is the name of a column.
std::string_view catalogue_text();

}  // namespace vedette
