// Runs a corpus of queries over generated rows, in worker processes that may crash:
//   run_corpus [--schemas FILE|FOLDER] [--workers N] [--rows N] [--seed N] [--seconds N]
//              [--only TEXT] [--out FILE] [--every-word] [--known FILE] FILE...
// A folder of schemas holds one file a dialect. Exit status 0 when every query ran, no two ways to
// run it differ, and, with --every-word, every operator and plugin of the language is in a query.
// Rules that do not bind are left out; with --known, only those of the list may be.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "rules/report/known.h"
#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/shell/kusto_names.h"
#include "runtime/shell/schema_file.h"
#include "runtime/value/render.h"
#include "tests/harness/corpus_query.h"

namespace {

using namespace vedette;
using std::chrono::steady_clock;

struct Arguments {
  std::string schemas;
  std::string only;
  std::string out;
  std::string known;
  bool every_word = false;
  size_t workers = 2;
  CorpusOptions options;
  std::vector<std::string> files;
};

Arguments parse_arguments(int count, char** texts) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string text = texts[i];
    const auto value = [&]() -> std::string { return i + 1 < count ? texts[++i] : ""; };
    if (text == "--schemas") {
      arguments.schemas = value();
    } else if (text == "--every-word") {
      arguments.every_word = true;
    } else if (text == "--only") {
      arguments.only = value();
    } else if (text == "--known") {
      arguments.known = value();
    } else if (text == "--out") {
      arguments.out = value();
    } else if (text == "--workers") {
      arguments.workers = std::max(1, std::atoi(value().c_str()));
    } else if (text == "--rows") {
      arguments.options.rows = static_cast<uint32_t>(std::atoi(value().c_str()));
    } else if (text == "--seed") {
      arguments.options.seed = static_cast<uint64_t>(std::atoll(value().c_str()));
    } else if (text == "--seconds") {
      arguments.options.timeout = std::chrono::milliseconds(std::atoll(value().c_str()) * 1000);
    } else {
      arguments.files.push_back(text);
    }
  }
  return arguments;
}

/// The schema file of each dialect, read when it is first asked for.
class Dialects {
 public:
  explicit Dialects(std::string path) : path_(std::move(path)) {}

  const plan::SchemaSource& of(const std::string& dialect) {
    auto& source = sources_[dialect];
    if (source == nullptr) {
      const bool folder = std::filesystem::is_directory(path_);
      source = path_.empty() || (folder && dialect.empty())
                   ? shell::parse_schemas("{}", "no schemas")
                   : shell::read_schema_file(folder ? path_ + "/" + dialect + ".json" : path_);
    }
    return *source;
  }

 private:
  std::string path_;
  std::map<std::string, std::unique_ptr<plan::SchemaSource>> sources_;
};

/// A verdict as one line between processes: fields apart by tabs, the reason last.
std::string to_line(const CorpusVerdict& verdict) {
  std::string reason = verdict.reason;
  std::replace(reason.begin(), reason.end(), '\n', ' ');
  return fmt::format("{}\t{}\t{}\t{}\t{}\n", static_cast<int>(verdict.outcome), verdict.code,
                     verdict.rows, verdict.elapsed.count(), reason);
}

CorpusVerdict of_line(std::string_view line) {
  const auto field = [&] {
    const size_t tab = line.find('\t');
    const std::string text(line.substr(0, tab));
    line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
    return text;
  };
  CorpusVerdict verdict;
  verdict.outcome = static_cast<CorpusOutcome>(std::atoi(field().c_str()));
  verdict.code = field();
  verdict.rows = static_cast<uint64_t>(std::atoll(field().c_str()));
  verdict.elapsed = std::chrono::milliseconds(std::atoll(field().c_str()));
  verdict.reason = std::string(line);
  return verdict;
}

/// A process that runs a slice of the queries and says a line about each.
struct Worker {
  pid_t process = -1;
  int pipe = -1;
  std::deque<size_t> left;  // queries; the first is being run
  std::string text;         // what it said of its current query so far
  steady_clock::time_point since;
};

class Workers {
 public:
  Workers(const Arguments& arguments, const std::vector<CorpusQuery>& queries)
      : arguments_(arguments), queries_(queries), verdicts_(queries.size()) {}

  std::vector<CorpusVerdict> run() {
    workers_.resize(arguments_.workers);
    for (size_t i = 0; i < queries_.size(); ++i) workers_[i % workers_.size()].left.push_back(i);
    for (Worker& worker : workers_) start(worker);
    while (listen()) {
    }
    return std::move(verdicts_);
  }

 private:
  void start(Worker& worker) {
    if (worker.left.empty()) return;
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    worker.process = ::fork();
    if (worker.process == 0) {
      ::close(ends[0]);
      work(worker, ends[1]);
    }
    ::close(ends[1]);
    worker.pipe = ends[0];
    worker.text.clear();
    worker.since = steady_clock::now();
  }

  [[noreturn]] void work(const Worker& worker, int out) const {
    Dialects dialects(arguments_.schemas);
    for (const size_t i : worker.left) {
      CorpusVerdict verdict;
      try {
        verdict =
            run_corpus_query(queries_[i], dialects.of(queries_[i].dialect), arguments_.options);
      } catch (const std::exception& error) {
        verdict = {.outcome = CorpusOutcome::Internal, .reason = error.what()};
      }
      const std::string line = to_line(verdict);
      if (::write(out, line.data(), line.size()) < 0) ::_exit(1);
    }
    ::_exit(0);
  }

  /// Reads what workers say; false when all are done.
  bool listen() {
    std::vector<pollfd> polls;
    for (const Worker& worker : workers_) polls.push_back({worker.pipe, POLLIN, 0});
    if (std::ranges::all_of(workers_, [](const Worker& worker) { return worker.pipe < 0; })) {
      return false;
    }
    ::poll(polls.data(), polls.size(), 1000);
    for (size_t i = 0; i < workers_.size(); ++i) {
      Worker& worker = workers_[i];
      if (worker.pipe < 0) continue;
      if (polls[i].revents != 0) hear(worker);
      // The engine's own limit should have ended the query long before.
      if (worker.pipe >= 0 && steady_clock::now() - worker.since > 6 * arguments_.options.timeout) {
        ::kill(worker.process, SIGKILL);
        ended(worker, CorpusOutcome::Slow);
      }
    }
    return true;
  }

  void hear(Worker& worker) {
    char buffer[65536];
    const ssize_t count = ::read(worker.pipe, buffer, sizeof buffer);
    if (count <= 0) return ended(worker, CorpusOutcome::Crash);
    worker.text.append(buffer, static_cast<size_t>(count));
    for (size_t end; (end = worker.text.find('\n')) != std::string::npos;) {
      verdicts_[worker.left.front()] = of_line(std::string_view(worker.text).substr(0, end));
      worker.left.pop_front();
      worker.text.erase(0, end + 1);
      worker.since = steady_clock::now();
    }
  }

  /// The process is gone; another one goes on with what is left.
  void ended(Worker& worker, CorpusOutcome outcome) {
    int status = 0;
    ::waitpid(worker.process, &status, 0);
    ::close(worker.pipe);
    worker.pipe = -1;
    if (worker.left.empty()) return;
    verdicts_[worker.left.front()] = {
        .outcome = outcome,
        .reason = WIFSIGNALED(status) ? fmt::format("ended by signal {}", WTERMSIG(status))
                                      : fmt::format("ended with status {}", status)};
    worker.left.pop_front();
    start(worker);
  }

  const Arguments& arguments_;
  const std::vector<CorpusQuery>& queries_;
  std::vector<Worker> workers_;
  std::vector<CorpusVerdict> verdicts_;
};

void write_verdicts(const std::string& path, const std::vector<CorpusQuery>& queries,
                    const std::vector<CorpusVerdict>& verdicts) {
  std::ofstream out(path, std::ios::binary);
  for (size_t i = 0; i < queries.size(); ++i) {
    std::string id, reason, query;
    append_json_string(id, queries[i].id);
    append_json_string(reason, verdicts[i].reason);
    append_json_string(query, queries[i].query);
    out << fmt::format(
        R"({{"id":{},"outcome":"{}","code":"{}","rows":{},"ms":{},"reason":{},"query":{}}})", id,
        name_of(verdicts[i].outcome), verdicts[i].code, verdicts[i].rows,
        verdicts[i].elapsed.count(), reason, query);
    out << '\n';
  }
}

/// Says what went wrong, and how often each thing did. False when anything did but what is known.
bool report(const std::vector<CorpusQuery>& queries, const std::vector<CorpusVerdict>& verdicts,
            const std::optional<rules::KnownRules>& known) {
  std::map<std::string, size_t> counts;
  size_t with_rows = 0;
  bool ran = true;
  for (size_t i = 0; i < queries.size(); ++i) {
    const CorpusVerdict& verdict = verdicts[i];
    ++counts[fmt::format("{} {}", name_of(verdict.outcome), verdict.code)];
    with_rows += verdict.rows > 0 ? 1 : 0;
    if (verdict.outcome == CorpusOutcome::Same) continue;
    const bool unbound = verdict.outcome == CorpusOutcome::Unbound;
    const bool excused = unbound && known && known->reason(queries[i].id) != nullptr;
    if (excused) continue;
    ran = ran && unbound && !known;
    fmt::print("{} {} {}: {}\n", name_of(verdict.outcome), verdict.code, queries[i].id,
               verdict.reason.substr(0, 300));
  }
  for (const auto& [what, count] : counts) fmt::print("{:6} {}\n", count, what);
  fmt::print("{} queries, {} with rows\n", queries.size(), with_rows);
  return ran;
}

/// Is the word in the text, with nothing beside it that could belong to it?
bool holds_word(std::string_view text, std::string_view word) {
  const auto part = [](char byte) {
    return std::isalnum(static_cast<unsigned char>(byte)) != 0 || byte == '_' || byte == '-';
  };
  for (size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) {
    const size_t end = at + word.size();
    if ((at == 0 || !part(text[at - 1])) && (end == text.size() || !part(text[end]))) return true;
  }
  return false;
}

/// Says which operators and plugins are in no query; true when there are none.
bool report_missing_words(const std::vector<CorpusQuery>& queries) {
  bool all = true;
  for (const auto probes :
       {shell::kusto_operators(), shell::kusto_plugins(), shell::kusto_special_functions()}) {
    for (const shell::Probe& probe : probes) {
      if (!probe.refused.empty() || std::ranges::any_of(queries, [&](const CorpusQuery& query) {
            return holds_word(query.query, probe.name);
          })) {
        continue;
      }
      fmt::print("{}: in no query\n", probe.name);
      all = false;
    }
  }
  return all;
}

}  // namespace

int main(int count, char** texts) {
  const Arguments arguments = parse_arguments(count, texts);
  std::vector<CorpusQuery> queries;
  try {
    for (const std::string& file : arguments.files) {
      for (CorpusQuery& query : read_corpus(file)) {
        if (query.id.find(arguments.only) != std::string::npos) queries.push_back(std::move(query));
      }
    }
  } catch (const QueryError& error) {
    fmt::print(stderr, "{}\n", error.message);
    return 2;
  }
  std::optional<rules::KnownRules> known;
  if (!arguments.known.empty()) {
    std::ifstream in(arguments.known);
    known.emplace(std::string(std::istreambuf_iterator<char>(in), {}), arguments.known);
  }
  const std::vector<CorpusVerdict> verdicts = Workers(arguments, queries).run();
  if (!arguments.out.empty()) write_verdicts(arguments.out, queries, verdicts);
  bool good = report(queries, verdicts, known) && !queries.empty();
  if (arguments.every_word) good = report_missing_words(queries) && good;
  return good ? 0 : 1;
}
