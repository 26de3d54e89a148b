// What Kusto says a type is stored as: `System.Int64`, shown by getschema and `.show` commands.
#pragma once

#include <string_view>

#include "runtime/value/type.h"

namespace vedette {

/// The name of the .NET type behind a type of the language.
std::string_view storage_type_of(Type type);

}  // namespace vedette
