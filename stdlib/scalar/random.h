// Random numbers for functions that answer another value each time.
#pragma once

#include "runtime/function/kernel_context.h"

namespace vedette::stdlib {

/// The next of the thread's random words (splitmix64: a counter, well mixed).
inline uint64_t next_random(KernelContext& context) {
  uint64_t mixed = context.random += 0x9e3779b97f4a7c15ull;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9ull;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebull;
  return mixed ^ mixed >> 31;
}

}  // namespace vedette::stdlib
