#include "runtime/ingest/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <vector>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette {

namespace {

constexpr size_t packed_block = 256 * 1024;

[[noreturn]] void fail_to_read(const std::string& path, int error) {
  throw QueryError(ErrorKind::Runtime, "ING0001",
                   fmt::format("cannot read '{}': {}", path == "-" ? "standard input" : path,
                               std::generic_category().message(error)));
}

[[noreturn]] void fail_to_unpack(std::string_view what) {
  throw QueryError(ErrorKind::Runtime, "ING0002", std::string(what));
}

}  // namespace

bool ByteSource::read_at(uint64_t, char*, size_t) {
  return false;
}

namespace {

class FileSource : public ByteSource {
 public:
  explicit FileSource(std::string path) : path_(std::move(path)) {
    file_ = path_ == "-" ? STDIN_FILENO : ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (file_ < 0) fail_to_read(path_, errno);
    struct stat status = {};
    if (::fstat(file_, &status) != 0) fail_to_read(path_, errno);
    if (S_ISDIR(status.st_mode)) fail_to_read(path_, EISDIR);
    if (S_ISREG(status.st_mode)) total_ = static_cast<uint64_t>(status.st_size);
    ::posix_fadvise(file_, 0, 0, POSIX_FADV_SEQUENTIAL);
  }
  ~FileSource() override {
    if (file_ != STDIN_FILENO) ::close(file_);
  }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  size_t read(char* into, size_t capacity) override {
    while (true) {
      const ssize_t got = ::read(file_, into, capacity);
      if (got >= 0) {
        consumed_ += static_cast<uint64_t>(got);
        return static_cast<size_t>(got);
      }
      if (errno != EINTR) fail_to_read(path_, errno);
    }
  }
  bool read_at(uint64_t offset, char* into, size_t count) override {
    if (total_ == 0) return false;
    consumed_ = std::min(consumed_ + count, total_);
    while (count > 0) {
      const ssize_t got = ::pread(file_, into, count, static_cast<off_t>(offset));
      if (got < 0 && errno != EINTR) fail_to_read(path_, errno);
      if (got == 0) fail_to_unpack("the file has become shorter");
      if (got <= 0) continue;
      into += got;
      offset += static_cast<uint64_t>(got);
      count -= static_cast<size_t>(got);
    }
    return true;
  }
  uint64_t consumed() const override { return consumed_; }
  uint64_t total() const override { return total_; }

 private:
  std::string path_;
  int file_ = -1;
  uint64_t consumed_ = 0;
  uint64_t total_ = 0;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view text) : text_(text) {}

  size_t read(char* into, size_t capacity) override {
    const size_t count = std::min(capacity, text_.size() - at_);
    if (count > 0) std::memcpy(into, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  uint64_t consumed() const override { return at_; }
  uint64_t total() const override { return text_.size(); }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

/// A source whose first bytes have been looked at and are handed out again.
class Rewound : public ByteSource {
 public:
  Rewound(std::unique_ptr<ByteSource> rest, std::string head)
      : rest_(std::move(rest)), head_(std::move(head)) {}

  size_t read(char* into, size_t capacity) override {
    if (at_ == head_.size()) return rest_->read(into, capacity);
    const size_t count = std::min(capacity, head_.size() - at_);
    std::memcpy(into, head_.data() + at_, count);
    at_ += count;
    return count;
  }
  bool read_at(uint64_t offset, char* into, size_t count) override {
    return rest_->read_at(offset, into, count);
  }
  uint64_t consumed() const override { return rest_->consumed(); }
  uint64_t total() const override { return rest_->total(); }

 private:
  std::unique_ptr<ByteSource> rest_;
  std::string head_;
  size_t at_ = 0;
};

/// What the two unpackers share: a block of packed bytes and how much of it is used.
class Unpacker : public ByteSource {
 public:
  explicit Unpacker(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), block_(packed_block) {}

  uint64_t consumed() const override { return packed_->consumed() - (size_ - at_); }
  uint64_t total() const override { return packed_->total(); }

 protected:
  /// Fetches more packed bytes when all are used; false at the end of the file.
  bool refill() {
    if (at_ < size_) return true;
    size_ = packed_->read(block_.data(), block_.size());
    at_ = 0;
    return size_ > 0;
  }

  std::unique_ptr<ByteSource> packed_;
  std::vector<char> block_;
  size_t at_ = 0;
  size_t size_ = 0;
  bool inside_ = false;  // a gzip member or Zstandard frame has begun and not ended
};

class GzipSource : public Unpacker {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed) : Unpacker(std::move(packed)) {
    check(inflateInit2(&stream_, 15 + 16) == Z_OK, "zlib starts");
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  size_t read(char* into, size_t capacity) override {
    while (!ended_) {
      if (!refill()) {
        if (inside_) fail_to_unpack("the gzip data ends too early");
        return 0;
      }
      inside_ = true;
      stream_.next_in = reinterpret_cast<Bytef*>(block_.data() + at_);
      stream_.avail_in = static_cast<uInt>(size_ - at_);
      stream_.next_out = reinterpret_cast<Bytef*>(into);
      stream_.avail_out = static_cast<uInt>(std::min<size_t>(capacity, 1u << 30));
      const uInt room = stream_.avail_out;
      const int result = inflate(&stream_, Z_NO_FLUSH);
      at_ = size_ - stream_.avail_in;
      if (result == Z_STREAM_END) {
        inside_ = false;
        inflateReset(&stream_);
        // Files are appended to member by member; anything else behind a member is padding.
        if (refill() && static_cast<uint8_t>(block_[at_]) != 0x1f) ended_ = true;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        fail_to_unpack(fmt::format("the gzip data is damaged: {}",
                                   stream_.msg == nullptr ? "unknown reason" : stream_.msg));
      }
      if (room > stream_.avail_out) return room - stream_.avail_out;
    }
    return 0;
  }

 private:
  z_stream stream_ = {};
  bool ended_ = false;
};

class ZstandardSource : public Unpacker {
 public:
  explicit ZstandardSource(std::unique_ptr<ByteSource> packed)
      : Unpacker(std::move(packed)), stream_(ZSTD_createDStream()) {
    check(stream_ != nullptr, "Zstandard starts");
  }
  ~ZstandardSource() override { ZSTD_freeDStream(stream_); }
  ZstandardSource(const ZstandardSource&) = delete;
  ZstandardSource& operator=(const ZstandardSource&) = delete;

  size_t read(char* into, size_t capacity) override {
    while (true) {
      if (!pending_ && !refill()) {
        if (inside_) fail_to_unpack("the Zstandard data ends too early");
        return 0;
      }
      ZSTD_inBuffer in = {block_.data(), size_, at_};
      ZSTD_outBuffer out = {into, capacity, 0};
      const size_t result = ZSTD_decompressStream(stream_, &out, &in);
      at_ = in.pos;
      if (ZSTD_isError(result)) {
        fail_to_unpack(fmt::format("the Zstandard data is damaged: {}", ZSTD_getErrorName(result)));
      }
      inside_ = result != 0;
      pending_ = out.pos == capacity && inside_;
      if (out.pos > 0) return out.pos;
      pending_ = false;
    }
  }

 private:
  ZSTD_DStream* stream_;
  bool pending_ = false;  // the last call filled its output; more may come without new input
};

std::unique_ptr<ByteSource> unpacked(std::unique_ptr<ByteSource> source) {
  std::string head(4, '\0');
  size_t size = 0;
  while (size < head.size()) {
    const size_t got = source->read(head.data() + size, head.size() - size);
    if (got == 0) break;
    size += got;
  }
  head.resize(size);
  const bool gzip = head.starts_with("\x1f\x8b");
  const bool zstandard = head == "\x28\xb5\x2f\xfd";
  auto whole = std::make_unique<Rewound>(std::move(source), std::move(head));
  if (gzip) return std::make_unique<GzipSource>(std::move(whole));
  if (zstandard) return std::make_unique<ZstandardSource>(std::move(whole));
  return whole;
}

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path) {
  return unpacked(std::make_unique<FileSource>(path));
}

std::unique_ptr<ByteSource> open_memory(std::string_view text) {
  return unpacked(std::make_unique<MemorySource>(text));
}

}  // namespace vedette
