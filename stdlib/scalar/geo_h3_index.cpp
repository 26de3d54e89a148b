// Cells of H3 as numbers: digits, parents, children.
#include <algorithm>
#include <charconv>

#include "stdlib/scalar/geo_h3.h"
#include "stdlib/scalar/geo_h3_tables.h"

namespace vedette::stdlib::h3 {
namespace {

constexpr int mode_at = 59;
constexpr int resolution_at = 52;
constexpr int base_cell_at = 45;
constexpr uint64_t unused = 7;

int digit_position(int resolution) {
  return (finest_resolution - resolution) * 3;
}

template <typename Turn> Cell turned(Cell cell, Turn&& turn) {
  for (int i = 1; i <= resolution_of(cell); ++i)
    cell = with_digit(cell, i, turn(digit_of(cell, i)));
  return cell;
}

}  // namespace

int resolution_of(Cell cell) {
  return static_cast<int>(cell >> resolution_at & 15);
}

int base_cell_of(Cell cell) {
  return static_cast<int>(cell >> base_cell_at & 127);
}

int digit_of(Cell cell, int resolution) {
  return static_cast<int>(cell >> digit_position(resolution) & unused);
}

Cell with_digit(Cell cell, int resolution, int digit) {
  const int at = digit_position(resolution);
  return (cell & ~(unused << at)) | static_cast<uint64_t>(digit) << at;
}

Cell base_cell(int number) {
  const uint64_t digits = (uint64_t{1} << base_cell_at) - 1;
  return uint64_t{1} << mode_at | static_cast<uint64_t>(number) << base_cell_at | digits;
}

bool is_pentagon(int base_cell) {
  return std::any_of(pentagons.begin(), pentagons.end(),
                     [&](const Pentagon& pentagon) { return pentagon.base_cell == base_cell; });
}

int leading_digit(Cell cell) {
  for (int i = 1; i <= resolution_of(cell); ++i) {
    if (const int digit = digit_of(cell, i); digit != 0) return digit;
  }
  return 0;
}

Cell turned_counterclockwise(Cell cell) {
  // k, ik, i, ij, j, jk
  constexpr int next[] = {0, 5, 3, 1, 6, 4, 2, 7};
  return turned(cell, [&](int digit) { return next[digit]; });
}

Cell turned_clockwise(Cell cell) {
  constexpr int next[] = {0, 3, 6, 2, 5, 1, 4, 7};
  return turned(cell, [&](int digit) { return next[digit]; });
}

std::optional<Cell> parse_cell(std::string_view token) {
  Cell cell = 0;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, cell, 16);
  if (token.empty() || error != std::errc() || stop != end) return std::nullopt;
  // Bits 56 to 58 and the highest are 0, the mode is 1.
  if (cell >> 56 != 1 << (mode_at - 56)) return std::nullopt;
  if (base_cell_of(cell) >= base_cell_count) return std::nullopt;
  for (int i = 1; i <= finest_resolution; ++i) {
    const bool used = i <= resolution_of(cell);
    if (used == (digit_of(cell, i) == static_cast<int>(unused))) return std::nullopt;
  }
  // A pentagon has no cells in the direction k.
  if (is_pentagon(base_cell_of(cell)) && leading_digit(cell) == 1) return std::nullopt;
  return cell;
}

std::string token_of(Cell cell) {
  char buffer[16];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, cell, 16).ptr};
}

Cell parent_of(Cell cell, int resolution) {
  for (int i = resolution + 1; i <= resolution_of(cell); ++i) {
    cell = with_digit(cell, i, static_cast<int>(unused));
  }
  cell &= ~(uint64_t{15} << resolution_at);
  return cell | static_cast<uint64_t>(resolution) << resolution_at;
}

std::vector<Cell> children_of(Cell cell, int resolution) {
  std::vector<Cell> cells = {cell};
  for (int next = resolution_of(cell) + 1; next <= resolution; ++next) {
    std::vector<Cell> children;
    for (Cell parent : cells) {
      const bool pentagon = is_pentagon(base_cell_of(parent)) && leading_digit(parent) == 0;
      const Cell first = (parent & ~(uint64_t{15} << resolution_at)) | static_cast<uint64_t>(next)
                                                                           << resolution_at;
      for (int digit = 0; digit < 7; ++digit) {
        if (pentagon && digit == 1) continue;
        children.push_back(with_digit(first, next, digit));
      }
    }
    cells = std::move(children);
  }
  return cells;
}

}  // namespace vedette::stdlib::h3
