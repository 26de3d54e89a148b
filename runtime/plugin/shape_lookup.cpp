// Points looked up in shapes. Cells that cover the shapes say which pairs are worth a closer look.
#include <algorithm>
#include <bit>
#include <unordered_map>
#include <utility>

#include "runtime/plugin/lookup.h"
#include "runtime/plugin/pair_writer.h"
#include "runtime/value/dynamic.h"

namespace vedette::plugin {
namespace {

// So many pairs are looked at together.
constexpr size_t most_candidates = 1 << 20;
constexpr size_t shown_columns_of_points = 3;
constexpr size_t shown_columns_of_shapes = 2;

/// The cell that has a smaller one and whose lowest set bit is `size`.
uint64_t parent_of(uint64_t cell, uint64_t size) {
  return (cell & (~size + 1)) | size;
}

/// Which shapes each cell belongs to.
class CellIndex {
 public:
  explicit CellIndex(const WholeTable& shapes) {
    const Cells numbers(shapes.columns[1]);
    for (size_t shape = 0; shape < shapes.rows; ++shape) {
      if (numbers.is_null(shape)) continue;
      for (DynamicView number : DynamicView(numbers.text(shape)).items()) {
        const auto cell = static_cast<uint64_t>(number.as_long());
        shapes_[cell].push_back(static_cast<uint32_t>(shape));
        const uint64_t size = cell & (~cell + 1);
        if (std::find(sizes_.begin(), sizes_.end(), size) == sizes_.end()) sizes_.push_back(size);
      }
    }
  }

  /// Calls `visit(shape)` for each shape that may hold what is in a smallest cell, once each: the
  /// cells of one shape do not overlap.
  template <typename Visit> void for_each_shape(uint64_t cell, Visit&& visit) const {
    for (const uint64_t size : sizes_) {
      const auto found = shapes_.find(parent_of(cell, size));
      if (found == shapes_.end()) continue;
      for (const uint32_t shape : found->second) visit(shape);
    }
  }

 private:
  std::unordered_map<uint64_t, std::vector<uint32_t>> shapes_;
  std::vector<uint64_t> sizes_;  // of the cells that there are
};

class ShapeFunction : public TableFunction {
 public:
  explicit ShapeFunction(ShapeLookup parameters) : parameters_(parameters) {}
  std::string describe() const override { return "lookup of shapes"; }

  void run(TableCall& call) const override {
    const WholeTable& points = call.inputs[0];
    PairWriter writer(call, shown_columns_of_points, shown_columns_of_shapes);
    const CellIndex index(call.inputs[1]);
    const Cells cells(points.columns[2]);
    Pacer pacer(call);
    size_t first = 0;
    std::vector<Pair> candidates;
    for (size_t row = 0; row < points.rows; ++row) {
      pacer.step();
      if (!cells.is_null(row)) {
        index.for_each_shape(static_cast<uint64_t>(cells.word(row)), [&](uint32_t shape) {
          candidates.push_back({shape, static_cast<uint32_t>(row)});
        });
      }
      if (candidates.size() < most_candidates && row + 1 < points.rows) continue;
      write(call, candidates, first, row + 1, writer);
      candidates.clear();
      first = row + 1;
    }
  }

 private:
  using Pair = std::pair<uint32_t, uint32_t>;  // a shape and a point

  void write(TableCall& call, std::vector<Pair>& candidates, size_t first, size_t end,
             PairWriter& writer) const {
    call.set_memory(static_cast<int64_t>(candidates.capacity() * sizeof(Pair) * 2));
    std::sort(candidates.begin(), candidates.end());
    std::vector<Pair> matches;  // a point and a shape
    for (size_t at = 0; at < candidates.size();) {
      call.check_running();
      const uint32_t shape = candidates[at].first;
      size_t next = at;
      while (next < candidates.size() && next - at < batch_rows &&
             candidates[next].first == shape) {
        ++next;
      }
      add_matches(call, std::span(candidates).subspan(at, next - at), matches);
      at = next;
    }
    std::sort(matches.begin(), matches.end());
    auto match = matches.begin();
    for (size_t row = first; row < end; ++row) {
      const bool found = match != matches.end() && match->first == row;
      for (; match != matches.end() && match->first == row; ++match) {
        writer.write(row, match->second);
      }
      if (!found && parameters_.keep_unmatched) writer.write_alone(row);
    }
  }

  /// Looks closely at points that may be in one shape.
  void add_matches(TableCall& call, std::span<const Pair> candidates,
                   std::vector<Pair>& matches) const {
    const double* longitudes = call.inputs[0].columns[0].vector().as<double>();
    const double* latitudes = call.inputs[0].columns[1].vector().as<double>();
    std::vector<double> x, y;
    for (const auto& [shape, point] : candidates) {
      x.push_back(longitudes[point]);
      y.push_back(latitudes[point]);
    }
    const Vector shapes = call.inputs[1].columns[0].vector();
    const Vector scope[] = {{.type = Type::Real, .values = x.data()},
                            {.type = Type::Real, .values = y.data()},
                            {.type = Type::Dynamic,
                             .shape = Shape::Constant,
                             .values = shapes.as<Text>() + candidates[0].first}};
    const Vector answers = call.evaluate(0, scope, static_cast<uint32_t>(candidates.size()));
    const Reader reader(answers);
    for (uint32_t i = 0; i < candidates.size(); ++i) {
      if (!reader.valid(i) || reader.get<uint8_t>(i) == 0) continue;
      matches.push_back({candidates[i].second, candidates[i].first});
    }
  }

  const ShapeLookup parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> shape_lookup(ShapeLookup parameters) {
  return std::make_shared<ShapeFunction>(parameters);
}

}  // namespace vedette::plugin
