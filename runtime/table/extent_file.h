// The bytes of an extent, checked before they are believed, and the dictionaries decoded from them.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/table/file.h"
#include "runtime/table/segment.h"
#include "runtime/table/segment_encoder.h"

namespace vedette::storage {

/// An extent in the form in which it is written: header, segments, description, trailer.
class EncodedExtent {
 public:
  EncodedExtent(uint64_t id, std::string table, uint32_t rows,
                std::vector<EncodedSegment> segments);
  /// The whole file, piece by piece; the pieces point into this object.
  const std::vector<std::string_view>& pieces() const { return pieces_; }
  uint64_t size() const { return size_; }
  uint32_t rows() const { return description_.rows; }

 private:
  void add_piece(std::string_view bytes);
  /// Places bytes at the next aligned offset.
  void place(Place& place, const std::vector<char>& bytes);

  ExtentDescription description_;
  std::vector<EncodedSegment> segments_;
  ExtentHeader header_;
  ExtentTrailer trailer_;
  std::string description_bytes_;
  std::vector<std::string_view> pieces_;
  uint64_t size_ = 0;
};

/// What the manifest says of an extent.
struct ExtentEntry {
  uint64_t id = 0;
  uint32_t rows = 0;
  uint64_t bytes = 0;
  /// When all of its rows were ingested, in ticks. Nothing: the file has a time for each row.
  std::optional<int64_t> ingested = {};
};

std::string extent_file_name(uint64_t id);

}  // namespace vedette::storage

namespace vedette {

/// A file of an extent, open. Safe to use from several threads.
class ExtentFile {
 public:
  /// Maps a file. One that is missing or has the wrong size throws when it is first used, not here,
  /// so that it does not keep the rest of a database from being read; `missing` tells.
  ExtentFile(const storage::ExtentEntry& entry, std::string directory, std::string table);
  /// In memory.
  ExtentFile(const storage::ExtentEntry& entry, const storage::EncodedExtent& extent,
             std::string table);

  const storage::ExtentEntry& entry() const { return entry_; }
  /// Its rows were ingested at this time. Before anything is read of them.
  void set_ingested(int64_t ticks) { entry_.ingested = ticks; }
  bool missing() const { return !bytes_; }

  /// The segment of a column; nullptr when the column is younger than the extent.
  const storage::Segment* segment(uint32_t column) const;
  /// The checked bytes of a block.
  std::string_view block(const storage::Segment& segment, uint32_t block) const;
  /// The checked, decoded dictionary of a segment that has one.
  const Dictionary* dictionary(const storage::Segment& segment) const;

  /// Throws KQL0605: `what` is wrong with the segment.
  [[noreturn]] void damaged(const storage::Segment* segment, std::string_view what) const;

 private:
  /// What is found out about a segment while it is read.
  struct Progress {
    std::atomic<uint32_t> checked_blocks = 0;  // a bit a block
    std::atomic<const Dictionary*> dictionary = nullptr;
    std::mutex loading;
    Dictionary loaded;
  };

  const storage::ExtentDescription& description() const;
  void load_description() const;
  std::string_view checked(const storage::Segment& segment, const storage::Place& place,
                           std::string_view what) const;
  Dictionary load_dictionary(const storage::Segment& segment) const;
  Progress& progress_of(const storage::Segment& segment) const;

  storage::ExtentEntry entry_;
  std::string table_;
  std::string path_;  // "(memory)" when there is no file
  std::optional<storage::MappedBytes> bytes_;
  std::string unusable_;  // why there are no bytes

  mutable std::mutex loading_;
  mutable std::atomic<bool> loaded_ = false;
  mutable storage::ExtentDescription description_;
  mutable std::unique_ptr<Progress[]> progress_;
};

}  // namespace vedette
