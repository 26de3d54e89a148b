#include "rules/alert/repeats.h"

#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

#include "runtime/base/hash.h"
#include "runtime/value/convert.h"

namespace vedette::rules {

std::vector<RepeatFinder::Evidence> RepeatFinder::evidence_of(const ResultTable& rows) {
  constexpr Types naming = {Type::String, Type::Guid, Type::Bool};
  std::vector<Evidence> evidence(rows.rows);
  std::string whole, subject;
  for (size_t row = 0; row < rows.rows; ++row) {
    whole.clear();
    subject.clear();
    for (const ColumnBuilder& column : rows.data) {
      const size_t start = whole.size();
      append_text(whole, value_at(column.vector(), static_cast<uint32_t>(row)));
      whole += '\x1f';
      if (naming.has(column.type())) subject.append(whole, start);
    }
    evidence[row].whole = hash_bytes(whole);
    evidence[row].subject = hash_bytes(subject);
  }
  return evidence;
}

std::vector<bool> RepeatFinder::repeated(const Slot& slot,
                                         const std::vector<Evidence>& rows) const {
  std::vector<bool> repeated(rows.size());
  // What the run finds without an earlier window; nothing when it fails.
  std::map<Datetime, std::optional<std::unordered_set<uint64_t>>> without;
  for (size_t row = 0; row < rows.size(); ++row) {
    const auto earlier = told_.find(rows[row].subject);
    if (earlier == told_.end() || earlier->second <= slot.from) continue;
    const auto [rest, fresh] = without.try_emplace(earlier->second);
    if (fresh) {
      Slot later = slot;
      later.from = std::min(earlier->second, slot.to);
      const QueryRun run = runner_.run(rule_, later);
      if (run.failure == Failure::None) {
        rest->second.emplace();
        for (const Evidence& other : evidence_of(*run.rows)) rest->second->insert(other.whole);
      }
    }
    repeated[row] = rest->second && !rest->second->contains(rows[row].whole);
  }
  return repeated;
}

Repeats RepeatFinder::take(const Slot& slot, const ResultTable& rows, size_t alerts) {
  Repeats repeats;
  if (alerts == 0) return repeats;
  const std::vector<Evidence> evidence = evidence_of(rows);
  const std::vector<bool> again = repeated(slot, evidence);
  for (const Evidence& row : evidence) told_[row.subject] = slot.to;
  // An alert stands for one row, the last one for those that are left.
  const auto count = [&](auto first, auto last) {
    const auto number = std::count(first, last, true);
    repeats.some += number > 0 ? 1 : 0;
    repeats.all += number > 0 && number == last - first ? 1 : 0;
  };
  const size_t single = std::min(alerts - 1, again.size());
  for (size_t i = 0; i < single; ++i) count(again.begin() + i, again.begin() + i + 1);
  count(again.begin() + static_cast<std::ptrdiff_t>(single), again.end());
  return repeats;
}

}  // namespace vedette::rules
