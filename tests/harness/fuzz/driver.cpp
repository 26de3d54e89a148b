// Drives a fuzz target without libFuzzer: mutates seeds for a while. The short run of `make test`.
//   fuzz_x [-seconds=N] [-runs=N] [-seed=N] [FILE|FOLDER...]
// It ends after so many seconds or inputs, whichever is first; equal seeds give equal inputs.
// Queries of `.test` and `.kql` files are seeds; without any, inputs are random bytes. The input
// that makes it fail, by an exception, a signal or a sanitizer, is written to stderr as a string
// literal and left in `crash-<program>` beside the program. A file that is neither is one seed.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/format.h"
#include "tests/harness/case_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
// There in builds with a sanitizer.
extern "C" __attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)());

namespace {

namespace fs = std::filesystem;

constexpr size_t most_bytes = 4096;

/// The input being tried, kept in a file whatever happens to the process, and written to stderr as
/// a string literal when it makes the process fail.
class Input {
 public:
  explicit Input(const std::string& path)
      : file_(open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0644)) {
    if (file_ < 0 || ftruncate(file_, most_bytes) != 0) return;
    void* mapped = mmap(nullptr, most_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_, 0);
    if (mapped != MAP_FAILED) bytes_ = static_cast<char*>(mapped);
  }

  void set(std::string_view text) {
    text_ = text;
    if (bytes_ == nullptr) return;
    text = text.substr(0, most_bytes);
    std::memcpy(bytes_, text.data(), text.size());
    std::memset(bytes_ + text.size(), 0, most_bytes - text.size());
  }

  /// Safe in a signal handler. The file is cut to the length of the input.
  void report() {
    if (std::exchange(reported_, true)) return;
    say("\nthe input, ");
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), text_.size());
    say({digits, static_cast<size_t>(end.ptr - digits)});
    say(" bytes:\n\"");
    for (const char c : text_) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') {
        const char both[] = {'\\', c};
        say({both, 2});
      } else if (c == '\n') {
        say("\\n");
      } else if (byte < 0x20 || byte >= 0x7F) {
        static constexpr char hexadecimal[] = "0123456789abcdef";
        const char code[] = {'\\', 'x', hexadecimal[byte >> 4], hexadecimal[byte & 15]};
        say({code, 4});
      } else {
        say({&c, 1});
      }
    }
    say("\"\n");
    if (ftruncate(file_, static_cast<off_t>(std::min(text_.size(), most_bytes))) != 0)
      say("not cut\n");
  }

 private:
  static void say(std::string_view text) {
    if (write(STDERR_FILENO, text.data(), text.size()) < 0) return;  // nothing else can be done
  }

  int file_;
  char* bytes_ = nullptr;
  std::string_view text_;
  bool reported_ = false;
};

Input* current_input = nullptr;

void report_input() {
  if (current_input != nullptr) current_input->report();
}

struct sigaction former[NSIG];

void on_signal(int number) {
  report_input();
  // What was to happen without us: a sanitizer's report, or the end.
  sigaction(number, &former[number], nullptr);
  raise(number);
}

/// Has the input reported however the process fails: signals, uncaught exceptions (they abort), and
/// reports of sanitizers.
void watch(Input& input) {
  current_input = &input;
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGTERM}) {
    sigaction(number, &action, &former[number]);
  }
  if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(report_input);
}

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
    if (file.extension() != ".test") {
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
  const fs::path crash_file = program.parent_path() / ("crash-" + program.filename().string());
  Input input(crash_file);
  watch(input);

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
    input.set(current);
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(current.data()), current.size());
  }
  fs::remove(crash_file);
  fmt::print("{} inputs\n", tried);
  return tried > 0 ? 0 : 1;
}
