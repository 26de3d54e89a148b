// The file that keeps what could not be read.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace vedette {

/// Writes refused records as NDJSON objects of source, line, reason and record. There is no file
/// before the first of them.
class RejectsFile {
 public:
  /// An empty path: nowhere. `append` keeps what the file has; otherwise it begins anew.
  RejectsFile(std::string path, bool append, std::string source)
      : path_(std::move(path)), append_(append), source_(std::move(source)) {}
  ~RejectsFile();
  RejectsFile(const RejectsFile&) = delete;
  RejectsFile& operator=(const RejectsFile&) = delete;

  /// Throws QueryError `ING0005` when the file cannot be written.
  void add(uint64_t line, std::string_view reason, std::string_view record);
  /// Hands everything to the system; throws as `add`.
  void flush();
  /// The path, if anything was written.
  std::string written_to() const { return file_ == nullptr ? std::string() : path_; }

 private:
  [[noreturn]] void fail() const;

  std::string path_;
  bool append_;
  std::string source_;
  std::FILE* file_ = nullptr;
  std::string line_;
};

}  // namespace vedette
