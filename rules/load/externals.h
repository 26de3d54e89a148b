// What externaldata reads in place of addresses on the web, kept beside the rules that need it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vedette::rules {

/// The file's name.
constexpr const char* externals_file_name = "externals.yaml";

/// The addresses and files of `externals.yaml` in a folder of rules, in the folders below, and
/// beside a file of rules: `https://feeds.example/bad.csv: feeds/bad.csv`, the path relative to
/// the file that says so. Throws QueryError RUL0402 when such a file says anything else.
std::vector<std::pair<std::string, std::string>> externals_beside(const std::string& path);

/// An address without what comes behind the file's name: a signature, credentials.
std::string_view bare_address(std::string_view address);

}  // namespace vedette::rules
