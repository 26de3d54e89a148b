// What externaldata reads in queries of rules: files that lie beside the rules.
#pragma once

#include <string>
#include <vector>

#include "rules/test/fixtures.h"
#include "runtime/shell/workspace.h"

namespace vedette::shell {

/// The options with what `externals.yaml` beside the rules of `paths` says; what the command line
/// says of an address goes first.
WorkspaceOptions with_externals(WorkspaceOptions options, const std::vector<std::string>& paths);

/// The same for tests: what they read where they do not mock it. `own` is what the command line
/// says.
rules::KnownExternals known_externals(const std::vector<std::string>& paths,
                                      const std::vector<std::string>& own);

}  // namespace vedette::shell
