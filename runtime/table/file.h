// Files as storage needs them: whole, durable, mapped; and errors that say which file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vedette::storage {

// Functions that change files throw QueryError KQL0604 and name the file and the reason.

/// A file being written. Its name is temporary until `publish`; without it the file is removed.
class NewFile {
 public:
  /// Creates `path` + ".tmp".
  explicit NewFile(std::string path);
  ~NewFile();
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;

  void write(std::string_view bytes);
  uint64_t size() const { return size_; }
  /// Asks the system to begin to write out, without waiting.
  void start_writing_out();
  /// Waits until the bytes are on disk, and closes the file. Once.
  void sync();
  /// Syncs if need be, and gives the file its name. Durable when its directory is synced too.
  void publish();

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  bool published_ = false;
};

/// Makes names in a directory durable.
void sync_directory(const std::string& path);
void create_directories(const std::string& path);
/// Removes a file if it is there; failing is no error, what is left over is removed at the next
/// open.
void remove_file(const std::string& path);

/// The names in a directory, nothing if it cannot be read.
std::vector<std::string> names_in(const std::string& directory);
bool is_directory(const std::string& path);
/// A whole small file; nothing (and errno) if it cannot be read.
std::optional<std::string> read_file(const std::string& path);

/// A file mapped for reading, or bytes in memory.
class MappedBytes {
 public:
  /// Throws QueryError KQL0605 when the file cannot be mapped.
  static MappedBytes map(const std::string& path);
  /// `bytes` copied to memory that is aligned as a mapped file is.
  static MappedBytes copy(std::span<const std::string_view> pieces);
  ~MappedBytes();
  MappedBytes(MappedBytes&& other) noexcept;
  MappedBytes& operator=(MappedBytes&&) = delete;

  std::string_view bytes() const { return {data_, size_}; }

 private:
  MappedBytes(char* data, size_t size, bool mapped) : data_(data), size_(size), mapped_(mapped) {}

  char* data_;
  size_t size_;
  bool mapped_;
};

/// The lock that its owner holds on a database; released at the end, also when the process dies.
class OwnerLock {
 public:
  /// Throws KQL0602 when somebody else holds it.
  explicit OwnerLock(const std::string& path, const std::string& database);
  ~OwnerLock();
  OwnerLock(const OwnerLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace vedette::storage
