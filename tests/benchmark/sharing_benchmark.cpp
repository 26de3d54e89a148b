// Many rules at once: a day of schedule replayed with shared scans and rule by rule.
//   sharing_benchmark [--rows N] [--every N] [--db DIR] [--alone FILE] [PATH...]
// `--every N` replays each N-th run only; `--db` keeps the day for the next time, `--alone` what
// the runs one by one took and answered: later calls measure sharing only. Without a path: the
// published rules beside the source tree, else those that we ship.
#include <malloc.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>

#include "compiler/session/catalogue_schemas.h"
#include "compiler/session/deep_stack.h"
#include "compiler/session/session.h"
#include "rules/alert/result_rows.h"
#include "rules/run/run_query.h"
#include "rules/share/shared_runner.h"
#include "runtime/base/format.h"
#include "runtime/base/hash.h"
#include "runtime/base/process_memory.h"
#include "stdlib/stdlib.h"
#include "tests/harness/rule_day.h"
#include "tests/harness/source_tree.h"

namespace {

using namespace vedette;
using namespace vedette::rules;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Run {
  const AnalyticRule* rule;
  Slot slot;
};

/// All runs of a day, as a scheduler would begin them.
std::vector<Run> runs_of(const ReadableRules& rules, Datetime day) {
  std::vector<Run> runs;
  for (const AnalyticRule& rule : rules.rules) {
    for (int64_t number = 1;; ++number) {
      const Slot slot = slot_number(rule, day, number);
      if (slot.at.ticks > day.ticks + ticks_per_day) break;
      runs.push_back({&rule, slot});
    }
  }
  std::ranges::sort(runs, {},
                    [](const Run& run) { return std::pair(run.slot.due.ticks, run.rule); });
  return runs;
}

struct Answer {
  uint64_t hash = 0;
  size_t rows = 0;
  int64_t scanned = 0;  // rows, of tables or of what was kept of them
  double milliseconds = 0;
  bool ok = false;
  std::string text;
};

/// The hash does not depend on the order of rows: queries without `sort` leave it open.
Answer answer_of(const QueryRun& run, bool with_text) {
  Answer answer{.rows = run.rows->rows,
                .scanned = run.statistics.rows_scanned,
                .ok = run.failure == Failure::None};
  answer.text = run.code + run.problem;
  for (const auto& [name, type] : run.rows->columns) answer.text += name + ' ';
  answer.hash = hash_bytes(answer.text);
  const ResultRows rows(*run.rows);
  std::string cells;
  for (size_t row = 0; row < rows.size(); ++row) {
    cells.clear();
    rows.append_cells(cells, row);
    answer.hash += hash_word(hash_bytes(cells));
    if (with_text) answer.text += '\n' + cells;
  }
  return answer;
}

/// What `write_answers` wrote about as many runs; otherwise `answers` stays empty.
double read_answers(const std::string& file, size_t runs, std::vector<Answer>& answers) {
  std::ifstream from(file);
  double seconds = 0;
  size_t count = 0;
  if (file.empty() || !(from >> seconds >> count) || count != runs) return 0;
  for (Answer answer;
       from >> answer.hash >> answer.rows >> answer.scanned >> answer.milliseconds >> answer.ok;)
    answers.push_back(answer);
  return seconds;
}

void write_answers(const std::string& file, double seconds, const std::vector<Answer>& answers) {
  std::ofstream to(file);
  to << seconds << ' ' << answers.size() << '\n';
  for (const Answer& answer : answers) {
    to << answer.hash << ' ' << answer.rows << ' ' << answer.scanned << ' ' << answer.milliseconds
       << ' ' << answer.ok << '\n';
  }
}

/// Neither replay shall pay for what is done once in a process: checksums and dictionaries.
void read_all(const Snapshot& snapshot) {
  for (const Table& table : snapshot.tables()) {
    for (const auto& extent : table.extents) {
      Arena arena;
      ExtentReader reader(extent, *table.schema);
      for (uint32_t column = 0; column < table.schema->columns.size(); ++column) {
        for (uint32_t first = 0; first < extent->rows(); first += block_rows) {
          arena.clear();
          reader.read(column, first, std::min<uint32_t>(batch_rows, extent->rows() - first), arena);
        }
      }
    }
  }
}

/// A scheduler has had its memory for days. In a virtual machine, pages that a process gets for the
/// first time cost up to twenty times what they cost later: each replay begins with a heap that was
/// in use before.
void use_heap_once() {
  constexpr size_t pieces = 14'000, bytes = 64 << 10, page = 4 << 10;
  std::vector<std::unique_ptr<char[]>> used;
  for (size_t i = 0; i < pieces; ++i) {
    used.emplace_back(new char[bytes]);
    for (size_t at = 0; at < bytes; at += page)
      static_cast<volatile char*>(used.back().get())[at] = 1;
  }
}

/// A copy of this process: what one replay gets from the system, the other does not find there.
void in_a_process_of_its_own(const std::function<void()>& work) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  if (child > 0) waitpid(child, nullptr, 0);
}

std::string scratch_file() {
  return (std::filesystem::temp_directory_path() / fmt::format("sharing_answers_{}", getpid()))
      .string();
}

/// CPU time of this thread: others may use the machine too.
double milliseconds_of_thread() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Runs them all; answers seconds of CPU time. `reading`, in milliseconds, is not put to the rule
/// that happens to be the first to need rows.
double replay(
    QueryRunner& runner, const std::vector<Run>& runs, std::vector<Answer>& answers,
    std::map<std::string, double>& by_rule,
    const std::function<double()>& reading = [] { return 0.0; }) {
  double seconds = 0;
  session::run_on_deep_stack([&] {
    use_heap_once();
    for (const Run& each : runs) {
      const double start = milliseconds_of_thread();
      const double read_before = reading();
      const QueryRun run = runner.run(*each.rule, each.slot);
      const double took = milliseconds_of_thread() - start;
      seconds += took / 1000;
      const double read = reading() - read_before;
      by_rule[each.rule->file] += took - read;
      by_rule["(reading of tables)"] += read;
      answers.push_back(answer_of(run, runs.size() < 5000));
      answers.back().milliseconds = took;
    }
  });
  return seconds;
}

void show_dearest(const char* title, const std::map<std::string, double>& by_rule) {
  std::vector<std::pair<double, std::string>> dear;
  for (const auto& [file, took] : by_rule) dear.emplace_back(took, file);
  std::ranges::sort(dear, std::greater());
  fmt::print("{}\n", title);
  for (size_t i = 0; i < std::min<size_t>(20, dear.size()); ++i) {
    fmt::print("  {:9.1f} ms  {}\n", dear[i].first, dear[i].second);
  }
}

}  // namespace

int main(int count, char** texts) {
  keep_freed_memory();      // as the program does
  mallopt(M_ARENA_MAX, 1);  // runs are made one after the other
  uint64_t rows = 5'000'000;
  size_t every = 1;
  std::string directory, kept;
  std::vector<std::string> paths;
  for (int i = 1; i < count; ++i) {
    const std::string text = texts[i];
    if (text == "--rows") {
      rows = std::strtoull(texts[++i], nullptr, 10);
    } else if (text == "--db") {
      directory = texts[++i];
    } else if (text == "--alone") {
      kept = texts[++i];
    } else if (text == "--every") {
      every = std::strtoull(texts[++i], nullptr, 10);
    } else {
      paths.push_back(text);
    }
  }
  if (paths.empty()) {
    const auto root = source_root();
    const auto published = root.parent_path() / "shared/rules/azure-sentinel";
    paths.push_back((exists(published) ? published : root / "rules/packs").string());
  }
  const Library& library = standard_library();
  auto start = Clock::now();
  const ReadableRules rules = readable_rules(library, paths);
  fmt::print("{} rules over {} tables, {:.1f} s\n", rules.rules.size(), rules.readers.size(),
             milliseconds_since(start) / 1000);
  start = Clock::now();
  const bool made = directory.empty() || !std::filesystem::exists(directory + "/manifest");
  const auto database =
      directory.empty() ? Database::in_memory() : Database::open(directory, OpenMode::Create);
  const Datetime day{638'000'000'000'000'000 / ticks_per_day * ticks_per_day};
  if (made) generate_day(*database, rules, {.rows = rows, .from = day});
  uint64_t stored = 0, total = 0;
  const auto snapshot = database->snapshot();
  for (const Table& table : snapshot->tables())
    stored += table.stored_bytes(), total += table.rows();
  fmt::print("{} rows, {} MB, {:.1f} s\n", total, stored >> 20, milliseconds_since(start) / 1000);
  CatalogueSchemas schemas;
  Session session(library, database.get(), &schemas);
  std::vector<Run> runs = runs_of(rules, day);
  const size_t total_runs = runs.size();
  if (every > 1) {
    std::vector<Run> some;
    for (size_t i = 0; i < runs.size(); i += every) some.push_back(runs[i]);
    runs = std::move(some);
  }
  fmt::print("{} runs a day, {} of them replayed\n", total_runs, runs.size());
  const RunLimits limits{.threads = 1};
  read_all(*snapshot);
  std::vector<Answer> shared, direct;
  std::map<std::string, double> shared_by_rule, direct_by_rule;
  const std::string answers = kept.empty() ? scratch_file() : kept;
  double without = read_answers(answers, runs.size(), direct);
  if (direct.size() != runs.size()) {
    direct.clear();
    in_a_process_of_its_own([&] {
      DirectRunner alone(session, {}, limits, Visibility::Everything);
      const double seconds = replay(alone, runs, direct, direct_by_rule);
      write_answers(answers, seconds, direct);
    });
    without = read_answers(answers, runs.size(), direct);
  }
  if (kept.empty()) std::filesystem::remove(answers);
  if (direct.size() != runs.size()) {
    fmt::print("the runs one by one came to no end\n");
    return 1;
  }
  SharedRunner sharing(session, *database, rules.rules, {}, limits, Visibility::Everything);
  const double with = replay(sharing, runs, shared, shared_by_rule, [&] {
    return std::chrono::duration<double, std::milli>(sharing.statistics().reading).count();
  });
  const SharingStatistics done = sharing.statistics();
  fmt::print(
      "shared: {:.1f} s; {} rules planned ahead, {} not; {} scans, {} rows read, {} MB kept, "
      "{} of {} runs skipped, {} repeated\n",
      with, done.rules_planned, done.rules_alone, done.scans, done.rows_read, done.bytes_kept >> 20,
      done.runs_skipped, done.runs, done.runs_repeated);
  show_dearest("dearest with sharing", shared_by_rule);
  std::fflush(stdout);
  fmt::print("one by one: {:.1f} s\n", without);
  direct_by_rule.clear();
  for (size_t i = 0; i < runs.size(); ++i) {
    direct_by_rule[runs[i].rule->file] += direct[i].milliseconds;
  }
  show_dearest("dearest one by one", direct_by_rule);
  if (const char* file = std::getenv("SHARING_RUNS")) {
    std::ofstream to(file);
    for (size_t i = 0; i < runs.size(); ++i) {
      to << runs[i].rule->file << '\t' << to_text(runs[i].slot.at) << '\t' << shared[i].milliseconds
         << '\t' << direct[i].milliseconds << '\t' << shared[i].rows << '\t' << shared[i].hash
         << '\n';
    }
  }
  const auto scanned = [&](const std::vector<Answer>& of) {
    int64_t rows = 0;
    for (const Answer& answer : of) rows += answer.scanned;
    return static_cast<double>(rows) / static_cast<double>(total);
  };
  fmt::print(
      "a row was read {:.1f} times one by one; with sharing {:.2f} times, and {:.1f} times, at "
      "most, "
      "again by runs\n",
      scanned(direct), static_cast<double>(done.rows_read) / static_cast<double>(total),
      scanned(shared));
  size_t different = 0, rows_found = 0, failed = 0, with_rows = 0;
  std::set<std::string> odd;
  for (size_t i = 0; i < runs.size(); ++i) {
    rows_found += direct[i].rows;
    with_rows += direct[i].rows > 0;
    failed += !direct[i].ok;
    if (shared[i].hash == direct[i].hash) continue;
    ++different;
    if (odd.insert(runs[i].rule->file).second && odd.size() <= 10) {
      fmt::print("differs: {} at {}: {} rows, alone {}\n{}\n", runs[i].rule->file,
                 to_text(runs[i].slot.at), shared[i].rows, direct[i].rows,
                 shared[i].text.substr(0, 600));
    }
  }
  fmt::print("{} answers compared, {} with {} rows in all, {} failed; {} differ, of {} rules\n",
             runs.size(), with_rows, rows_found, failed, different, odd.size());
  fmt::print("{:.1f} times as fast\n", without / with);
  return different == 0 && (every > 1 || without >= 5 * with) ? 0 : 1;
}
