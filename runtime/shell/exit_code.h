// What the process says when it ends; docs/reference/command_line.md lists it for users.
#pragma once

namespace vedette::shell {

enum class ExitCode {
  Done = 0,
  QueryRejected = 1,  // the text of a query is wrong, or uses what is not supported
  WrongUsage = 2,     // the command line is wrong
  RunFailed = 3,      // the query ended while running
  LimitReached = 4,   // a limit on time or memory ended it
  DataTrouble = 5,    // a database or a file cannot be opened, read or written
  Cancelled = 130,    // Ctrl-C
};

}  // namespace vedette::shell
