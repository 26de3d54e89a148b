#include "runtime/base/process_memory.h"

#include <malloc.h>

namespace vedette {

void keep_freed_memory() {
  constexpr int most_bytes = 1 << 30;
  mallopt(M_TRIM_THRESHOLD, most_bytes);
  mallopt(M_MMAP_THRESHOLD, most_bytes);
}

}  // namespace vedette
