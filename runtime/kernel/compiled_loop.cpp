#include "runtime/kernel/compiled_loop.h"

#include <array>

#include "runtime/base/error.h"

namespace vedette {
namespace {

constexpr uint32_t most_groups = batch_rows / loop_lanes;

alignas(64) constexpr auto all_valid = [] {
  std::array<uint16_t, most_groups> masks = {};
  for (auto& mask : masks) mask = 0xffff;
  return masks;
}();

constexpr uint32_t most_vectors = 64;

void fill_masks(Selection selection, uint32_t rows, uint16_t* masks) {
  const uint32_t groups = (rows + loop_lanes - 1) / loop_lanes;
  if (selection.rows == nullptr) {
    std::memset(masks, 0xff, selection.count / 16 * 2);
    std::memset(masks + selection.count / 16, 0, (groups - selection.count / 16) * 2);
    if (selection.count % 16 != 0) masks[selection.count / 16] = (1u << selection.count % 16) - 1;
    return;
  }
  std::memset(masks, 0, groups * 2);
  for (uint32_t at = 0; at < selection.count; ++at) {
    masks[selection.rows[at] / 16] |= 1u << selection.rows[at] % 16;
  }
}

Selection rows_of_masks(const uint16_t* masks, uint32_t groups, Arena& arena) {
  uint16_t* rows = arena.array<uint16_t>(groups * loop_lanes).data();
  uint32_t count = 0;
  for (uint32_t group = 0; group < groups; ++group) {
    for (uint32_t mask = masks[group]; mask != 0; mask &= mask - 1) {
      rows[count++] = static_cast<uint16_t>(group * loop_lanes + std::countr_zero(mask));
    }
  }
  return {rows, count};
}

bool is_full(const uint16_t* masks, uint32_t rows) {
  for (uint32_t group = 0; group < rows / loop_lanes; ++group) {
    if (masks[group] != 0xffff) return false;
  }
  return rows % loop_lanes == 0 || masks[rows / loop_lanes] == (1u << rows % loop_lanes) - 1;
}

struct Pointers {
  std::array<const void*, most_vectors> arguments;
  std::array<const uint16_t*, most_vectors> argument_validities;
  std::array<void*, most_vectors> results;
  std::array<uint16_t*, most_vectors> result_validities;
};

// Arguments may end where their memory ends; their last rows are copied to a full group.
const void* padded(const void* values, Layout layout, uint32_t first, uint32_t rows, Arena& arena) {
  const auto size = static_cast<size_t>(bytes_of(layout));
  char* copy = arena.array<char>(loop_lanes * size).data();
  std::memset(copy, 0, loop_lanes * size);
  std::memcpy(copy, static_cast<const char*>(values) + first * size, (rows - first) * size);
  return copy;
}

}  // namespace

// UBSan's check of function types reads a mark before the function's code; compiled loops have
// none.
__attribute__((no_sanitize("function"))) void run_loop(const CompiledLoop& loop,
                                                       std::span<const Vector> arguments,
                                                       std::span<Vector> results, bool narrows,
                                                       uint32_t rows, Selection& selection,
                                                       Arena& arena) {
  debug_check(arguments.size() <= most_vectors && results.size() <= most_vectors,
              "a fused loop has a bounded number of vectors");
  if (rows == 0 || selection.count == 0) {
    for (Vector& result : results) result = null_vector(result.type);
    return;
  }
  const uint32_t whole = rows / loop_lanes;
  const uint32_t groups = (rows + loop_lanes - 1) / loop_lanes;
  Pointers at;
  std::array<Vector, most_vectors> flat;
  for (size_t i = 0; i < arguments.size(); ++i) {
    flat[i] = flatten(arguments[i], Selection{nullptr, rows}, rows, arena);
    at.arguments[i] = flat[i].values;
    at.argument_validities[i] = flat[i].validity == nullptr
                                    ? all_valid.data()
                                    : reinterpret_cast<const uint16_t*>(flat[i].validity);
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const auto size = static_cast<size_t>(bytes_of(layout_of(results[i].type)));
    at.results[i] = arena.array<char>(groups * loop_lanes * size).data();
    at.result_validities[i] =
        reinterpret_cast<uint16_t*>(arena.array<uint64_t>(words_for(groups * loop_lanes)).data());
    results[i].shape = Shape::Flat;
    results[i].values = at.results[i];
    results[i].validity = reinterpret_cast<const uint64_t*>(at.result_validities[i]);
  }
  std::array<uint16_t, most_groups> masks;
  fill_masks(selection, rows, masks.data());
  if (whole > 0) {
    loop.entry()(at.arguments.data(), at.argument_validities.data(), at.results.data(),
                 at.result_validities.data(), masks.data(), whole);
  }
  if (groups > whole) {
    const uint32_t first = whole * loop_lanes;
    for (size_t i = 0; i < arguments.size(); ++i) {
      at.arguments[i] = padded(flat[i].values, layout_of(flat[i].type), first, rows, arena);
      at.argument_validities[i] += whole;
    }
    for (size_t i = 0; i < results.size(); ++i) {
      at.results[i] = static_cast<char*>(at.results[i]) +
                      static_cast<size_t>(first) * bytes_of(layout_of(results[i].type));
      at.result_validities[i] += whole;
    }
    loop.entry()(at.arguments.data(), at.argument_validities.data(), at.results.data(),
                 at.result_validities.data(), masks.data() + whole, 1);
  }
  if (narrows && !is_full(masks.data(), rows)) {
    selection = rows_of_masks(masks.data(), groups, arena);
  } else if (narrows) {
    selection = {nullptr, rows};
  }
}

}  // namespace vedette
