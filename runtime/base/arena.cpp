#include "runtime/base/arena.h"

#include <algorithm>

namespace vedette {

char* Arena::allocate_slow(size_t bytes, size_t alignment) {
  const size_t needed = bytes + alignment;
  while (used_blocks_ < blocks_.size() && blocks_[used_blocks_].size < needed) ++used_blocks_;
  if (used_blocks_ == blocks_.size()) {
    const size_t size = std::max(block_bytes_, needed);
    blocks_.push_back({std::unique_ptr<char[]>(new char[size]), size});
    reserved_ += size;
  }
  Block& block = blocks_[used_blocks_++];
  next_ = block.bytes.get();
  end_ = next_ + block.size;
  return allocate(bytes, alignment);
}

void Arena::clear() {
  used_blocks_ = 0;
  next_ = nullptr;
  end_ = nullptr;
}

}  // namespace vedette
