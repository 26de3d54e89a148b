// Cells of H3: hexagons, and twelve pentagons, on the faces of an icosahedron around the Earth.
// Each cell has seven smaller ones, down to resolution 15.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stdlib/scalar/geo_shape.h"

namespace vedette::stdlib::h3 {

constexpr int finest_resolution = 15;

/// The number of a cell: 4 bits that say it is one, from bit 59; the resolution from bit 52; the
/// cell of resolution 0 from bit 45; then for each resolution a digit of 3 bits, 7 where unused.
/// A digit is a direction: the sum of 4 for the axis i, 2 for j and 1 for k; 0 is the centre.
using Cell = uint64_t;

/// From hexadecimal digits; nothing if there is no such cell.
std::optional<Cell> parse_cell(std::string_view token);
std::string token_of(Cell cell);

int resolution_of(Cell cell);
int base_cell_of(Cell cell);
/// The direction at a resolution from 1.
int digit_of(Cell cell, int resolution);
Cell with_digit(Cell cell, int resolution, int digit);
/// A cell of resolution 0.
Cell base_cell(int number);
bool is_pentagon(int base_cell);
/// The first digit that is not the centre; 0 if there is none.
int leading_digit(Cell cell);
/// All directions turned by 60 degrees.
Cell turned_counterclockwise(Cell cell);
Cell turned_clockwise(Cell cell);

/// The cell of a coarser or the same resolution that this one belongs to.
Cell parent_of(Cell cell, int resolution);
/// The cells of a finer or the same resolution that belong to this one.
std::vector<Cell> children_of(Cell cell, int resolution);

/// The cell that a valid position is in.
Cell cell_at(const Position& position, int resolution);
Position centre_of(Cell cell);
/// The boundary, counterclockwise, ending where it begins.
Path boundary_of(Cell cell);
/// The cells that share a side with this one, counterclockwise.
std::vector<Cell> neighbors_of(Cell cell);
/// The cell, then the cells one step away, then those two steps away ...
std::vector<std::vector<Cell>> rings_around(Cell cell, int distance);
/// The cells whose centres are in one of the polygons, the edges of which are straight on the map.
/// Nothing if there are more than `most`.
std::optional<std::vector<Cell>> cells_within(const std::vector<Rings>& polygons, int resolution,
                                              size_t most);

}  // namespace vedette::stdlib::h3
