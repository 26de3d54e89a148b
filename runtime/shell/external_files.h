// What externaldata reads: local files, also in place of addresses on the web.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "compiler/session/session.h"

namespace vedette::shell {

/// The files by address, as `URL=PATH` or `@FILE` give them. Throws UsageError.
std::map<std::string, std::string> external_mappings(const std::vector<std::string>& mappings);

/// A reader that knows the files given as `URL=PATH`, or in a JSON object of them as `@FILE`, and
/// reads what is no address as a path. Formats: csv, tsv, psv, scsv, sohsv (fields go to columns by
/// their places), txt and raw (a line, a text), json and multijson (fields go to columns of their
/// names). Throws UsageError.
ExternalReader external_files(const std::vector<std::string>& mappings);

}  // namespace vedette::shell
