#include "runtime/plugin/text_patterns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <unordered_map>

#include "runtime/plugin/cells.h"
#include "runtime/plugin/pattern_data.h"

namespace vedette::plugin {
namespace {

constexpr size_t most_runs = 20'000;

/// Where a run of words ends in a text.
struct Place {
  uint32_t row;
  uint32_t word;
};

struct WordRun {
  std::vector<uint32_t> words;
  std::array<int64_t, 2> rows = {};  // in which it occurs, of each set
};

bool is_part(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  return std::search(b.begin(), b.end(), a.begin(), a.end()) != b.end();
}

class TextPatternFunction : public TableFunction {
 public:
  explicit TextPatternFunction(TextPatterns parameters) : parameters_(parameters) {}
  std::string describe() const override { return "diffpatterns_text"; }

  void run(TableCall& call) const override {
    Texts texts = read(call);
    std::vector<WordRun> runs = frequent_runs(call, texts);
    const auto weight = [&](const WordRun& run) { return std::abs(difference(texts, run)); };
    std::erase_if(runs, [&](const WordRun& run) {
      return weight(run) < parameters_.threshold * (1 - 1e-12) ||
             run.words.size() < static_cast<size_t>(std::max<int64_t>(1, parameters_.least_words));
    });
    // The greatest difference first; of equal ones the longest says the most.
    std::sort(runs.begin(), runs.end(), [&](const WordRun& a, const WordRun& b) {
      if (weight(a) != weight(b)) return weight(a) > weight(b);
      if (a.words.size() != b.words.size()) return a.words.size() > b.words.size();
      return a.words < b.words;
    });
    std::vector<WordRun> chosen;
    for (WordRun& run : runs) {
      call.check_running();
      const bool told = std::any_of(chosen.begin(), chosen.end(), [&](const WordRun& other) {
        return is_part(run.words, other.words) || is_part(other.words, run.words);
      });
      if (!told) chosen.push_back(std::move(run));
    }
    std::sort(chosen.begin(), chosen.end(), [&](const WordRun& a, const WordRun& b) {
      const double of_a = difference(texts, a), of_b = difference(texts, b);
      return of_a != of_b ? of_a > of_b : a.words < b.words;
    });
    for (const WordRun& run : chosen) append(call, texts, run);
  }

 private:
  struct Texts {
    std::vector<std::vector<uint32_t>> words;  // of each row, as numbers
    std::vector<uint8_t> set;                  // of each row: 0 where the condition holds
    std::vector<std::string_view> names;       // of the numbers
    std::array<int64_t, 2> rows = {};
  };

  static Texts read(TableCall& call) {
    const Cells text(call.inputs[0].columns[0]), condition(call.inputs[0].columns[1]);
    Texts texts;
    std::unordered_map<std::string_view, uint32_t> number_of;
    Pacer pacer(call);
    for (size_t row = 0; row < call.inputs[0].rows; ++row) {
      pacer.step();
      std::vector<uint32_t>& words = texts.words.emplace_back();
      texts.set.push_back(condition.truth(row) ? 0 : 1);
      ++texts.rows[texts.set.back()];
      const std::string_view all = text.text(row);
      constexpr std::string_view blanks = " \t\r\n";
      for (size_t at = all.find_first_not_of(blanks); at != std::string_view::npos;) {
        const size_t end = std::min(all.find_first_of(blanks, at), all.size());
        const auto next = static_cast<uint32_t>(texts.names.size());
        const auto [found, fresh] = number_of.try_emplace(all.substr(at, end - at), next);
        if (fresh) texts.names.push_back(found->first);
        words.push_back(found->second);
        at = all.find_first_not_of(blanks, end);
      }
    }
    return texts;
  }

  static double share(const Texts& texts, const WordRun& run, size_t set) {
    if (texts.rows[set] == 0) return 0;
    return static_cast<double>(run.rows[set]) / static_cast<double>(texts.rows[set]);
  }
  static double difference(const Texts& texts, const WordRun& run) {
    return share(texts, run, 0) - share(texts, run, 1);
  }

  /// All runs of words that a share of either set has; longer ones grow out of shorter ones.
  std::vector<WordRun> frequent_runs(TableCall& call, const Texts& texts) const {
    std::vector<WordRun> found;
    std::vector<std::pair<WordRun, std::vector<Place>>> level;
    level.emplace_back();
    for (uint32_t row = 0; row < texts.words.size(); ++row) {
      for (uint32_t word = 0; word < texts.words[row].size(); ++word) {
        level[0].second.push_back({row, word});
      }
    }
    for (int64_t length = 1; length <= parameters_.most_words && !level.empty(); ++length) {
      std::vector<std::pair<WordRun, std::vector<Place>>> next;
      for (const auto& [run, places] : level) {
        call.check_running();
        std::map<uint32_t, std::vector<Place>> by_word;  // that follows
        for (const Place& place : places) {
          const auto& words = texts.words[place.row];
          if (place.word < words.size()) {
            by_word[words[place.word]].push_back({place.row, place.word + 1});
          }
        }
        for (auto& [word, ends] : by_word) {
          WordRun longer{run.words, {}};
          longer.words.push_back(word);
          uint32_t last = UINT32_MAX;
          for (const Place& place : ends) {
            if (place.row != last) ++longer.rows[texts.set[place.row]];
            last = place.row;
          }
          if (std::max(share(texts, longer, 0), share(texts, longer, 1)) < parameters_.threshold) {
            continue;
          }
          found.push_back(longer);
          if (found.size() >= most_runs) return found;
          next.emplace_back(std::move(longer), std::move(ends));
        }
      }
      level = std::move(next);
    }
    return found;
  }

  static void append(TableCall& call, const Texts& texts, const WordRun& run) {
    std::string text;
    for (const uint32_t word : run.words) {
      if (!text.empty()) text += ' ';
      text += texts.names[word];
    }
    for (size_t set = 0; set < 2; ++set) {
      call.out[set].append_word(run.rows[set]);
      call.out[2 + set].append_double(rounded(100 * share(texts, run, set), 2));
    }
    call.out[4].append_text(text);
  }

  const TextPatterns parameters_;
};

}  // namespace

std::shared_ptr<const TableFunction> text_patterns(TextPatterns parameters) {
  return std::make_shared<TextPatternFunction>(parameters);
}

}  // namespace vedette::plugin
