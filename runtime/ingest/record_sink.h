// What both record parsers do with the values of a record: put them into cells, and note what
// does not fit and what has no column yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/ingest/cells.h"
#include "runtime/ingest/chunk.h"

namespace vedette {

/// A field of the input, by its place in the list of fields a parser keeps.
struct FieldTarget {
  std::string name;
  uint32_t column = no_column;
  uint16_t kinds = SawNothing;  // seen in this chunk, when there is no column
  bool seen = false;            // in this chunk, when there is no column
};

/// Collects one record after the other into a parsed chunk. A record counts only once it is
/// accepted; one that is refused leaves no trace.
class RecordSink {
 public:
  explicit RecordSink(ParsedChunk& parsed) : parsed_(parsed), writer_(parsed.texts) {}

  // Values of the current record. `false` means that the value is broken and the record with it.
  bool text(FieldTarget& field, std::string_view text);
  bool delimited(FieldTarget& field, std::string_view text);
  bool number(FieldTarget& field, std::string_view token);
  bool boolean(FieldTarget& field, bool value);
  bool container(FieldTarget& field, std::string_view json);
  void null(FieldTarget& field) { note(field, SawNothing); }

  void accept(const RecordPlace& place);
  void refuse(const RecordPlace& place, std::string reason);

  /// Hands over what was seen of fields without a column.
  void finish();

 private:
  struct Misfit {
    uint32_t column;
    std::string_view text;
  };

  /// The column of a field, or nullptr when it has none or has got its value already.
  CellColumn* claim(FieldTarget& field);
  bool done(Put put, const FieldTarget& field, std::string_view text);
  void note(FieldTarget& field, uint16_t kinds);

  ParsedChunk& parsed_;
  CellWriter writer_;
  std::vector<uint32_t> touched_;  // columns of the current record
  std::vector<Misfit> misfits_;
  std::vector<std::pair<FieldTarget*, uint16_t>> noted_;
  std::vector<FieldTarget*> new_fields_;
  uint64_t repeated_ = 0;
};

}  // namespace vedette
