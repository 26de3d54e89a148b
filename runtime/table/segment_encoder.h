// Encodes one column of an extent, block by block, and chooses how by measuring the data.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/column/vector.h"
#include "runtime/table/appender.h"
#include "runtime/table/dictionary_encoder.h"
#include "runtime/table/segment.h"
#include "runtime/table/text_page.h"

namespace vedette::storage {

/// A segment whose bytes have no place in a file yet.
struct EncodedSegment {
  Segment segment;                         // places have size and checksum; offsets come later
  std::vector<std::vector<char>> blocks;   // one a block of the segment
  std::vector<std::vector<char>> entries;  // of the dictionary: one, or none
};

/// Encodes the values of one column. For one thread at a time; different columns are independent.
///
/// The rules, for EncodingChoice::Measured:
///   one value in all rows (or all null)            -> Constant
///   bool                                           -> Bits
///   int, long, datetime, timespan                  -> Packed, each page as its own values need it
///   string, dynamic, guid with few distinct values -> Dictionary: at most a quarter of the rows
///   and
///                                                     131,072, 64 MB in all. Given up as soon as
///                                                     that is unlikely
///   real, decimal, guid                            -> Plain. Never a dictionary for the first two:
///                                                     its entries are distinct bytes, but 0.0 is
///                                                     -0.0 and 1.0 is 1.00
///   string, dynamic                                -> Text, with the codec that `choose_codec`
///   finds
class SegmentEncoder {
 public:
  SegmentEncoder(ColumnSchema column, EncodingChoice choice, bool compress);

  /// The next rows, as a flat vector: block_rows of them, fewer only for the last time.
  void add_block(const Vector& values, uint32_t rows);
  /// The same for rows that are all null (strings: empty).
  void add_nulls(uint32_t rows);
  /// Bytes held that will go to the file, roughly.
  uint64_t bytes() const { return bytes_ + dictionary_.bytes() + codes_.size() * 2; }
  /// The segment; the encoder starts again with the next one.
  EncodedSegment finish();

 private:
  void look_for_constant(const Vector& values, uint32_t rows);
  /// False when it gave up the dictionary: the block is not in.
  bool add_codes(const Vector& values, uint32_t rows);
  bool dictionary_is_hopeless(uint32_t rows_seen) const;
  void give_up_dictionary();
  void encode_block(const Vector& values, uint32_t rows);
  void encode_leading_nulls();
  uint32_t null_code();
  void push_block(const std::vector<char>& block);
  void finish_dictionary(EncodedSegment& result);

  ColumnSchema column_;
  EncodingChoice choice_;
  bool compress_;

  std::vector<ZoneMap> zones_;
  std::vector<std::vector<char>> blocks_;
  uint64_t bytes_ = 0;
  uint32_t rows_ = 0;

  bool all_same_ = true;
  std::string first_value_;

  bool collecting_ = false;  // codes instead of blocks, until the dictionary pays or is given up
  DictionaryEncoder dictionary_;
  std::vector<uint32_t> codes_;
  std::vector<uint32_t> last_block_;  // in which each entry was seen last
  static constexpr uint32_t no_block = ~uint32_t{0};

  uint32_t leading_nulls_ = 0;  // blocks that are null so far, and not encoded as long as all are

  bool codec_known_ = false;
  Codec codec_ = Codec::None;
};

}  // namespace vedette::storage
