#include "runtime/ingest/rejects.h"

#include <cerrno>
#include <system_error>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/base/utf8.h"
#include "runtime/value/render.h"

namespace vedette {

RejectsFile::~RejectsFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void RejectsFile::add(uint64_t line, std::string_view reason, std::string_view record) {
  if (path_.empty()) return;
  if (file_ == nullptr) file_ = std::fopen(path_.c_str(), append_ ? "ae" : "we");
  if (file_ == nullptr) fail();
  line_ = "{\"source\":";
  append_json_string(line_, sanitized_utf8(source_));
  line_ += fmt::format(",\"line\":{},\"reason\":", line);
  append_json_string(line_, sanitized_utf8(reason));
  line_ += ",\"record\":";
  append_json_string(line_, sanitized_utf8(record));
  line_ += "}\n";
  if (std::fwrite(line_.data(), 1, line_.size(), file_) != line_.size()) fail();
}

void RejectsFile::flush() {
  if (file_ != nullptr && std::fflush(file_) != 0) fail();
}

void RejectsFile::fail() const {
  throw QueryError(ErrorKind::Runtime, "ING0005",
                   fmt::format("cannot write refused records to '{}': {}; name another file with "
                               "--rejects",
                               path_, std::generic_category().message(errno)));
}

}  // namespace vedette
