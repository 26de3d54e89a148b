#include "runtime/base/arena.h"

#include <algorithm>

#include "runtime/base/error.h"

namespace vedette {
namespace {

// No text has a length of more than 32 bits, and no batch a vector near this.
constexpr size_t largest_piece = size_t{1} << 30;
constexpr size_t first_block = 4 * 1024;

}  // namespace

char* Arena::allocate_slow(size_t bytes, size_t alignment) {
  if (bytes > largest_piece) {
    throw QueryError(ErrorKind::Limit, "KQL0701", "one value would take more than 1 GB of memory");
  }
  const size_t needed = bytes + alignment;
  while (used_blocks_ < blocks_.size() && blocks_[used_blocks_].size < needed) ++used_blocks_;
  if (used_blocks_ == blocks_.size()) {
    // Blocks grow: most arenas are short of a whole one.
    const size_t size = std::max(std::min(block_bytes_, std::max(first_block, reserved_)), needed);
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
