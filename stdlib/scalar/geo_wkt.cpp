// Shapes as well-known text: `LINESTRING (1 2, 3 4)` becomes GeoJSON.
#include <cctype>
#include <charconv>
#include <cmath>

#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/geo_functions.h"
#include "stdlib/scalar/geo_sphere.h"

namespace vedette::stdlib {
namespace {

/// Writes what it reads. Each step answers whether the text goes on as it must.
class ShapeReader {
 public:
  ShapeReader(std::string_view text, DynamicBuilder& out) : rest_(text), out_(out) {}

  bool read_all() {
    if (!read_shape(0)) return false;
    skip_blanks();
    return rest_.empty();
  }

 private:
  static constexpr int deepest = 100;

  void skip_blanks() {
    const size_t at = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at);
  }
  bool take(char wanted) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string take_word() {
    skip_blanks();
    std::string word;
    while (!rest_.empty() && std::isalpha(static_cast<unsigned char>(rest_.front())) != 0) {
      word += static_cast<char>(rest_.front() & ~0x20);
      rest_.remove_prefix(1);
    }
    return word;
  }
  bool take_empty() {
    const std::string_view before = rest_;
    if (take_word() == "EMPTY") return true;
    rest_ = before;
    return false;
  }

  bool read_number() {
    skip_blanks();
    if (!rest_.empty() && rest_.front() == '+') rest_.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return false;
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    add_coordinate(out_, value);
    return true;
  }
  bool read_position() {
    out_.begin_array();
    if (!read_number() || !read_number()) return false;
    out_.end_array();
    return true;
  }
  bool read_position_in_parentheses() {
    if (!take('(')) return read_position();
    return read_position() && take(')');
  }
  /// `(item, item ...)` as an array.
  bool read_list(bool (ShapeReader::*read_item)()) {
    out_.begin_array();
    if (!take_empty()) {
      if (!take('(')) return false;
      do {
        if (!(this->*read_item)()) return false;
      } while (take(','));
      if (!take(')')) return false;
    }
    out_.end_array();
    return true;
  }
  bool read_point() { return take('(') && read_position() && take(')'); }
  bool read_points() { return read_list(&ShapeReader::read_position_in_parentheses); }
  bool read_line() { return read_list(&ShapeReader::read_position); }
  bool read_lines() { return read_list(&ShapeReader::read_line); }
  bool read_polygons() { return read_list(&ShapeReader::read_lines); }
  bool read_shape_within() { return read_shape(depth_ + 1); }

  bool read_shape(int depth) {
    struct Kind {
      std::string_view word;
      std::string_view type;
      bool (ShapeReader::*read)();
    };
    constexpr Kind kinds[] = {
        {"POINT", "Point", &ShapeReader::read_point},
        {"LINESTRING", "LineString", &ShapeReader::read_line},
        {"POLYGON", "Polygon", &ShapeReader::read_lines},
        {"MULTIPOINT", "MultiPoint", &ShapeReader::read_points},
        {"MULTILINESTRING", "MultiLineString", &ShapeReader::read_lines},
        {"MULTIPOLYGON", "MultiPolygon", &ShapeReader::read_polygons},
    };
    if (depth > deepest) return false;
    const std::string word = take_word();
    out_.begin_object();
    out_.key("type");
    if (word == "GEOMETRYCOLLECTION") {
      out_.add_string("GeometryCollection");
      out_.key("geometries");
      depth_ = depth;
      if (!read_list(&ShapeReader::read_shape_within)) return false;
      depth_ = depth - 1;
      out_.end_object();
      return true;
    }
    for (const Kind& kind : kinds) {
      if (word != kind.word) continue;
      out_.add_string(kind.type);
      out_.key("coordinates");
      if (!(this->*kind.read)()) return false;
      out_.end_object();
      return true;
    }
    return false;
  }

  std::string_view rest_;
  DynamicBuilder& out_;
  int depth_ = 0;  // of the collection that is being read
};

std::optional<Dynamic> from_text(Arena& arena, std::string_view text) {
  DynamicBuilder out;
  if (!ShapeReader(text, out).read_all()) return std::nullopt;
  return out.finish(arena);
}

}  // namespace

std::vector<ScalarFunction> geo_text_functions() {
  return {
      {
          .name = "geo_from_wkt",
          .summary = "A shape given as well-known text, in GeoJSON.",
          .parameters = {{"wkt", "Such as 'POINT (1 2)'.", Accepts::StringOrDynamic}},
          .overloads = {rowwise([](Arena& arena, std::string_view text) {
                          return from_text(arena, text);
                        }),
                        rowwise([](Arena& arena, Dynamic value) {
                          return from_text(arena, DynamicView(value).as_text());
                        })},
          .examples = {{"geo_from_wkt('POINT (3.5 -4)')",
                        "{\"type\":\"Point\",\"coordinates\":[3.5,-4]}"},
                       {"geo_from_wkt('MULTIPOINT ((1 1), (2 3))')",
                        "{\"type\":\"MultiPoint\",\"coordinates\":[[1,1],[2,3]]}"},
                       {"geo_from_wkt('POLYGON ((0 0, 4 0, 4 4, 0 0), (2 1, 3 2, 3 1, 2 1))')",
                        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,0]],"
                        "[[2,1],[3,2],[3,1],[2,1]]]}"},
                       {"geo_from_wkt('LINESTRING (1 2, 3)')", "null"}},
          .null_rule = "Null for what is no well-known text of two dimensions.",
      },
  };
}

}  // namespace vedette::stdlib
