// Cells of H3 as places: from a position to the steps along the axes of a face and on to the digits
// of a cell, and back. Resolutions are turned against each other, alternately; those with odd
// numbers (class III) against the axes of the face.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "stdlib/scalar/geo_h3.h"
#include "stdlib/scalar/geo_h3_tables.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib::h3 {
namespace {

/// The distance of neighbors at resolution 0, on the plane of a face.
constexpr double unit = 0.38196601125010500003;
/// The angle that class III is turned by, in radians.
constexpr double class_three_turn = 0.333473172251832115336090755351070070;
const double root_of_7 = std::sqrt(7.0);
const double root_of_3_halves = std::sqrt(0.75);

/// Steps on a face; one of them is 0 and none below.
struct Place {
  int face = 0;
  Steps steps;
};

/// A point of the plane of a face; `x` is along the axis i.
struct Flat {
  double x = 0;
  double y = 0;
};

bool is_class_three(int resolution) {
  return resolution % 2 == 1;
}

// ---- steps ----

Steps normalized(Steps s) {
  const int least = std::min({s.i, s.j, s.k});
  return {s.i - least, s.j - least, s.k - least};
}
Steps plus(const Steps& a, const Steps& b) {
  return normalized({a.i + b.i, a.j + b.j, a.k + b.k});
}
Steps scaled(const Steps& s, int factor) {
  return {s.i * factor, s.j * factor, s.k * factor};
}
Steps steps_of(int digit) {
  return {digit >> 2 & 1, digit >> 1 & 1, digit & 1};
}
Steps counterclockwise(const Steps& s) {
  return normalized({s.i + s.k, s.i + s.j, s.j + s.k});
}
Steps clockwise(const Steps& s) {
  return normalized({s.i + s.j, s.j + s.k, s.i + s.k});
}
/// The same place in the grid whose cells are a `a` by `b` step of this one, turned
/// counterclockwise.
Steps finer(const Steps& s, int a, int b) {
  return normalized({s.i * a + s.j * b, s.j * a + s.k * b, s.k * a + s.i * b});
}
/// The same, turned clockwise.
Steps finer_clockwise(const Steps& s, int a, int b) {
  return normalized({s.i * a + s.k * b, s.j * a + s.i * b, s.k * a + s.j * b});
}
/// The same place at the next resolution.
Steps down(const Steps& s, int resolution) {
  return is_class_three(resolution) ? finer(s, 3, 1) : finer_clockwise(s, 3, 1);
}
/// The cell of the resolution before `resolution` that holds the place.
Steps up(const Steps& s, int resolution) {
  const int i = s.i - s.k;
  const int j = s.j - s.k;
  const auto seventh = [](int value) { return static_cast<int>(std::lround(value / 7.0)); };
  return is_class_three(resolution) ? normalized({seventh(3 * i - j), seventh(i + 2 * j), 0})
                                    : normalized({seventh(2 * i + j), seventh(3 * j - i), 0});
}

Flat flat(const Steps& s) {
  const int i = s.i - s.k;
  const int j = s.j - s.k;
  return {i - 0.5 * j, j * root_of_3_halves};
}

Steps nearest_steps(const Flat& point) {
  const double j = point.y / root_of_3_halves;
  const double i = point.x + 0.5 * j;
  Steps nearest;
  double least = INFINITY;
  for (const double a : {std::floor(i), std::floor(i) + 1}) {
    for (const double b : {std::floor(j), std::floor(j) + 1}) {
      const double distance = std::hypot(a - 0.5 * b - point.x, b * root_of_3_halves - point.y);
      if (distance >= least) continue;
      least = distance;
      nearest = normalized({static_cast<int>(a), static_cast<int>(b), 0});
    }
  }
  return nearest;
}

// ---- the sphere ----

S2Point centre_of_face(int face) {
  return {faces[face].x, faces[face].y, faces[face].z};
}

/// How many units of a resolution a unit of resolution 0 is.
double scale_of(int resolution) {
  return std::pow(root_of_7, resolution);
}

/// Where a point lies on the plane that touches the sphere in the middle of the closest face, in
/// units of the resolution.
Flat project(const S2Point& point, int resolution, int& face) {
  face = 0;
  for (int i = 1; i < face_count; ++i) {
    if (point.DotProd(centre_of_face(i)) > point.DotProd(centre_of_face(face))) face = i;
  }
  const S2Point centre = centre_of_face(face);
  const S2Point east = S2Point(0, 0, 1).CrossProd(centre).Normalize();
  const S2Point north = centre.CrossProd(east);
  const double height = point.DotProd(centre);
  const double to_east = point.DotProd(east) / height;
  const double to_north = point.DotProd(north) / height;
  double angle = faces[face].azimuth - std::atan2(to_east, to_north);
  if (is_class_three(resolution)) angle -= class_three_turn;
  const double radius = std::hypot(to_east, to_north) / unit * scale_of(resolution);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

S2Point unproject(const Flat& point, int face, double scale, bool class_three) {
  const S2Point centre = centre_of_face(face);
  const S2Point east = S2Point(0, 0, 1).CrossProd(centre).Normalize();
  const S2Point north = centre.CrossProd(east);
  const double radius = std::hypot(point.x, point.y) * unit / scale;
  double angle = std::atan2(point.y, point.x);
  if (class_three) angle += class_three_turn;
  const double azimuth = faces[face].azimuth - angle;
  return (centre + radius * (std::sin(azimuth) * east + std::cos(azimuth) * north)).Normalize();
}

// ---- from face to face ----

/// How far a face reaches: the sum of the steps on its sides. `resolution` is even; the corners of
/// cells have a grid three times as fine.
int reach(int resolution, bool of_corners) {
  int reach = 2;
  for (int i = 0; i < resolution / 2; ++i) reach *= 7;
  return of_corners ? 3 * reach : reach;
}

enum class Overage { None, OnSide, OtherFace };

void move_to(Place& place, const Side& side, int resolution, bool of_corners) {
  place.face = side.face;
  for (int i = 0; i < side.turns; ++i) place.steps = counterclockwise(place.steps);
  place.steps = plus(place.steps, scaled(side.steps, reach(resolution, of_corners) / 2));
}

/// Moves a place beyond the sides of its face to the face it is on.
Overage adjust(Place& place, int resolution, bool pentagon_turned, bool of_corners) {
  const int limit = reach(resolution, of_corners);
  Steps& s = place.steps;
  const auto sum = [&] { return s.i + s.j + s.k; };
  if (of_corners && sum() == limit) return Overage::OnSide;
  if (sum() <= limit) return Overage::None;
  SideName name = SideIJ;
  if (s.k > 0) name = s.j > 0 ? SideJK : SideKI;
  if (name == SideKI && pentagon_turned) {
    // The sixth of the pentagon that is missing begins here: around its centre, at the corner i.
    s = plus(clockwise({s.i - limit, s.j, s.k}), {limit, 0, 0});
  }
  move_to(place, sides[place.face][name], resolution, of_corners);
  return of_corners && sum() == limit ? Overage::OnSide : Overage::OtherFace;
}

Place place_of(Cell cell) {
  const int number = base_cell_of(cell);
  const bool pentagon = is_pentagon(number);
  const int resolution = resolution_of(cell);
  if (pentagon && leading_digit(cell) == 5) cell = turned_clockwise(cell);
  Place place = {homes[number].face, homes[number].steps};
  for (int i = 1; i <= resolution; ++i) {
    place.steps = plus(down(place.steps, i), steps_of(digit_of(cell, i)));
  }
  if (!pentagon && (resolution == 0 || homes[number].steps == Steps{})) return place;
  // Sides are straight in the axes of even resolutions only.
  const Place here = place;
  const int even = resolution + resolution % 2;
  if (even != resolution) place.steps = down(place.steps, even);
  if (adjust(place, even, pentagon && leading_digit(cell) == 4, false) == Overage::None) {
    return here;
  }
  while (pentagon && adjust(place, even, false, false) != Overage::None) {
  }
  if (even != resolution) place.steps = up(place.steps, even);
  return place;
}

Cell turned_on_pentagon(Cell cell) {
  cell = turned_counterclockwise(cell);
  return leading_digit(cell) == 1 ? turned_counterclockwise(cell) : cell;
}

Cell cell_of(Place place, int resolution) {
  Cell digits = parent_of(base_cell(0), 0);
  digits |= static_cast<Cell>(resolution) << 52;
  for (int i = resolution; i > 0; --i) {
    const Steps coarse = up(place.steps, i);
    const Steps centre = down(coarse, i);
    const Steps& s = place.steps;
    const Steps step = normalized({s.i - centre.i, s.j - centre.j, s.k - centre.k});
    digits = with_digit(digits, i, step.i * 4 + step.j * 2 + step.k);
    place.steps = coarse;
  }
  const Steps& s = place.steps;
  if (s.i > 2 || s.j > 2 || s.k > 2) return 0;  // no point of the closest face is there
  const int entry = base_cells[place.face][s.i * 9 + s.j * 3 + s.k];
  const int number = entry / 8;
  Cell cell = digits | static_cast<Cell>(number) << 45;
  const auto pentagon = std::find_if(pentagons.begin(), pentagons.end(),
                                     [&](const Pentagon& p) { return p.base_cell == number; });
  if (pentagon == pentagons.end()) {
    for (int i = 0; i < entry % 8; ++i) cell = turned_counterclockwise(cell);
    return cell;
  }
  if (leading_digit(cell) == 1) {
    const bool entered_clockwise =
        pentagon->clockwise[0] == place.face || pentagon->clockwise[1] == place.face;
    cell = entered_clockwise ? turned_clockwise(cell) : turned_counterclockwise(cell);
  }
  for (int i = 0; i < entry % 8; ++i) cell = turned_on_pentagon(cell);
  return cell;
}

Cell cell_at(const S2Point& point, int resolution) {
  Place place;
  place.steps = nearest_steps(project(point, resolution, place.face));
  return cell_of(place, resolution);
}

// ---- boundaries ----

Flat intersection(const Flat& a, const Flat& b, const Flat& c, const Flat& d) {
  const Flat ab = {b.x - a.x, b.y - a.y};
  const Flat cd = {d.x - c.x, d.y - c.y};
  const double t = (cd.x * (a.y - c.y) - cd.y * (a.x - c.x)) / (ab.x * cd.y - cd.x * ab.y);
  return {a.x + t * ab.x, a.y + t * ab.y};
}

SideName side_towards(int face, int other) {
  for (SideName name : {SideIJ, SideKI, SideJK}) {
    if (sides[face][name].face == other) return name;
  }
  return SideIJ;
}

/// Where the line between two corners crosses a side of the face they are given on.
Flat crossing(const Flat& a, const Flat& b, SideName side, int resolution) {
  const double size = reach(resolution, true);
  const Flat i = {size, 0};
  const Flat j = {-0.5 * size, root_of_3_halves * size};
  const Flat k = {-0.5 * size, -root_of_3_halves * size};
  switch (side) {
    case SideIJ:
      return intersection(a, b, i, j);
    case SideJK:
      return intersection(a, b, j, k);
    case SideKI:
      return intersection(a, b, k, i);
  }
  return a;
}

bool is_close(const Flat& a, const Flat& b) {
  return std::abs(a.x - b.x) < 1e-7 && std::abs(a.y - b.y) < 1e-7;
}

struct Boundary {
  std::vector<S2Point> corners;
  std::vector<S2Point> all;  // and where sides cross to another face
};

Boundary trace(Cell cell) {
  constexpr Steps class_two[6] = {{2, 1, 0}, {1, 2, 0}, {0, 2, 1}, {0, 1, 2}, {1, 0, 2}, {2, 0, 1}};
  constexpr Steps class_three[6] = {{5, 4, 0}, {1, 5, 0}, {0, 5, 4},
                                    {0, 1, 5}, {4, 0, 5}, {5, 0, 1}};
  const bool odd = is_class_three(resolution_of(cell));
  const bool pentagon = is_pentagon(base_cell_of(cell)) && leading_digit(cell) == 0;
  const size_t count = pentagon ? 5 : 6;
  const int even = resolution_of(cell) + odd;
  const Place centre = place_of(cell);
  Steps middle = finer_clockwise(finer(centre.steps, 2, 1), 2, 1);
  if (odd) middle = finer_clockwise(middle, 3, 1);
  std::vector<Place> spread;  // the corners on the plane of the face of the centre
  std::vector<Place> folded;  // on the faces they are on
  std::vector<Overage> overages;
  Boundary boundary;
  const double scale = scale_of(even) * 3;
  for (size_t i = 0; i < count; ++i) {
    spread.push_back({centre.face, plus(middle, odd ? class_three[i] : class_two[i])});
    Place corner = spread.back();
    Overage overage = adjust(corner, even, false, true);
    while (pentagon && overage == Overage::OtherFace) overage = adjust(corner, even, false, true);
    folded.push_back(corner);
    overages.push_back(overage);
    boundary.corners.push_back(unproject(flat(corner.steps), corner.face, scale, false));
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t next = (i + 1) % count;
    boundary.all.push_back(boundary.corners[i]);
    const int from = folded[i].face;
    const int to = folded[next].face;
    if (!odd || from == to) continue;
    if (pentagon) {
      Place end = folded[next];
      move_to(end, sides[to][side_towards(to, from)], even, true);
      const Flat point =
          crossing(flat(folded[i].steps), flat(end.steps), side_towards(from, to), even);
      boundary.all.push_back(unproject(point, from, scale, false));
    } else if (overages[i] != Overage::OnSide) {
      const Flat a = flat(spread[i].steps);
      const Flat b = flat(spread[next].steps);
      const SideName side = side_towards(centre.face, from == centre.face ? to : from);
      const Flat point = crossing(a, b, side, even);
      if (is_close(a, point) || is_close(b, point)) continue;
      boundary.all.push_back(unproject(point, centre.face, scale, false));
    }
  }
  return boundary;
}

S2Point centre_point(Cell cell) {
  const Place place = place_of(cell);
  const int resolution = resolution_of(cell);
  return unproject(flat(place.steps), place.face, scale_of(resolution), is_class_three(resolution));
}

}  // namespace

Cell cell_at(const Position& position, int resolution) {
  return cell_at(to_point(position), resolution);
}

Position centre_of(Cell cell) {
  return to_position(centre_point(cell));
}

Path boundary_of(Cell cell) {
  Path path;
  for (const S2Point& point : trace(cell).all) path.push_back(to_position(point));
  path.push_back(path.front());
  return path;
}

std::vector<Cell> neighbors_of(Cell cell) {
  // What lies a little beyond the middle of a side is in the neighbor.
  const S2Point centre = centre_point(cell);
  const std::vector<S2Point> corners = trace(cell).corners;
  std::vector<Cell> neighbors;
  for (size_t i = 0; i < corners.size(); ++i) {
    const S2Point side = (corners[i] + corners[(i + 1) % corners.size()]) / 2;
    const S2Point beyond = (side + 0.4 * (side - centre)).Normalize();
    neighbors.push_back(cell_at(beyond, resolution_of(cell)));
  }
  return neighbors;
}

namespace {

/// Orders the last ring counterclockwise, from just after the direction of the last neighbor.
void order_around(std::vector<std::vector<Cell>>& rings) {
  const S2Point centre = centre_point(rings[0][0]);
  const S2Point side = centre.CrossProd(centre_point(rings[1].back())).Normalize();
  const S2Point onward = side.CrossProd(centre);
  const double half_a_cell = std::numbers::pi / 6 / static_cast<double>(rings.size() - 1);
  std::vector<std::pair<double, Cell>> angles;
  for (Cell cell : rings.back()) {
    const S2Point point = centre_point(cell);
    const double angle = std::atan2(point.DotProd(side), point.DotProd(onward)) - half_a_cell;
    angles.emplace_back(angle < 0 ? angle + 2 * std::numbers::pi : angle, cell);
  }
  std::sort(angles.begin(), angles.end());
  for (size_t i = 0; i < angles.size(); ++i) rings.back()[i] = angles[i].second;
}

}  // namespace

std::vector<std::vector<Cell>> rings_around(Cell cell, int distance) {
  std::vector<std::vector<Cell>> rings = {{cell}};
  std::set<Cell> seen = {cell};
  for (int i = 1; i <= distance; ++i) {
    std::vector<Cell> ring;
    for (Cell inner : rings.back()) {
      for (Cell neighbor : neighbors_of(inner)) {
        if (seen.insert(neighbor).second) ring.push_back(neighbor);
      }
    }
    rings.push_back(std::move(ring));
    order_around(rings);
  }
  return rings;
}

}  // namespace vedette::stdlib::h3
