// Geohashes: halving longitude and latitude in turn, five bits a character.
#include <array>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

constexpr std::string_view digits = "0123456789bcdefghjkmnpqrstuvwxyz";
constexpr int longest = 18;

/// A rectangle of degrees: bits of the longitude and of the latitude, from the most significant.
struct Cell {
  uint64_t column = 0;
  uint64_t row = 0;
  int length = 0;  // in characters

  int column_bits() const { return (length * 5 + 1) / 2; }
  int row_bits() const { return length * 5 / 2; }
  double width() const { return 360.0 / static_cast<double>(uint64_t{1} << column_bits()); }
  double height() const { return 180.0 / static_cast<double>(uint64_t{1} << row_bits()); }
  double west() const { return -180 + static_cast<double>(column) * width(); }
  double south() const { return -90 + static_cast<double>(row) * height(); }
};

/// Which of 2^bits equal parts of [least, least + extent] the value is in; the last one holds its
/// end, too.
uint64_t part_of(double value, double least, double extent, int bits) {
  uint64_t part = 0;
  for (int i = 0; i < bits; ++i) {
    extent /= 2;
    const bool upper = value >= least + extent;
    if (upper) least += extent;
    part = part << 1 | static_cast<uint64_t>(upper);
  }
  return part;
}

Cell cell_at(const Position& position, int length) {
  Cell cell = {.length = length};
  cell.column = part_of(position.longitude, -180, 360, cell.column_bits());
  cell.row = part_of(position.latitude, -90, 180, cell.row_bits());
  return cell;
}

std::string text_of(const Cell& cell) {
  std::string text;
  int column_bit = cell.column_bits();
  int row_bit = cell.row_bits();
  for (int i = 0; i < cell.length; ++i) {
    unsigned digit = 0;
    for (int k = 0; k < 5; ++k) {
      const bool of_column = (i * 5 + k) % 2 == 0;
      const uint64_t bit = of_column ? cell.column >> --column_bit : cell.row >> --row_bit;
      digit = digit << 1 | (bit & 1);
    }
    text += digits[digit];
  }
  return text;
}

std::optional<Cell> parse(std::string_view text) {
  if (text.empty() || text.size() > longest) return std::nullopt;
  Cell cell = {.length = static_cast<int>(text.size())};
  bool of_column = true;
  for (char c : text) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const size_t digit = digits.find(lower);
    if (digit == std::string_view::npos) return std::nullopt;
    for (int bit = 4; bit >= 0; --bit) {
      uint64_t& part = of_column ? cell.column : cell.row;
      part = part << 1 | (digit >> bit & 1);
      of_column = !of_column;
    }
  }
  return cell;
}

/// The cells around: beyond 180 degrees they go on at -180, beyond a pole there are none.
void add_neighbors(DynamicBuilder& out, const Cell& cell) {
  constexpr std::array<std::array<int, 2>, 8> steps = {
      {{-1, -1}, {-1, 1}, {1, -1}, {0, 1}, {-1, 0}, {1, 1}, {1, 0}, {0, -1}}};
  const uint64_t columns = uint64_t{1} << cell.column_bits();
  const uint64_t rows = uint64_t{1} << cell.row_bits();
  out.begin_array();
  for (const auto& [east, north] : steps) {
    Cell neighbor = cell;
    neighbor.column = (cell.column + columns + static_cast<uint64_t>(east)) % columns;
    neighbor.row = cell.row + static_cast<uint64_t>(north);
    if (neighbor.row < rows) out.add_string(text_of(neighbor));
  }
  out.end_array();
}

std::string_view geohash_at(Arena& arena, const Position& position, double length) {
  const auto characters = geo::whole_number(length, 1, longest);
  if (!position.is_valid() || !characters) return {};
  return arena.copy(text_of(cell_at(position, *characters)));
}

}  // namespace

std::vector<ScalarFunction> geohash_functions() {
  const Parameter geohash = {"geohash", "1 to 18 characters, as geo_point_to_geohash gives them."};
  return {
      {
          .name = "geo_point_to_geohash",
          .summary = "The geohash that a point is in.",
          .parameters = {geo::longitude,
                         geo::latitude,
                         {.name = "accuracy",
                          .meaning = "How many characters, 1 to 18: 5.",
                          .accepts = Accepts::Number,
                          .optional = true}},
          .overloads = {rowwise([](Arena& arena, double x, double y) {
                          return geohash_at(arena, {x, y}, 5);
                        }),
                        rowwise([](Arena& arena, double x, double y, double length) {
                          return geohash_at(arena, {x, y}, length);
                        })},
          .examples = {{"geo_point_to_geohash(10.40744, 57.64911, 11)", "u4pruydqqvj"},
                       {"geo_point_to_geohash(10.40744, 57.64911)", "u4pru"},
                       {"geo_point_to_geohash(10.4, 57.6, 19)", ""}},
          .null_rule = "The empty text for invalid arguments.",
      },
      {
          .name = "geo_geohash_to_central_point",
          .summary = "The centre of a geohash.",
          .parameters = {geohash},
          .overloads = {rowwise([](Arena& arena, std::string_view text) -> std::optional<Dynamic> {
            const auto cell = parse(text);
            if (!cell) return std::nullopt;
            return geo::point_json(
                arena, {cell->west() + cell->width() / 2, cell->south() + cell->height() / 2});
          })},
          .examples = {{"geo_geohash_to_central_point('u')",
                        "{\"type\":\"Point\",\"coordinates\":[22.5,67.5]}"},
                       {"geo_geohash_to_central_point('ill')", "null"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_geohash_to_polygon",
          .summary = "The area of a geohash.",
          .parameters = {geohash},
          .overloads = {rowwise([](Arena& arena, std::string_view text) -> std::optional<Dynamic> {
            const auto cell = parse(text);
            if (!cell) return std::nullopt;
            const double west = cell->west();
            const double south = cell->south();
            const double east = west + cell->width();
            const double north = south + cell->height();
            return geo::json(arena, [&](DynamicBuilder& out) {
              add_polygons(out, std::vector<Rings>{{{{west, south},
                                                     {east, south},
                                                     {east, north},
                                                     {west, north},
                                                     {west, south}}}});
            });
          })},
          .examples = {{"geo_geohash_to_polygon('u')",
                        "{\"type\":\"Polygon\",\"coordinates\":"
                        "[[[0,45],[45,45],[45,90],[0,90],[0,45]]]}"}},
          .null_rule = geo::null_rule,
      },
      {
          .name = "geo_geohash_neighbors",
          .summary = "The geohashes around a geohash.",
          .parameters = {geohash},
          .overloads = {rowwise([](Arena& arena, std::string_view text) -> std::optional<Dynamic> {
            const auto cell = parse(text);
            if (!cell) return std::nullopt;
            return geo::json(arena, [&](DynamicBuilder& out) { add_neighbors(out, *cell); });
          })},
          .examples = {{"geo_geohash_neighbors('s')",
                        "[\"7\",\"g\",\"m\",\"u\",\"e\",\"v\",\"t\",\"k\"]"}},
          .null_rule = geo::null_rule,
      },
  };
}

}  // namespace vedette::stdlib
