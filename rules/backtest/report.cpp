// A back-test for people and for programs.
#include <algorithm>

#include "rules/backtest/backtest.h"
#include "runtime/base/format.h"
#include "runtime/value/render.h"

namespace vedette::rules {
namespace {

constexpr int64_t bar_width = 40;

std::string short_time(Datetime time, Timespan bucket) {
  const std::string text = to_text(time);
  return bucket.ticks >= ticks_per_day ? text.substr(0, 10)
                                       : text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string seconds_of(std::chrono::nanoseconds elapsed) {
  return fmt::format("{:.2f} s", std::chrono::duration<double>(elapsed).count());
}

std::string counted(int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

void append_histogram(const RuleBacktest& rule, std::string& out) {
  int64_t most = 1;
  for (const BacktestBucket& bucket : rule.buckets) most = std::max(most, bucket.alerts);
  for (const BacktestBucket& bucket : rule.buckets) {
    if (bucket.alerts == 0) continue;
    const int64_t width = std::max<int64_t>(1, bucket.alerts * bar_width / most);
    out += fmt::format("    {}  {:>6}  {}\n", short_time(bucket.start, rule.bucket), bucket.alerts,
                       std::string(static_cast<size_t>(width), '#'));
  }
}

void append_rule(const RuleBacktest& rule, std::string& out) {
  out += fmt::format("{}\n", rule.rule_name);
  out += fmt::format("  every {}, looking back {}: {}\n", to_text(rule.frequency),
                     to_text(rule.period), counted(rule.slots, "run"));
  out += fmt::format("  {} in {}, {} of result\n", counted(rule.alerts, "alert"),
                     counted(rule.slots_with_alerts, "run"), counted(rule.rows, "row"));
  out += fmt::format("  {}, the largest of {}\n", counted(rule.incidents, "incident"),
                     counted(rule.largest_incident, "alert"));
  if (rule.suppressed > 0) {
    out += fmt::format("  {} suppressed by an earlier alert\n", counted(rule.suppressed, "run"));
  }
  if (rule.failed > 0) {
    out += fmt::format("  {} failed: {}\n", counted(rule.failed, "run"), rule.first_problem);
  }
  if (rule.duplicates > 0) {
    out += fmt::format(
        "  duplicates: {} about what an earlier one was about, because of the same events; "
        "{} about nothing else\n",
        counted(rule.duplicates, "alert"), rule.nothing_else);
  }
  if (rule.gap.ticks > 0) {
    out += fmt::format("  gap: {} between two windows; {} in no window\n", to_text(rule.gap),
                       counted(rule.uncovered_events, "event"));
  }
  if (rule.alerts > 0) {
    out += fmt::format("  alerts by {}\n", rule.bucket.ticks >= ticks_per_day ? "day" : "hour");
    append_histogram(rule, out);
  }
  if (!rule.entities.empty()) out += "  entities in most alerts\n";
  for (const BacktestEntity& entity : rule.entities) {
    out += fmt::format("    {:>6}  {} {}\n", entity.alerts, entity.kind, entity.text);
  }
}

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

void append_json(const RuleBacktest& rule, std::string& out) {
  out += fmt::format(
      R"({{"id":{},"name":{},"file":{},"frequency":"{}","period":"{}","runs":{},)"
      R"("runsWithAlerts":{},"runsSuppressed":{},"runsFailed":{},"problem":{},"rows":{},)"
      R"("alerts":{},"duplicates":{},"nothingElse":{},"gap":"{}","uncoveredEvents":{},)"
      R"("incidents":{},"largestIncident":{},"bucket":"{}","buckets":[)",
      quoted(rule.rule_id), quoted(rule.rule_name), quoted(rule.file), to_text(rule.frequency),
      to_text(rule.period), rule.slots, rule.slots_with_alerts, rule.suppressed, rule.failed,
      quoted(rule.first_problem), rule.rows, rule.alerts, rule.duplicates, rule.nothing_else,
      to_text(rule.gap), rule.uncovered_events, rule.incidents, rule.largest_incident,
      to_text(rule.bucket));
  bool first = true;
  for (const BacktestBucket& bucket : rule.buckets) {
    out += fmt::format(R"({}{{"start":"{}","runs":{},"rows":{},"alerts":{}}})", first ? "" : ",",
                       to_text(bucket.start), bucket.runs, bucket.rows, bucket.alerts);
    first = false;
  }
  out += R"(],"entities":[)";
  first = true;
  for (const BacktestEntity& entity : rule.entities) {
    out += fmt::format(R"({}{{"kind":{},"identifiers":{},"alerts":{}}})", first ? "" : ",",
                       quoted(entity.kind), quoted(entity.text), entity.alerts);
    first = false;
  }
  out += fmt::format(R"(],"rowsScanned":{},"runsSkipped":{},"seconds":{:.3f}}})", rule.rows_scanned,
                     rule.runs_skipped, std::chrono::duration<double>(rule.elapsed).count());
}

}  // namespace

std::string to_text(const Backtest& backtest) {
  std::string out;
  int64_t runs = 0, alerts = 0, skipped = 0, scanned = 0;
  for (const RuleBacktest& rule : backtest.rules) {
    append_rule(rule, out);
    out += '\n';
    runs += rule.slots;
    alerts += rule.alerts;
    skipped += rule.runs_skipped;
    scanned += rule.rows_scanned;
  }
  out += fmt::format("{} to {}: {}, {}, {}, {}\n", to_text(backtest.from), to_text(backtest.to),
                     counted(static_cast<int64_t>(backtest.rules.size()), "rule"),
                     counted(runs, "run"), counted(alerts, "alert"),
                     counted(backtest.incidents, "incident"));
  out += fmt::format("cost: {}; {} read once for all runs, {} by runs; nothing to run {} times\n",
                     seconds_of(backtest.elapsed), counted(backtest.rows_read_once, "row"), scanned,
                     skipped);
  return out;
}

std::string to_json(const Backtest& backtest) {
  std::string out = fmt::format(R"({{"from":"{}","to":"{}","rules":[)", to_text(backtest.from),
                                to_text(backtest.to));
  for (size_t i = 0; i < backtest.rules.size(); ++i) {
    if (i > 0) out += ',';
    append_json(backtest.rules[i], out);
  }
  out += fmt::format(R"(],"incidents":{},"rowsReadOnce":{},"bytesKept":{},"seconds":{:.3f}}})",
                     backtest.incidents, backtest.rows_read_once, backtest.bytes_kept,
                     std::chrono::duration<double>(backtest.elapsed).count());
  return out + "\n";
}

}  // namespace vedette::rules
