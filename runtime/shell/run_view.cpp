#include "runtime/shell/run_view.h"

#include "runtime/base/format.h"
#include "runtime/shell/query_text.h"
#include "runtime/shell/result_view.h"
#include "runtime/shell/workspace.h"
#include "runtime/value/render.h"

namespace vedette::shell {
namespace {

constexpr int narrowest = 60;
constexpr int name_width = 32;
constexpr auto between_drawings = std::chrono::milliseconds(100);

double milliseconds(const rules::RunRecord& run) {
  return static_cast<double>(run.duration.count()) / 1e6;
}

/// Without the fraction of a second, which slots rarely have.
std::string short_time(Datetime time) {
  const std::string text = to_text(time);
  return text.substr(0, 10) + " " + text.substr(11, 8);
}

std::string padded(std::string_view text, int width) {
  std::string cut = truncated(made_visible(text), width);
  cut.append(static_cast<size_t>(std::max(0, width - display_width(cut))), ' ');
  return cut;
}

std::string counted(int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

}  // namespace

std::string run_as_json(const rules::RunRecord& run) {
  const auto time = [](Datetime value) { return cell_text(Value::datetime(value)); };
  std::string line = fmt::format(R"({{"run":{},"rule":)", run.number);
  append_json_string(line, run.rule_name);
  line += fmt::format(
      R"(,"id":"{}","slot":{},"time":"{}","from":"{}","to":"{}","started":"{}","outcome":"{}",)"
      R"("rows":{},"alerts":{},"attempt":{},"trigger":"{}","milliseconds":{:.3f})",
      run.rule_id, run.slot.number, time(run.slot.at), time(run.slot.from), time(run.slot.to),
      time(run.started), rules::name_of(run.outcome), run.rows_returned, run.alerts, run.attempt,
      rules::name_of(run.trigger), milliseconds(run));
  if (!run.message.empty()) {
    line += R"(,"message":)";
    append_json_string(line, run.message);
  }
  return line + "}\n";
}

std::string run_table_head(int width) {
  return truncated(
      fmt::format("{:<19}  {}  {:<10}  {:>7}  {:>6}  {:>9}  {}", "slot", padded("rule", name_width),
                  "outcome", "rows", "alerts", "ms", "message"),
      std::max(width, narrowest));
}

std::string run_as_line(const rules::RunRecord& run, int width) {
  std::string line = fmt::format("{:<19}  {}  {:<10}  {:>7}  {:>6}  {:>9.1f}  {}",
                                 short_time(run.slot.at), padded(run.rule_name, name_width),
                                 rules::name_of(run.outcome), grouped(run.rows_returned),
                                 grouped(run.alerts), milliseconds(run), made_visible(run.message));
  line.resize(line.find_last_not_of(' ') + 1);
  return truncated(line, std::max(width, narrowest));
}

RunView::RunView(bool json, bool quiet) : terminal_(terminal_of(1)), json_(json), quiet_(quiet) {}

RunView::~RunView() {
  wipe();
}

void RunView::show(const rules::RunRecord& run) {
  using rules::Outcome;
  ++runs_;
  alerts_ += run.alerts;
  failed_ += run.outcome == Outcome::Transient || run.outcome == Outcome::Permanent;
  skipped_ += run.outcome == Outcome::Skipped;
  if (quiet_) return;
  if (json_) return print_text(run_as_json(run));
  if (terminal_.is_terminal &&
      (run.outcome == Outcome::NoAlert || run.outcome == Outcome::Suppressed)) {
    const auto now = std::chrono::steady_clock::now();
    if (now - drawn_at_ >= between_drawings) show_progress({});
    return;
  }
  wipe();
  const int width = terminal_.width > 0 ? terminal_.width : 200;
  if (!std::exchange(head_shown_, true)) print_text(run_table_head(width) + "\n");
  print_text(run_as_line(run, width) + "\n");
}

void RunView::show_progress(std::optional<Datetime> next) {
  if (quiet_ || json_ || !terminal_.is_terminal) return;
  wipe();
  std::string line = counts();
  if (next) line += fmt::format("; next at {} UTC", short_time(*next));
  print_text(truncated(line, std::max(terminal_.width - 1, narrowest)));
  drawn_ = true;
  drawn_at_ = std::chrono::steady_clock::now();
}

void RunView::finish() {
  wipe();
  fmt::print(stderr, "{}\n", counts());
}

void RunView::wipe() {
  if (std::exchange(drawn_, false)) print_text("\r\x1b[K");
}

std::string RunView::counts() const {
  std::string text = fmt::format("{}: {}, {} failed", counted(runs_, "run", "runs"),
                                 counted(alerts_, "alert", "alerts"), grouped(failed_));
  if (skipped_ > 0) text += fmt::format(", {}", counted(skipped_, "gap", "gaps"));
  return text;
}

}  // namespace vedette::shell
