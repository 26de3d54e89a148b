// What externaldata reads in place of addresses on the web, kept beside the rules that need it.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace vedette::rules {

/// The file's name.
constexpr const char* externals_file_name = "externals.yaml";

/// The addresses and files of `externals.yaml` in a folder of rules, in the folders below, and
/// beside a file of rules: `https://feeds.example/bad.csv: feeds/bad.csv`, the path relative to
/// the file that says so. Throws QueryError RUL0402 when such a file says anything else.
std::vector<std::pair<std::string, std::string>> externals_beside(const std::string& path);

}  // namespace vedette::rules
