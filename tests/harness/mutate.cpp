#include "tests/harness/mutate.h"

#include <algorithm>
#include <array>

namespace vedette {

namespace {

constexpr auto troublesome = std::to_array<std::string_view>({"(",        ")",
                                                              "[",        "]",
                                                              "{",        "}",
                                                              "|",        ";",
                                                              ",",        "'",
                                                              "\"",       "@\"",
                                                              "```",      "h'",
                                                              "\\",       "=",
                                                              "==",       "*",
                                                              "-",        "..",
                                                              ".",        ":",
                                                              "//",       "let ",
                                                              "| where ", "| count",
                                                              " by ",     " on ",
                                                              " in ",     " and ",
                                                              "dynamic(", "datetime(",
                                                              "1d",       "0x",
                                                              "1e",       "1..2",
                                                              "\xff",     "\xf0\x9f\x98\x80",
                                                              "\n",       "\0",
                                                              "#"});

}  // namespace

QueryMutator::QueryMutator(std::vector<std::string> queries, uint64_t seed)
    : queries_(std::move(queries)), state_(seed * 2 + 1) {}

uint64_t QueryMutator::random(uint64_t below) {
  state_ ^= state_ << 13;
  state_ ^= state_ >> 7;
  state_ ^= state_ << 17;
  return below == 0 ? 0 : state_ % below;
}

std::string_view QueryMutator::random_slice(std::string_view text) {
  const size_t start = random(text.size() + 1);
  return text.substr(start, random(std::min<size_t>(30, text.size() - start) + 1));
}

std::string QueryMutator::next() {
  std::string text = queries_[random(queries_.size())];
  const uint64_t mistakes = 1 + random(4);
  for (uint64_t i = 0; i < mistakes; ++i) {
    const size_t at = random(text.size() + 1);
    const std::string slice(random_slice(text));
    switch (random(7)) {
      case 0:
        text.insert(at, troublesome[random(troublesome.size())]);
        break;
      case 1:
        text.insert(at, slice);
        break;
      case 2:
        text.insert(at, random_slice(queries_[random(queries_.size())]));
        break;
      case 3:
        text.erase(at, random(12));
        break;
      case 4:
        text.resize(at);
        break;
      case 5:
        if (at < text.size()) text[at] = static_cast<char>(random(256));
        break;
      default:
        for (uint64_t times = random(40); times > 0; --times) text.insert(at, slice);
    }
  }
  return text;
}

}  // namespace vedette
