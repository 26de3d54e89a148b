// `vedette rules backtest`: what rules would have found in a stretch of time.
#pragma once

#include <string>
#include <vector>

#include "runtime/shell/workspace.h"

namespace vedette::shell {

struct BacktestArguments {
  WorkspaceOptions workspace;
  std::string from, to;
  std::string format = "text";
  std::vector<std::string> paths;
};
ExitCode run_backtest(const BacktestArguments& arguments);

}  // namespace vedette::shell
