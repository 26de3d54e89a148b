// From the records of a Windows event log to rows.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "runtime/ingest/chunk.h"

namespace vedette {

/// Makes rows for a table of this name. `SecurityEvent` and `Event` get the columns that agents
/// fill in these tables, any other table those of `WindowsEvent`. `SecurityEvent` takes the events
/// of its channels alone; the others are counted in ParsedChunk::left_out.
std::unique_ptr<RecordParser> make_event_parser(std::string_view table);

}  // namespace vedette
