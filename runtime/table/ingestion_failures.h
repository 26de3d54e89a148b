// What could not be ingested: a short list that a database keeps.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/value/value.h"

namespace vedette {

/// Input that was refused, whole or in part.
struct IngestionFailure {
  Datetime at = {0};
  std::string table;
  std::string source;      // a path, `inline`, `-`
  std::string details;     // for people
  std::string error_code;  // KQL0610: some lines; another one: what ended it
  bool operator==(const IngestionFailure&) const = default;
};

/// A database forgets the oldest beyond so many.
constexpr size_t kept_ingestion_failures = 1000;

namespace storage {

/// One line a failure.
std::string to_text(const std::vector<IngestionFailure>& failures);
/// Lines that make no sense are left out: the list is for people, and not worth a database.
std::vector<IngestionFailure> failures_from_text(std::string_view text);

}  // namespace storage

}  // namespace vedette
