#include "runtime/base/process_memory.h"
#include "runtime/shell/main/command_line.h"

int main(int count, char** arguments) {
  vedette::keep_freed_memory();
  return vedette::shell::run_command_line(count, arguments);
}
