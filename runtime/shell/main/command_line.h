// The command line: which commands and options there are.
#pragma once

namespace vedette::shell {

/// Reads the arguments, runs the command, and answers the exit status of the process.
int run_command_line(int count, char** arguments);

}  // namespace vedette::shell
