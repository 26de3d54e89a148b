#include "runtime/base/xxhash64.h"

#include <xxhash.h>

namespace vedette {

uint64_t xxhash64(std::string_view bytes) {
  return XXH64(bytes.data(), bytes.size(), 0);
}

}  // namespace vedette
