#include "rules/mutate/mutation_run.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {

std::string mutation_text(const std::vector<MutationResult>& results) {
  std::string out;
  size_t mutants = 0, killed = 0;
  for (const MutationResult& result : results) {
    mutants += result.mutants;
    killed += result.killed;
    if (!result.problem.empty()) {
      out += fmt::format("{}: not tried: {}\n", fmt::join(result.files, ", "), result.problem);
      continue;
    }
    out += fmt::format("{}: {} of {} mutants found by {} test{}\n", result.source, result.killed,
                       result.mutants, result.tests, result.tests == 1 ? "" : "s");
    for (const Survivor& survivor : result.survivors) {
      out += fmt::format("  {}:{}: no test minds '{}' for '{}' ({})\n      {}\n", result.source,
                         survivor.place.line, survivor.mutant.after, survivor.mutant.before,
                         name_of(survivor.mutant.kind), survivor.line);
    }
  }
  return out +
         fmt::format("{} of {} mutants found, {} survive\n", killed, mutants, mutants - killed);
}

std::string mutation_json(const std::vector<MutationResult>& results) {
  std::string out = "[";
  for (const MutationResult& result : results) {
    std::string survivors;
    for (const Survivor& survivor : result.survivors) {
      survivors += fmt::format(
          R"({}{{"kind":"{}","line":{},"column":{},"before":{},"after":{},"text":{}}})",
          survivors.empty() ? "" : ",", name_of(survivor.mutant.kind), survivor.place.line,
          survivor.place.column, json_string(survivor.mutant.before),
          json_string(survivor.mutant.after), json_string(survivor.line));
    }
    std::string files = "[";
    for (const std::string& file : result.files) {
      files += (files.size() > 1 ? "," : "") + json_string(file);
    }
    files += "]";
    out += fmt::format(
        R"({}{{"tests":{},"rule":{},"file":{},"mutants":{},"killed":{},"survivors":[{}],)"
        R"("problem":{},"seconds":{:.3f}}})",
        out.size() == 1 ? "" : ",", files, json_string(result.rule), json_string(result.source),
        result.mutants, result.killed, survivors, json_string(result.problem), result.seconds);
  }
  return out + "]\n";
}

}  // namespace vedette::rules
