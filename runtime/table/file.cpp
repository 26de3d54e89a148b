#include "runtime/table/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::storage {
namespace {

constexpr std::align_val_t memory_alignment{64};

[[noreturn]] void fail(std::string_view doing, const std::string& path) {
  const int reason = errno;
  throw QueryError(ErrorKind::Runtime, "KQL0604",
                   fmt::format("cannot {} '{}': {}; the database is as it was before", doing, path,
                               std::strerror(reason)));
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

NewFile::NewFile(std::string path) : path_(std::move(path)) {
  const std::string name = path_ + ".tmp";
  descriptor_ = ::open(name.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("create", name);
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      published_(std::exchange(other.published_, true)) {}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!published_) ::unlink((path_ + ".tmp").c_str());
}

void NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write", path_);
    }
    size_ += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

void NewFile::start_writing_out() {
#ifdef SYNC_FILE_RANGE_WRITE
  if (descriptor_ >= 0) ::sync_file_range(descriptor_, 0, 0, SYNC_FILE_RANGE_WRITE);
#endif
}

void NewFile::sync() {
  if (descriptor_ < 0) return;
  if (::fsync(descriptor_) != 0) fail("write", path_);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("write", path_);
}

void NewFile::publish() {
  sync();
  if (::rename((path_ + ".tmp").c_str(), path_.c_str()) != 0) fail("rename", path_);
  published_ = true;
}

void sync_directory(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail("open", path);
  const int result = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (result != 0 && reason != EINVAL)
    fail("write", path);  // some file systems cannot, nor need to
}

void create_directories(const std::string& path) {
  if (is_directory(path)) return;
  const std::string parent = parent_of(path);
  if (parent != path && !is_directory(parent)) create_directories(parent);
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) fail("create", path);
  sync_directory(parent);
}

void remove_file(const std::string& path) {
  ::unlink(path.c_str());
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* open = ::opendir(directory.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = ::readdir(open)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(open);
  return names;
}

bool is_directory(const std::string& path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::optional<std::string> read_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::string bytes;
  char buffer[64 * 1024];
  ssize_t size;
  while ((size = ::read(descriptor, buffer, sizeof(buffer))) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) break;
    bytes.append(buffer, static_cast<size_t>(size));
  }
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (size < 0) return std::nullopt;
  return bytes;
}

MappedBytes MappedBytes::map(const std::string& path) {
  const auto unreadable = [&](int reason) {
    return QueryError(ErrorKind::Runtime, "KQL0605",
                      fmt::format("cannot read '{}': {}", path, std::strerror(reason)));
  };
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw unreadable(errno);
  struct stat status;
  void* data = MAP_FAILED;
  int reason = 0;
  size_t size = 0;
  if (::fstat(descriptor, &status) != 0) {
    reason = errno;
  } else if (status.st_size == 0) {
    reason = ENODATA;
  } else {
    size = static_cast<size_t>(status.st_size);
    data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
    reason = errno;
  }
  ::close(descriptor);
  if (data == MAP_FAILED) throw unreadable(reason);
  return MappedBytes(static_cast<char*>(data), size, true);
}

MappedBytes MappedBytes::copy(std::span<const std::string_view> pieces) {
  size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  char* data = static_cast<char*>(::operator new(size, memory_alignment));
  char* to = data;
  for (const auto piece : pieces) {
    if (!piece.empty()) std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
  return MappedBytes(data, size, false);
}

MappedBytes::MappedBytes(MappedBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(other.size_), mapped_(other.mapped_) {}

MappedBytes::~MappedBytes() {
  if (data_ == nullptr) return;
  if (mapped_) {
    ::munmap(data_, size_);
  } else {
    ::operator delete(data_, memory_alignment);
  }
}

OwnerLock::OwnerLock(const std::string& path, const std::string& database) {
  descriptor_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    throw QueryError(
        ErrorKind::Runtime, "KQL0601",
        fmt::format("cannot open database '{}' for writing: {}", database, std::strerror(errno)));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    char owner[32] = {};
    const ssize_t size = ::read(descriptor_, owner, sizeof(owner) - 1);
    ::close(descriptor_);
    throw QueryError(ErrorKind::Runtime, "KQL0602",
                     fmt::format("database '{}' is in use by {}", database,
                                 size > 0 ? fmt::format("process {}", owner) : "another process"));
  }
  const std::string owner = fmt::format("{}", ::getpid());
  if (::ftruncate(descriptor_, 0) == 0) {
    [[maybe_unused]] const ssize_t ignored = ::write(descriptor_, owner.data(), owner.size());
  }
}

OwnerLock::~OwnerLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace vedette::storage
