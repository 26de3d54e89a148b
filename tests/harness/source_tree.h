// Where tests find their data: the root of the source tree, and the queries shipped with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vedette {

/// The root of the source tree, found upwards from the current folder. Throws InternalError when
/// the test does not run inside the tree or its build folder.
std::filesystem::path source_root();

/// Recorded logs, which are not part of the project: VEDETTE_LOGS, or a folder beside the source
/// tree. It need not exist.
std::filesystem::path recorded_logs();

struct NamedText {
  std::string name;
  std::string text;
};

/// The queries of `tests/data/queries`, sorted by name.
std::vector<NamedText> shipped_queries();

}  // namespace vedette
