// What time it is: when rows are ingested, and which have been kept long enough.
#pragma once

#include "runtime/value/value.h"

namespace vedette {

/// The system's clock. Queries have a clock of their own, which users may set.
Datetime system_time();

}  // namespace vedette
