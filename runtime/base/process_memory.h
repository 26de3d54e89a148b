// What the process does with memory that nobody uses any more.
#pragma once

namespace vedette {

/// Keeps up to a GB of freed memory for the next query. By default glibc gives it back to the
/// system at once, and to get it again page by page costs more than many queries do. For the start
/// of a program.
void keep_freed_memory();

}  // namespace vedette
