#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "runtime/base/format.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/reference_page.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {
namespace {

bool is_up_to_date(const std::filesystem::path& path, const std::string& text) {
  return std::filesystem::exists(path) && read_text(path.string()) == text;
}

void write_page(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    throw QueryError(ErrorKind::Runtime, "CLI0006",
                     fmt::format("{}: {}", path.string(), std::strerror(errno)));
  }
}

}  // namespace

ExitCode run_docs(const DocsArguments& arguments) {
  int stale = 0;
  for (const ReferencePage& page : reference_pages(standard_library())) {
    const std::filesystem::path path = std::filesystem::path(arguments.folder) / page.file;
    if (is_up_to_date(path, page.text)) continue;
    if (arguments.check) {
      fmt::print(stderr, "{} is stale; `make docs` writes it anew\n", path.string());
      ++stale;
    } else {
      write_page(path, page.text);
      print_text(fmt::format("wrote {}\n", path.string()));
    }
  }
  return stale == 0 ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
