#include "rules/load/externals.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "rules/load/files.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette::rules {
namespace {

namespace fs = std::filesystem;

void read_file(const fs::path& file, std::vector<std::pair<std::string, std::string>>& found) {
  const auto refuse = [&](const std::string& problem) {
    throw QueryError(ErrorKind::Runtime, "RUL0402", fmt::format("{}: {}", file.string(), problem));
  };
  YAML::Node root;
  try {
    root = YAML::LoadFile(file.string());
  } catch (const YAML::Exception& error) {
    refuse(error.what());
  }
  if (!root.IsMap()) refuse("it must have lines `ADDRESS: FILE`");
  for (const auto& entry : root) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar()) {
      refuse("it must have lines `ADDRESS: FILE`");
    }
    found.emplace_back(entry.first.Scalar(), (file.parent_path() / entry.second.Scalar()).string());
  }
}

}  // namespace

std::string_view bare_address(std::string_view address) {
  return address.substr(0, address.find_first_of("?;"));
}

std::vector<std::pair<std::string, std::string>> externals_beside(const std::string& path) {
  std::vector<fs::path> files;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    const auto wanted = [](const std::string& name) { return name == externals_file_name; };
    for (std::string& file : files_below(path, wanted)) files.emplace_back(std::move(file));
  } else {
    const fs::path beside = fs::path(path).parent_path() / externals_file_name;
    if (fs::exists(beside, ignored)) files.push_back(beside);
  }
  std::vector<std::pair<std::string, std::string>> found;
  for (const fs::path& file : files) read_file(file, found);
  return found;
}

}  // namespace vedette::rules
