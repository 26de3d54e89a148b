#include "rules/load/files.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

class Collector {
 public:
  explicit Collector(const std::function<bool(const std::string&)>& wanted) : wanted_(wanted) {}

  void visit(const fs::path& directory) {
    std::error_code problem;
    if (!visited_.insert(fs::weakly_canonical(directory, problem)).second) return;
    for (fs::directory_iterator entry(directory, problem);
         !problem && entry != fs::directory_iterator(); entry.increment(problem)) {
      add(*entry);
    }
    if (problem) {
      throw QueryError(
          ErrorKind::Runtime, "RUL0001",
          fmt::format("'{}' cannot be read: {}", directory.string(), problem.message()));
    }
  }

  std::vector<std::string> files;

 private:
  void add(const fs::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    std::error_code ignored;
    const fs::file_status status = entry.status(ignored);
    if (fs::is_directory(status)) {
      if (!name.starts_with('.')) visit(entry.path());
      return;
    }
    // A link to nothing is a file that cannot be read; pipes and the like are no files of rules.
    const bool file = fs::is_regular_file(status) || !fs::exists(status);
    if (file && wanted_(name)) files.push_back(entry.path().string());
  }

  const std::function<bool(const std::string&)>& wanted_;
  std::set<fs::path> visited_;
};

}  // namespace

std::vector<std::string> files_below(const std::string& directory,
                                     const std::function<bool(const std::string& name)>& wanted) {
  Collector collector(wanted);
  collector.visit(directory);
  std::ranges::sort(collector.files);
  return std::move(collector.files);
}

}  // namespace vedette::rules
