// Cuts the text of an input into records without understanding them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/ingest/format.h"

namespace vedette {

/// Where a record lies in its chunk. `line` counts from 0 at the chunk's first line.
struct RecordPlace {
  size_t start = 0;
  size_t size = 0;
  uint64_t line = 0;
};

/// Finds where records end. Keeps what it must know between one piece of text and the next, such as
/// being inside of an envelope.
class Framer {
 public:
  virtual ~Framer() = default;

  /// Looks at `text`, which goes on where the last call left off, and returns how many of its bytes
  /// hold whole records; the rest must be shown again with more behind it. 0 means that `text` is
  /// too short to hold a record. With `at_end` nothing more will come and everything is taken.
  /// Places of records are appended to `records` by framers that see them in passing.
  virtual size_t frame(std::string_view text, bool at_end, std::vector<RecordPlace>& records) = 0;

  /// True when `frame` leaves it to `split_lines` to find the records.
  virtual bool leaves_lines() const { return false; }
};

std::unique_ptr<Framer> make_framer(const Dialect& dialect);

/// One record per line that is not blank. Returns the number of line ends.
uint64_t split_lines(std::string_view text, std::vector<RecordPlace>& records);

/// The end of the JSON value (object, array or string) that begins at `start`, or npos when it does
/// not end in `text`. Only brackets and quotes are looked at; a line end inside of a string
/// ends everything, so that a lost quote does not spoil all records that follow.
size_t end_of_json(std::string_view text, size_t start);

/// What a look at the beginning of a top-level object says.
enum class Envelope : uint8_t { No, Yes, TooShort };

/// Whether the object at `start` is an envelope, `{"Records": [{..}, ..]}`, whose array holds the
/// records (`Records`, `records` or `value`, perhaps after `@odata...`, `nextLink` or `count`). If
/// so, `inside` becomes the place behind the array's bracket.
Envelope look_for_envelope(std::string_view text, size_t start, bool at_end, size_t& inside);

}  // namespace vedette
