#include "runtime/shell/rule_externals.h"

#include "rules/load/externals.h"
#include "runtime/shell/external_files.h"

namespace vedette::shell {

WorkspaceOptions with_externals(WorkspaceOptions options, const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    for (const auto& [address, file] : rules::externals_beside(path)) {
      all.push_back(address + "=" + file);
    }
  }
  // Of two files for one address the later one is read.
  all.insert(all.end(), options.externals.begin(), options.externals.end());
  options.externals = std::move(all);
  return options;
}

rules::KnownExternals known_externals(const std::vector<std::string>& paths,
                                      const std::vector<std::string>& own) {
  WorkspaceOptions options;
  options.externals = own;
  const std::vector<std::string> externals = with_externals(std::move(options), paths).externals;
  rules::KnownExternals known;
  for (const auto& [address, file] : external_mappings(externals)) known.addresses.insert(address);
  known.reader = external_files(externals);
  return known;
}

}  // namespace vedette::shell
