#include "runtime/tabular/reduce.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>

#include "runtime/base/format.h"
#include "runtime/tabular/rows.h"

namespace vedette::tabular {
namespace {

constexpr std::string_view others = "others";

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

struct Piece {
  std::string_view text;
  bool word;
};

struct Place {
  size_t position;
  std::string_view word;
  bool operator==(const Place&) const = default;
};

struct HashPlace {
  size_t operator()(const Place& place) const {
    return std::hash<std::string_view>()(place.word) * 31 + place.position;
  }
};

class Work {
 public:
  Work(const ReduceParameters& parameters, TableCall& call)
      : parameters_(parameters), call_(call), columns_(vectors_of(call.inputs[0])) {}

  void run() {
    const size_t rows = call_.inputs[0].rows;
    int64_t all = 0;
    for (size_t row = 0; row < rows; ++row) all += count(row);
    // A single row is never a pattern.
    support_ = std::max<int64_t>(
        2, static_cast<int64_t>(std::ceil(parameters_.threshold * static_cast<double>(all))));
    std::vector<Piece> pieces;
    for (size_t row = 0; row < rows; ++row) {
      if (row % batch_rows == 0) call_.check_running();
      cut(text(row), pieces);
      size_t position = 0;
      for (const Piece& piece : pieces) {
        if (piece.word) often_[{position++, piece.text}] += count(row);
      }
    }
    std::vector<Pattern*> pattern_of_row(rows);
    std::vector<Pattern*> in_order;
    for (size_t row = 0; row < rows; ++row) {
      if (row % batch_rows == 0) call_.check_running();
      const auto [found, added] = patterns_.try_emplace(pattern_of(text(row), pieces));
      if (added) {
        found->second.text = found->first;
        found->second.representative = text(row);
        found->second.number = in_order.size();
        in_order.push_back(&found->second);
      }
      found->second.count += count(row);
      pattern_of_row[row] = &found->second;
    }
    Pattern rest{.text = others};
    for (Pattern* pattern : in_order) {
      pattern->frequent = !pattern->text.empty() && pattern->count >= support_;
      if (!pattern->frequent) rest.count += pattern->count;
    }
    if (parameters_.each_text) {
      for (size_t row = 0; row < rows; ++row) {
        call_.out[0].append_text(text(row));
        show(pattern_of_row[row]->frequent ? *pattern_of_row[row] : rest, 1);
      }
      return;
    }
    std::sort(in_order.begin(), in_order.end(), [](const Pattern* a, const Pattern* b) {
      return a->count != b->count ? a->count > b->count : a->number < b->number;
    });
    for (const Pattern* pattern : in_order) {
      if (pattern->frequent) show(*pattern, 0);
    }
    if (rest.count > 0) show(rest, 0);
  }

 private:
  struct Pattern {
    std::string_view text;
    int64_t count = 0;
    std::string_view representative = {};
    bool frequent = false;
    size_t number = 0;  // in order of first appearance
  };

  std::string_view text(size_t row) const { return columns_[0].as<Text>()[row].view(); }
  int64_t count(size_t row) const { return columns_[1].as<int64_t>()[row]; }

  bool separates(char c) const {
    if (parameters_.separators.empty()) return !is_word_character(c);
    return parameters_.separators.find(c) != std::string::npos;
  }

  void cut(std::string_view text, std::vector<Piece>& pieces) const {
    pieces.clear();
    for (size_t at = 0; at < text.size();) {
      const bool separator = separates(text[at]);
      size_t end = at + 1;
      while (end < text.size() && separates(text[end]) == separator) ++end;
      pieces.push_back({text.substr(at, end - at), !separator});
      at = end;
    }
  }

  bool stays(size_t position, std::string_view word) const {
    // Numbers vary by nature.
    if (std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return false;
    }
    const auto found = often_.find({position, word});
    return found != often_.end() && found->second >= support_;
  }

  /// Empty when no word of the text is frequent.
  std::string pattern_of(std::string_view text, std::vector<Piece>& pieces) const {
    cut(text, pieces);
    std::string pattern;
    bool any = false;
    size_t position = 0;
    std::string_view between;
    const bool own_separators = !parameters_.separators.empty();
    for (const Piece& piece : pieces) {
      if (!piece.word) {
        between = piece.text;
        continue;
      }
      const bool stay = stays(position++, piece.text);
      const bool after_star = pattern.ends_with('*');
      if (stay) {
        if (!(own_separators && after_star)) pattern += between;
        pattern += piece.text;
        any = true;
      } else if (!after_star || !own_separators) {
        if (!own_separators) pattern += between;
        if (!pattern.ends_with('*')) pattern += '*';
      }
      between = {};
    }
    if (!own_separators) pattern += between;
    return any ? pattern : std::string();
  }

  void show(const Pattern& pattern, size_t at) {
    call_.out[at].append_text(pattern.text);
    call_.out[at + 1].append_word(pattern.count);
    call_.out[at + 2].append_text(pattern.representative);
  }

  const ReduceParameters& parameters_;
  TableCall& call_;
  const std::vector<Vector> columns_;
  int64_t support_ = 2;
  std::unordered_map<Place, int64_t, HashPlace> often_;
  std::map<std::string, Pattern> patterns_;  // addresses stay
};

class Reduce : public TableFunction {
 public:
  explicit Reduce(ReduceParameters parameters) : parameters_(std::move(parameters)) {}

  std::string describe() const override {
    return fmt::format("reduce with threshold {}", parameters_.threshold);
  }

  void run(TableCall& call) const override { Work(parameters_, call).run(); }

 private:
  ReduceParameters parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> reduce(ReduceParameters parameters) {
  return std::make_shared<Reduce>(std::move(parameters));
}

}  // namespace vedette::tabular
