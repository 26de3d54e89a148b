#include "tests/harness/source_tree.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/base/error.h"

namespace vedette {

std::filesystem::path source_root() {
  std::filesystem::path folder = std::filesystem::current_path();
  while (!std::filesystem::exists(folder / "grammar" / "KqlParser.g4")) {
    check(folder.has_relative_path(), "tests run inside the source tree");
    folder = folder.parent_path();
  }
  return folder;
}

std::filesystem::path recorded_logs() {
  if (const char* folder = std::getenv("VEDETTE_LOGS")) return folder;
  return source_root().parent_path() / "shared" / "logs";
}

std::vector<NamedText> shipped_queries() {
  std::vector<NamedText> queries;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_root() / "tests" / "data" / "queries")) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    queries.push_back({entry.path().stem().string(), text.str()});
  }
  std::sort(queries.begin(), queries.end(),
            [](const NamedText& a, const NamedText& b) { return a.name < b.name; });
  return queries;
}

}  // namespace vedette
