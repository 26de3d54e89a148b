// Kills `vedette ingest` at random moments, again and again: whatever it acknowledged is there
// afterwards, nothing half-written shows, and the next ingest goes on.
//   run_kills --program VEDETTE [--kills N] [--seed N]
#include <fcntl.h>
#include <signal.h>
#include <simdjson.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <regex>
#include <thread>

#include "runtime/base/error.h"
#include "runtime/base/format.h"

namespace vedette {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr int files_an_ingest = 3;
constexpr int64_t rows_a_file = 3'000;
constexpr int64_t rows_an_ingest = files_an_ingest * rows_a_file;
constexpr int64_t rows_a_commit = 1'000;  // where commits are small
constexpr int ingests_a_database = 10;

std::string read_whole(const fs::path& path) {
  std::ifstream input(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
}

/// A program that was started, its output in files.
class Process {
 public:
  Process(const std::vector<std::string>& command, const fs::path& folder, const fs::path& input)
      : output_(folder / "output"), errors_(folder / "errors") {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(), O_RDONLY, 0);
    constexpr int fresh = O_CREAT | O_TRUNC | O_WRONLY;
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_.c_str(), fresh, 0644);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors_.c_str(), fresh, 0644);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int failed =
        posix_spawn(&id_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    check(failed == 0, "the program can be started");
  }

  void kill() const { ::kill(id_, SIGKILL); }

  /// True if it ended by itself and well; false if it was killed. Anything else is a failure.
  bool wait() const {
    int status = 0;
    check(::waitpid(id_, &status, 0) == id_, "the program can be waited for");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return false;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
      fmt::print("it ended with status {:#x}:\n{}\n", status, errors());
      std::exit(1);
    }
    return true;
  }

  std::string output() const { return read_whole(output_); }
  std::string errors() const { return read_whole(errors_); }

 private:
  fs::path output_, errors_;
  pid_t id_ = 0;
};

/// All columns of a row can be told from its number.
void write_rows(const fs::path& path, int64_t first) {
  fmt::memory_buffer text;
  for (int64_t n = first; n < first + rows_a_file; ++n) {
    const int64_t second = n % 60, minute = n / 60 % 60, hour = n / 3600 % 24, day = n / 86400;
    fmt::format_to(std::back_inserter(text),
                   R"({{"n":{},"Text":"row {}","Kind":"kind {}","Half":{}.5,"Even":{},)"
                   R"("Time":"2024-01-{:02}T{:02}:{:02}:{:02}Z","Bag":{{"n":{},"tags":["a",{}]}})",
                   n, n * 7, n % 5, n, n % 2 == 0, day + 1, hour, minute, second, n, n % 3);
    if (n % 3 != 0) fmt::format_to(std::back_inserter(text), R"(,"Maybe":{})", -n);
    // A column that appears later.
    if (n >= rows_an_ingest) fmt::format_to(std::back_inserter(text), R"(,"Late":"late {}")", n);
    fmt::format_to(std::back_inserter(text), "}}\n");
  }
  std::ofstream(path, std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
}

/// Reads every column of every row. Before any row the columns are not known.
constexpr std::string_view rows_query =
    "T | summarize Rows = count(), Low = min(n), High = max(n), Numbers = count_distinct(n), "
    "Wrong = countif(Text != strcat('row ', n * 7) or Kind != strcat('kind ', n % 5) "
    "or Half != n + 0.5 or Even != (n % 2 == 0) or Time != datetime(2024-01-01) + n * 1s "
    "or tolong(Bag.n) != n or tolong(Bag.tags[1]) != n % 3 "
    "or isnull(Maybe) != (n % 3 == 0) or (n % 3 != 0 and Maybe != -n) "
    "or isnull(ingestion_time()) "
    "or column_ifexists('Late', '') != iff(n >= 9000, strcat('late ', n), ''))";
static_assert(rows_an_ingest == 9000, "the query says so");

struct Tally {
  int killed = 0, ended = 0;
  int nothing_new = 0, part = 0, all = 0;  // of what a killed ingest was to add
  int64_t acknowledged = 0, unacknowledged = 0;
};

/// One database, ingested into until the end.
class Trial {
 public:
  Trial(std::string program, fs::path folder) : program_(std::move(program)), folder_(folder) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Trial() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  /// Ingests some files, killed after a while (if given), and looks at what is there then. How long
  /// the ingest took.
  Microseconds ingest(bool small_commits, std::optional<Microseconds> patience, Tally& tally) {
    std::vector<std::string> command = {program_,  "ingest", "--db",      folder_ / "db",
                                        "--table", "T",      "--threads", "2"};
    if (small_commits) {
      command.insert(command.end(), {"--commit-rows", std::to_string(rows_a_commit)});
    }
    for (int file = 0; file < files_an_ingest; ++file) {
      command.push_back(folder_ / fmt::format("{}.ndjson", file));
      write_rows(command.back(), rows_ + file * rows_a_file);
    }
    const auto begun = Clock::now();
    const Process process(command, folder_, "/dev/null");
    if (patience) {
      std::this_thread::sleep_for(*patience);
      process.kill();
    }
    const bool ended = process.wait();
    const auto took = std::chrono::duration_cast<Microseconds>(Clock::now() - begun);
    const int64_t acknowledged = acknowledged_rows(process.errors());
    require(!ended || acknowledged == rows_an_ingest, "an ingest that ends acknowledges all rows");

    const int64_t added = count_rows() - rows_;
    require(added >= acknowledged, "acknowledged rows are there");
    require(added == 0 || added == rows_an_ingest ||
                (small_commits && added < rows_an_ingest && added % rows_a_commit == 0),
            "there are only whole commits");
    rows_ += added;
    ++(ended ? tally.ended : tally.killed);
    if (!ended)
      ++(added == 0 ? tally.nothing_new : added < rows_an_ingest ? tally.part : tally.all);
    tally.acknowledged += acknowledged;
    tally.unacknowledged += added - acknowledged;
    return took;
  }

  /// After an ingest that ended: no file is left over from those that were killed.
  void check_files() const {
    const std::string manifest = read_whole(folder_ / "db" / "manifest");
    int64_t listed = 0;
    for (size_t at = 0; (at = manifest.find("\nextent ", at)) != std::string::npos; ++at) ++listed;
    require(std::distance(fs::directory_iterator(folder_ / "db" / "extents"), {}) == listed,
            "leftovers are removed");
    for (const auto& entry : fs::directory_iterator(folder_ / "db")) {
      require(entry.path().extension() != ".tmp", "leftovers are removed");
    }
  }

 private:
  void require(bool condition, std::string_view sentence) const {
    if (condition) return;
    fmt::print("not so: {} ({} rows before, in {})\n{}\n", sentence, rows_, folder_.string(),
               read_whole(folder_ / "errors"));
    fs::rename(folder_, folder_.string() + ".failed");
    std::exit(1);
  }

  /// What the command has said to be in: `<file>: 3,000 rows into T, ...`.
  static int64_t acknowledged_rows(const std::string& errors) {
    static const std::regex line(R"(: ([0-9,]+) rows into T, )");
    int64_t rows = 0;
    for (std::sregex_iterator at(errors.begin(), errors.end(), line), end; at != end; ++at) {
      std::string digits = (*at)[1];
      std::erase(digits, ',');
      rows += std::stoll(digits);
    }
    return rows;
  }

  /// Opens the database again, in processes of their own, and reads everything.
  int64_t count_rows() {
    if (!fs::exists(folder_ / "db" / "manifest")) return 0;
    const Process tables({program_, "tables", "--db", folder_ / "db", "--format", "json"}, folder_,
                         "/dev/null");
    require(tables.wait(), "the tables can be listed");
    if (tables.output().find("\"T\"") == std::string::npos) return 0;

    std::ofstream(folder_ / "requests")
        << R"({"id":1,"query":"T | count"})" << '\n'
        << fmt::format(R"({{"id":2,"query":"{}"}})", rows_query) << '\n';
    const Process batch({program_, "batch", "--db", folder_ / "db"}, folder_, folder_ / "requests");
    require(batch.wait(), "queries are answered");
    const simdjson::padded_string answers(batch.output());
    simdjson::dom::parser parser;
    int64_t rows = -1;
    for (const simdjson::dom::element answer : parser.parse_many(answers)) {
      // A table that has no columns yet has no `n` either.
      if (rows == 0 && !answer["ok"].get_bool().value()) return 0;
      if (!answer["ok"].get_bool().value()) fmt::print("{}\n", batch.output());
      require(answer["ok"].get_bool().value(), "every column can be read");
      const simdjson::dom::array row = answer["tables"].at(0)["rows"].at(0).get_array().value();
      if (rows < 0) {
        rows = row.at(0).get_int64().value();
      } else if (rows > 0) {
        require(row.at(0).get_int64().value() == rows, "all counts are the same");
        require(row.at(1).get_int64().value() == 0 && row.at(2).get_int64().value() == rows - 1 &&
                    row.at(3).get_int64().value() == rows,
                "no row is missing or there twice");
        require(row.at(4).get_int64().value() == 0, "every value is as it was written");
      }
    }
    require(rows >= 0, "both queries are answered");
    return rows;
  }

  std::string program_;
  fs::path folder_;
  int64_t rows_ = 0;
};

int run(const std::string& program, int kills, uint64_t seed) {
  const auto begun = Clock::now();
  std::mt19937_64 random(seed);
  const fs::path here = fs::absolute("killed_ingests");
  // In memory ingests are quick and kills fall everywhere; on a disk much of the time is fsync's.
  const fs::path places[] = {here, fs::exists("/dev/shm")
                                       ? fs::path(fmt::format("/dev/shm/vedette_{}", ::getpid()))
                                       : here};
  Tally tally;
  std::map<std::pair<fs::path, bool>, Microseconds> durations;
  for (int database = 0; tally.killed < kills; ++database) {
    const fs::path& place = places[database % 2];
    Trial trial(program, place);
    const bool small_commits = database % 6 >= 2;
    Microseconds& duration = durations[{place, small_commits}];
    for (int ingest = 0; ingest < ingests_a_database && tally.killed < kills; ++ingest) {
      if (duration.count() == 0) {
        duration = trial.ingest(small_commits, std::nullopt, tally);
        continue;
      }
      const auto most = static_cast<uint64_t>(duration.count());
      trial.ingest(small_commits, Microseconds(random() % most), tally);
    }
    duration = trial.ingest(small_commits, std::nullopt, tally);
    trial.check_files();
  }
  fmt::print(
      "{} ingests killed, {} ended; of the killed {} left nothing, {} a part, {} all of "
      "their rows; {} rows acknowledged, {} more kept; {:.1f} s\n",
      tally.killed, tally.ended, tally.nothing_new, tally.part, tally.all, tally.acknowledged,
      tally.unacknowledged, std::chrono::duration<double>(Clock::now() - begun).count());
  for (const auto& [where, took] : durations) {
    fmt::print("an ingest in {}{} takes {} ms\n", where.first.string(),
               where.second ? ", small commits," : "", took.count() / 1000);
  }
  return 0;
}

}  // namespace
}  // namespace vedette

int main(int count, char** texts) {
  std::string program;
  int kills = 200;
  uint64_t seed = 1;
  for (int at = 1; at + 1 < count; at += 2) {
    const std::string_view option = texts[at];
    if (option == "--program") program = texts[at + 1];
    if (option == "--kills") kills = std::stoi(texts[at + 1]);
    if (option == "--seed") seed = std::stoull(texts[at + 1]);
  }
  if (program.empty()) {
    fmt::print("run_kills --program VEDETTE [--kills N] [--seed N]\n");
    return 2;
  }
  return vedette::run(program, kills, seed);
}
