#include "runtime/exec/aggregate.h"

#include <algorithm>
#include <utility>

#include "runtime/base/format.h"
#include "runtime/exec/group_table.h"
#include "runtime/exec/scheduler.h"

namespace vedette::exec {
namespace {

// The place of a group that was merged into another.
constexpr uint64_t merged_away = ~uint64_t{0};
// More groups than this are merged on several threads, by parts of the hash.
constexpr size_t many_groups = 10'000;
constexpr size_t part_bits = 5;
constexpr size_t parts = size_t{1} << part_bits;

constexpr size_t morsel_groups = 16'384;

void throw_failure_of(const AggregateContext& context) {
  if (context.failure_code.empty()) return;
  throw QueryError(ErrorKind::Runtime, context.failure_code, std::string(context.failure_message));
}

/// The part of the hash that neither finds a slot nor marks it.
size_t part_of(char* group) {
  return GroupLayout::hash(group) >> (48 - part_bits) & (parts - 1);
}

struct GroupWork : Local {
  Arena arena;
  Arena states;
  AggregateContext context;
  std::vector<ColumnBuilder> columns;
};

}  // namespace

/// What the tables share, and what the merge needed.
struct Groups::Outcome {
  explicit Outcome(const AggregateParameters& parameters) : layout(parameters) {}

  GroupLayout layout;
  std::vector<std::unique_ptr<GroupTable>> tables;
  std::vector<std::unique_ptr<Arena>> arenas;  // of states that grew in the merge
  std::vector<char*> groups;                   // in order of output
};

Groups::Groups(AggregateParameters parameters)
    : parameters_(std::move(parameters)), outcome_(std::make_unique<Outcome>(parameters_)) {}

Groups::~Groups() = default;

std::string AggregateSink::describe() const {
  const auto& parameters = groups_->parameters();
  std::string calls;
  for (const auto& call : parameters.calls) {
    if (!calls.empty()) calls += ", ";
    calls += call.name;
    std::string arguments;
    for (const uint32_t argument : call.arguments) {
      arguments += fmt::format("{}{}", arguments.empty() ? "" : ", ", argument);
    }
    calls += fmt::format("({})", arguments);
    if (call.condition) calls += fmt::format(" if {}", *call.condition);
  }
  if (parameters.keys.empty()) return fmt::format("aggregate {}", calls);
  return fmt::format("aggregate [{}] by columns {}", calls, fmt::join(parameters.keys, ", "));
}

std::unique_ptr<Local> AggregateSink::make_local(Worker& worker) {
  return std::make_unique<GroupTable>(groups_->outcome_->layout, worker.query.memory());
}

void AggregateSink::begin(Worker& worker, Local& local) {
  static_cast<GroupTable&>(local).next_place = worker.sequence << 32;
}

bool AggregateSink::take(Batch& batch, Worker&, Local& local) {
  auto& table = static_cast<GroupTable&>(local);
  table.add(batch, table.next_place);
  table.next_place += batch.selection.count;
  return true;
}

namespace {

using Tables = std::span<const std::unique_ptr<GroupTable>>;

/// Adds a group to an index, or merges it with the group of the same key that is there. The one
/// that was met first in the input stays, so that the groups of a table stay in order.
void merge_group(const GroupLayout& layout, AggregateContext& context, GroupIndex& index,
                 char* group) {
  char* found = index.find(GroupLayout::hash(group), GroupLayout::key(group));
  if (found == nullptr) return index.insert(group);
  if (GroupLayout::order(group) < GroupLayout::order(found)) {
    index.replace(found, group);
    std::swap(found, group);
  }
  layout.merge(context, found, group);
  GroupLayout::order(group) = merged_away;
}

/// Merges tables part by part of their hashes, on several threads when it pays.
void merge_tables(const GroupLayout& layout, Tables tables, size_t groups,
                  std::vector<std::unique_ptr<Arena>>& arenas, QueryContext& query) {
  const size_t part_count = groups > many_groups ? parts : 1;
  const int threads = part_count == 1 ? 1 : query.limits().threads;
  std::vector<std::vector<std::vector<char*>>> of_table(tables.size());
  run_in_parallel(threads, tables.size(), [&](size_t number) {
    auto& of_part = of_table[number];
    of_part.resize(part_count);
    for (char* group : tables[number]->groups()) {
      of_part[part_of(group) & (part_count - 1)].push_back(group);
    }
  });
  for (size_t i = 0; i < part_count; ++i) arenas.push_back(std::make_unique<Arena>());
  run_in_parallel(threads, part_count, [&](size_t part) {
    query.check_running();
    AggregateContext context;
    context.arena = arenas[part].get();
    GroupIndex index(layout.keys());
    size_t all = 0;
    for (const auto& of_part : of_table) all += of_part[part].size();
    index.reserve(all);
    for (const auto& of_part : of_table) {
      constexpr size_t ahead = 8;
      const auto& mine = of_part[part];
      for (size_t i = 0; i < mine.size(); ++i) {
        if (i + ahead < mine.size()) __builtin_prefetch(mine[i + ahead]);
        merge_group(layout, context, index, mine[i]);
      }
    }
    throw_failure_of(context);
  });
}

/// The groups that are left, in the order of their first rows.
std::vector<char*> in_order(Tables tables) {
  std::vector<char*> groups;
  std::vector<std::pair<const std::vector<char*>*, size_t>> lists;
  for (const auto& table : tables) lists.emplace_back(&table->groups(), 0);
  const auto next = [](auto& list) -> uint64_t {
    while (list.second < list.first->size()) {
      const uint64_t order = GroupLayout::order((*list.first)[list.second]);
      if (order != merged_away) return order;
      ++list.second;
    }
    return merged_away;
  };
  while (true) {
    std::pair<const std::vector<char*>*, size_t>* first = nullptr;
    uint64_t lowest = merged_away;
    uint64_t second = merged_away;
    for (auto& list : lists) {
      const uint64_t order = next(list);
      if (order < lowest) {
        second = lowest;
        lowest = order;
        first = &list;
      } else {
        second = std::min(second, order);
      }
    }
    if (first == nullptr) return groups;
    // A morsel's groups come one after the other.
    for (uint64_t order = lowest; order < second; order = next(*first)) {
      groups.push_back((*first->first)[first->second++]);
    }
  }
}

}  // namespace

void AggregateSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  Groups::Outcome& outcome = *groups_->outcome_;
  for (auto& local : locals) {
    outcome.tables.emplace_back(static_cast<GroupTable*>(local.release()));
  }
  auto& tables = outcome.tables;
  if (groups_->parameters().keys.empty()) tables[0]->make_single_group();
  std::ranges::sort(tables, std::greater{},
                    [](const auto& table) { return table->groups().size(); });
  size_t total = 0;
  size_t used = 0;
  for (const auto& table : tables) {
    total += table->groups().size();
    used += table->groups().empty() ? 0 : 1;
  }
  const Tables all(tables.data(), used);
  if (used > 1) merge_tables(outcome.layout, all, total, outcome.arenas, query);
  outcome.groups = in_order(all);
}

size_t GroupSource::morsels(QueryContext&) {
  return (groups_->outcome_->groups.size() + morsel_groups - 1) / morsel_groups;
}

std::unique_ptr<Local> GroupSource::make_local(Worker&) {
  auto work = std::make_unique<GroupWork>();
  work->context.arena = &work->states;
  for (const auto& call : groups_->parameters().calls) {
    for (const Type type : call.results) work->columns.emplace_back(type);
  }
  return work;
}

void GroupSource::run(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  auto& work = static_cast<GroupWork&>(*local);
  const Groups::Outcome& outcome = *groups_->outcome_;
  const auto& parameters = groups_->parameters();
  const size_t end = std::min(outcome.groups.size(), (morsel + 1) * morsel_groups);
  const auto step = static_cast<size_t>(worker.query.limits().batch_rows);
  std::vector<ColumnBuilder*> out;
  std::vector<const uint64_t*> keys;
  for (size_t first = morsel * morsel_groups; first < end; first += step) {
    work.arena.clear();
    const std::span<char* const> groups(outcome.groups.data() + first, std::min(step, end - first));
    const auto rows = static_cast<uint32_t>(groups.size());
    Batch batch{.rows = rows, .selection = {nullptr, rows}, .columns = {}, .arena = &work.arena};
    keys.clear();
    for (char* group : groups) keys.push_back(GroupLayout::key(group));
    for (size_t i = 0; i < parameters.keys.size(); ++i) {
      batch.columns.push_back(outcome.layout.keys().decode(i, keys, work.arena));
    }
    size_t column = 0;
    for (size_t i = 0; i < parameters.calls.size(); ++i) {
      const auto& call = parameters.calls[i];
      out.clear();
      for (size_t k = 0; k < call.results.size(); ++k) {
        out.push_back(&work.columns[column++]);
        out.back()->clear();
      }
      for (char* group : groups) {
        call.body->result(work.context, outcome.layout.state(group, i), out);
      }
      throw_failure_of(work.context);
    }
    for (const ColumnBuilder& built : work.columns) batch.columns.push_back(built.vector());
    if (!onward.push(batch)) return;
  }
}

}  // namespace vedette::exec
