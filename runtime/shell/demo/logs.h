// The logs of the demo's day, one function a table.
#pragma once

#include <string>
#include <vector>

#include "runtime/shell/demo/company.h"
#include "runtime/shell/demo/log_writer.h"

namespace vedette::shell::demo {

/// A log file and the table it belongs to.
struct Log {
  std::string table;
  std::string path;
  int64_t rows = 0;
};

int64_t write_sign_ins(const std::string& path, int64_t rows, Random& random,
                       const Company& company);
int64_t write_audit(const std::string& path, int64_t rows, Random& random, const Company& company);
int64_t write_office(const std::string& path, int64_t rows, Random& random, const Company& company);
int64_t write_processes(const std::string& path, int64_t rows, Random& random,
                        const Company& company);
int64_t write_firewall(const std::string& path, int64_t rows, Random& random,
                       const Company& company);

/// Writes all logs of a day with about `rows` rows into `folder`.
std::vector<Log> write_day(const std::string& folder, int64_t rows, uint64_t seed);

}  // namespace vedette::shell::demo
