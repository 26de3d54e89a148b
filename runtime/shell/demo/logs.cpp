#include "runtime/shell/demo/logs.h"

#include <array>
#include <filesystem>

namespace vedette::shell::demo {
namespace {

using WriteLog = int64_t (*)(const std::string& path, int64_t rows, Random& random,
                             const Company& company);

struct Part {
  std::string_view table;
  double share;  // of all rows
  WriteLog write;
};

constexpr std::array<Part, 5> parts = {{{"SigninLogs", 0.08, write_sign_ins},
                                        {"AuditLogs", 0.02, write_audit},
                                        {"OfficeActivity", 0.15, write_office},
                                        {"DeviceProcessEvents", 0.35, write_processes},
                                        {"CommonSecurityLog", 0.40, write_firewall}}};

constexpr int people = 180;

}  // namespace

std::vector<Log> write_day(const std::string& folder, int64_t rows, uint64_t seed) {
  std::filesystem::create_directories(folder);
  Random random(seed);
  const Company company = make_company(random, people);
  std::vector<Log> logs;
  for (const Part& part : parts) {
    Log log = {std::string(part.table),
               (std::filesystem::path(folder) / part.table).string() + ".ndjson", 0};
    const auto wanted = static_cast<int64_t>(part.share * static_cast<double>(rows));
    log.rows = part.write(log.path, std::max<int64_t>(wanted, 1), random, company);
    logs.push_back(std::move(log));
  }
  return logs;
}

}  // namespace vedette::shell::demo
