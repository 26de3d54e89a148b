#include "runtime/exec/aggregate.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/exec/group_table.h"
#include "runtime/exec/scheduler.h"

namespace vedette::exec {
namespace {

// More groups than this are merged on several threads, by parts of the hash.
constexpr size_t many_groups = 50'000;
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

/// Merges tables into the largest one; groups found nowhere else are taken as they are.
std::vector<char*> merge_tables(const GroupLayout& layout,
                                std::span<const std::unique_ptr<GroupTable>> tables) {
  std::vector<char*> groups = tables[0]->groups();
  if (tables.size() == 1) return groups;
  AggregateContext& context = tables[0]->context();
  GroupIndex index = tables[0]->index();
  for (const auto& table : tables.subspan(1)) {
    for (char* group : table->groups()) {
      if (char* found = index.find(GroupLayout::hash(group), GroupLayout::key(group))) {
        layout.merge(context, found, group);
      } else {
        index.insert(group);
        groups.push_back(group);
      }
    }
  }
  throw_failure_of(context);
  return groups;
}

/// Merges tables part by part of their hashes, on several threads.
std::vector<char*> merge_parts(const GroupLayout& layout,
                               std::span<const std::unique_ptr<GroupTable>> tables,
                               std::vector<std::unique_ptr<Arena>>& arenas, QueryContext& query) {
  const int threads = query.limits().threads;
  std::vector<std::vector<std::vector<char*>>> of_table(tables.size());
  run_in_parallel(threads, tables.size(), [&](size_t number) {
    auto& of_part = of_table[number];
    of_part.resize(parts);
    for (char* group : tables[number]->groups()) of_part[part_of(group)].push_back(group);
  });
  std::vector<std::vector<char*>> merged(parts);
  for (size_t i = 0; i < parts; ++i) arenas.push_back(std::make_unique<Arena>());
  run_in_parallel(threads, parts, [&](size_t part) {
    query.check_running();
    AggregateContext context;
    context.arena = arenas[part].get();
    GroupIndex index(layout.keys());
    size_t most = 0;
    for (const auto& of_part : of_table) most = std::max(most, of_part[part].size());
    index.reserve(most);
    for (const auto& of_part : of_table) {
      for (char* group : of_part[part]) {
        if (char* found = index.find(GroupLayout::hash(group), GroupLayout::key(group))) {
          layout.merge(context, found, group);
        } else {
          index.insert(group);
          merged[part].push_back(group);
        }
      }
    }
    throw_failure_of(context);
  });
  std::vector<char*> groups;
  for (const auto& of_part : merged) groups.insert(groups.end(), of_part.begin(), of_part.end());
  return groups;
}

}  // namespace

void AggregateSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  Groups::Outcome& outcome = *groups_->outcome_;
  for (auto& local : locals) {
    outcome.tables.emplace_back(static_cast<GroupTable*>(local.release()));
  }
  auto& tables = outcome.tables;
  std::ranges::sort(tables, std::greater{},
                    [](const auto& table) { return table->groups().size(); });
  if (groups_->parameters().keys.empty()) tables[0]->make_single_group();
  size_t total = 0;
  size_t used = 0;
  for (const auto& table : tables) {
    total += table->groups().size();
    used += table->groups().empty() ? 0 : 1;
  }
  if (used == 0) return;
  const std::span<const std::unique_ptr<GroupTable>> all(tables.data(), used);
  outcome.groups = used > 1 && total > many_groups
                       ? merge_parts(outcome.layout, all, outcome.arenas, query)
                       : merge_tables(outcome.layout, all);
  if (groups_->parameters().keep_order && used > 1) {
    std::vector<std::pair<uint64_t, char*>> order;
    order.reserve(outcome.groups.size());
    for (char* group : outcome.groups) order.emplace_back(GroupLayout::order(group), group);
    std::ranges::sort(order);
    for (size_t i = 0; i < order.size(); ++i) outcome.groups[i] = order[i].second;
  }
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
