#include "runtime/shell/main/command_line.h"

int main(int count, char** arguments) {
  return vedette::shell::run_command_line(count, arguments);
}
