// Drives a fuzz target without libFuzzer: mutates seeds for a while. The short run of `make test`.
//   fuzz_x [-seconds=N] [-runs=N] [-seed=N] [FILE|FOLDER...]
// It ends after so many seconds or inputs, whichever is first; equal seeds give equal inputs.
// Queries of `.test` and `.kql` files are seeds; without any, inputs are random bytes. The input
// that crashes is left in `crash-<program>` beside the program.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/base/format.h"
#include "tests/harness/case_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

constexpr size_t most_bytes = 4096;

/// Keeps the input being tried in a file, whatever happens to the process.
class CrashFile {
 public:
  explicit CrashFile(std::string path) : path_(std::move(path)) {
    const int file = open(path_.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0644);
    if (file < 0 || ftruncate(file, most_bytes) != 0) return;
    void* mapped = mmap(nullptr, most_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) bytes_ = static_cast<char*>(mapped);
    close(file);
  }
  void write(std::string_view input) {
    if (bytes_ == nullptr) return;
    input = input.substr(0, most_bytes);
    std::memcpy(bytes_, input.data(), input.size());
    std::memset(bytes_ + input.size(), 0, most_bytes - input.size());
  }
  void remove() { unlink(path_.c_str()); }

 private:
  std::string path_;
  char* bytes_ = nullptr;
};

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  size_t below(size_t count) {
    uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return static_cast<size_t>((z ^ (z >> 31)) % std::max<size_t>(count, 1));
  }

 private:
  uint64_t state_;
};

std::vector<std::string> read_seeds(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    if (!fs::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      const fs::path kind = entry.path().extension();
      if (kind == ".test" || kind == ".kql") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> seeds;
  for (const fs::path& file : files) {
    if (file.extension() == ".kql") {
      std::ifstream input(file, std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>());
      continue;
    }
    for (const auto& test : vedette::read_case_file(file).cases) seeds.push_back(test.query);
  }
  return seeds;
}

/// Where a word of the text begins, at or after `at`: edits at words make more interesting queries.
size_t word_at(const std::string& text, size_t at) {
  const size_t space = text.find(' ', at);
  return space == std::string::npos ? text.size() : space;
}

void mutate(std::string& text, const std::vector<std::string>& seeds, Random& random) {
  static constexpr std::string_view odd[] = {"|",
                                             "(",
                                             ")",
                                             "[",
                                             "]",
                                             "'",
                                             "\"",
                                             ",",
                                             ";",
                                             "==",
                                             "..",
                                             "let ",
                                             "\0",
                                             "\n",
                                             "*",
                                             "-1",
                                             "0x",
                                             "1d",
                                             "null",
                                             "/*",
                                             "//",
                                             "\xFF",
                                             "@'",
                                             "```",
                                             "{",
                                             "}",
                                             "=>",
                                             "dynamic(",
                                             "h'",
                                             "$left.",
                                             "9223372036854775807",
                                             "1e999",
                                             "has_any",
                                             "by "};
  const size_t at = random.below(text.size() + 1);
  switch (random.below(6)) {
    case 0:
      text.erase(at, random.below(8) + 1);
      break;
    case 1:
      text.insert(at, odd[random.below(std::size(odd))]);
      break;
    case 2:
      if (!text.empty()) text[random.below(text.size())] = static_cast<char>(random.below(256));
      break;
    case 3: {  // words of another seed in place of ours
      const std::string& other = seeds[random.below(seeds.size())];
      const size_t from = word_at(other, random.below(other.size() + 1));
      const size_t start = word_at(text, at);
      const size_t end = word_at(text, std::min(start + 1 + random.below(20), text.size()));
      text.replace(start, end - start, other.substr(from, random.below(60)));
      break;
    }
    case 4: {  // a part twice
      const std::string part = text.substr(at, random.below(30));
      text.insert(word_at(text, random.below(text.size() + 1)), part);
      break;
    }
    default:  // another step
      text += " | " + seeds[random.below(seeds.size())];
      break;
  }
  if (text.size() > most_bytes) text.resize(most_bytes);
}

std::string random_bytes(Random& random) {
  std::string bytes(random.below(512), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

}  // namespace

int main(int count, char** texts) {
  long seconds = 5;
  int64_t runs = INT64_MAX;
  uint64_t seed = 1;
  std::vector<std::string> paths;
  const std::vector<std::string> arguments(texts + 1, texts + count);
  for (const std::string& argument : arguments) {
    if (argument.starts_with("-seconds=")) {
      seconds = std::stol(argument.substr(9));
    } else if (argument.starts_with("-runs=")) {
      runs = std::stoll(argument.substr(6));
    } else if (argument.starts_with("-seed=")) {
      seed = std::stoull(argument.substr(6));
    } else {
      paths.push_back(argument);
    }
  }
  const fs::path program = fs::absolute(texts[0]);
  CrashFile crash_file(program.parent_path() / ("crash-" + program.filename().string()));

  const std::vector<std::string> seeds = read_seeds(paths);
  Random random(seed);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  int64_t tried = 0;
  std::string current;
  for (; tried < runs && std::chrono::steady_clock::now() < end; ++tried) {
    if (seeds.empty()) {
      current = random_bytes(random);
    } else {
      current = seeds[random.below(seeds.size())];
      const size_t edits = tried < static_cast<int64_t>(seeds.size()) ? 0 : 1 + random.below(6);
      for (size_t i = 0; i < edits; ++i) mutate(current, seeds, random);
    }
    crash_file.write(current);
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
  }
  crash_file.remove();
  fmt::print("{} inputs\n", tried);
  return tried > 0 ? 0 : 1;
}
