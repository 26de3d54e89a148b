// The cells of H3 that fill polygons whose edges are straight on the map.
#include <cmath>
#include <deque>
#include <numbers>
#include <unordered_set>

#include "stdlib/scalar/geo_h3.h"

namespace vedette::stdlib::h3 {
namespace {

/// A polygon on the map. One over the antimeridian goes on beyond 180 degrees.
class MapPolygon {
 public:
  explicit MapPolygon(const Rings& rings) : rings_(rings) {
    for (const Path& ring : rings) {
      for (size_t i = 1; i < ring.size(); ++i) {
        crosses_ |= std::abs(ring[i].longitude - ring[i - 1].longitude) > 180;
      }
    }
    for (Path& ring : rings_) {
      for (Position& position : ring) position = on_map(position);
    }
  }

  bool contains(const Position& position) const {
    const Position point = on_map(position);
    bool inside = false;
    for (const Path& ring : rings_) {
      for (size_t i = 1; i < ring.size(); ++i) {
        const Position& a = ring[i - 1];
        const Position& b = ring[i];
        if ((a.latitude > point.latitude) == (b.latitude > point.latitude)) continue;
        const double fraction = (point.latitude - a.latitude) / (b.latitude - a.latitude);
        const double at = a.longitude + (b.longitude - a.longitude) * fraction;
        inside ^= point.longitude < at;
      }
    }
    return inside;
  }

  /// Calls `visit` with positions on the boundary at most `step` degrees apart, until it answers
  /// false; whether it never did.
  template <typename Visit> bool walk(double step, Visit&& visit) const {
    for (const Path& ring : rings_) {
      for (size_t i = 1; i < ring.size(); ++i) {
        const double east = ring[i].longitude - ring[i - 1].longitude;
        const double north = ring[i].latitude - ring[i - 1].latitude;
        const double count = std::ceil(std::hypot(east, north) / step) + 1;
        for (double k = 0; k < count; ++k) {
          double longitude = ring[i - 1].longitude + east * k / count;
          if (longitude > 180) longitude -= 360;
          if (!visit({longitude, ring[i - 1].latitude + north * k / count})) return false;
        }
      }
    }
    return true;
  }

 private:
  Position on_map(const Position& position) const {
    return {crosses_ && position.longitude < 0 ? position.longitude + 360 : position.longitude,
            position.latitude};
  }

  Rings rings_;
  bool crosses_ = false;
};

}  // namespace

std::optional<std::vector<Cell>> cells_within(const std::vector<Rings>& polygons, int resolution,
                                              size_t most) {
  // Well below the distance of neighbors.
  const double step = 0.15 / std::pow(std::sqrt(7.0), resolution) * 180 / std::numbers::pi;
  std::unordered_set<Cell> chosen;
  std::vector<Cell> cells;
  for (const Rings& rings : polygons) {
    const MapPolygon polygon(rings);
    std::unordered_set<Cell> seen;
    std::deque<Cell> open;
    size_t steps = 0;
    // Each group of cells within has one beside the boundary.
    const bool walked = polygon.walk(step, [&](const Position& position) {
      const Cell cell = cell_at(position, resolution);
      if (seen.insert(cell).second) open.push_back(cell);
      return ++steps <= 4 * most;
    });
    if (!walked) return std::nullopt;
    for (size_t on_boundary = open.size(); !open.empty();) {
      const Cell cell = open.front();
      open.pop_front();
      const bool within = polygon.contains(centre_of(cell));
      if (within && chosen.insert(cell).second) cells.push_back(cell);
      if (cells.size() > most) return std::nullopt;
      const bool beside_boundary = on_boundary > 0;
      if (beside_boundary) --on_boundary;
      if (!within && !beside_boundary) continue;
      for (Cell neighbor : neighbors_of(cell)) {
        if (seen.insert(neighbor).second) open.push_back(neighbor);
      }
    }
  }
  return cells;
}

}  // namespace vedette::stdlib::h3
