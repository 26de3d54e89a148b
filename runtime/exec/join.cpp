#include "runtime/exec/join.h"

#include <algorithm>

#include "runtime/base/format.h"
#include "runtime/exec/join_table.h"

namespace vedette::exec {
namespace {

constexpr size_t tail_rows = 32'768;

std::string_view name_of(JoinKind kind) {
  switch (kind) {
    case JoinKind::InnerUnique:
      return "innerunique";
    case JoinKind::Inner:
      return "inner";
    case JoinKind::LeftOuter:
      return "leftouter";
    case JoinKind::RightOuter:
      return "rightouter";
    case JoinKind::FullOuter:
      return "fullouter";
    case JoinKind::LeftSemi:
      return "leftsemi";
    case JoinKind::LeftAnti:
      return "leftanti";
    case JoinKind::RightSemi:
      return "rightsemi";
    case JoinKind::RightAnti:
      return "rightanti";
  }
  return "";
}

/// What a thread needs to probe: pairs of rows until there is a batch of them.
struct Probe : Local {
  Probe(const JoinParameters& parameters, const JoinTable& table)
      : parameters(parameters), table(table), encoder(table.keys()) {}

  const JoinParameters& parameters;
  const JoinTable& table;
  KeyEncoder encoder;
  Arena arena;
  std::vector<Vector> keys;
  std::vector<uint16_t> rows;    // of the probing batch
  std::vector<RowPlace> places;  // of the built rows that go with them
  std::vector<int64_t> copies;   // how many of these are equal, if that is asked for

  bool push_pairs(const Batch& from, Emit& onward);

 private:
  Vector copies_column() {
    if (!table.has_copies()) return constant_vector(Value::int64(1), arena);
    int64_t* values = arena.array<int64_t>(copies.size()).data();
    std::ranges::copy(copies, values);
    return {.type = Type::Long, .values = values};
  }
};

/// The columns of both sides, left ones first.
void append_sides(Batch& batch, const JoinParameters& parameters, std::vector<Vector> probe,
                  std::vector<Vector> built) {
  auto& first = parameters.build_left ? built : probe;
  auto& second = parameters.build_left ? probe : built;
  batch.columns = std::move(first);
  batch.columns.insert(batch.columns.end(), second.begin(), second.end());
}

uint32_t probe_columns(const JoinParameters& parameters) {
  return parameters.build_left ? parameters.right_columns : parameters.left_columns;
}

bool Probe::push_pairs(const Batch& from, Emit& onward) {
  if (rows.empty()) return true;
  arena.clear();
  const auto count = static_cast<uint32_t>(rows.size());
  Batch batch{.rows = count, .selection = {nullptr, count}, .columns = {}, .arena = &arena};
  std::vector<Vector> probe, built;
  for (uint32_t i = 0; i < probe_columns(parameters); ++i) {
    probe.push_back(gather(from.columns[i], {rows.data(), count}, arena));
  }
  for (size_t i = 0; i < table.built_types().size(); ++i) {
    built.push_back(table.buffer().gather(i, places, arena));
  }
  append_sides(batch, parameters, std::move(probe), std::move(built));
  if (parameters.counts_copies) batch.columns.push_back(copies_column());
  rows.clear();
  places.clear();
  copies.clear();
  return onward.push(batch);
}

}  // namespace

Join::Join(JoinParameters parameters)
    : parameters_(std::move(parameters)), table_(std::make_unique<JoinTable>(parameters_)) {}

Join::~Join() = default;

std::string JoinBuildSink::describe() const {
  const auto& parameters = join_->parameters();
  return fmt::format("build {} side of {} join", parameters.build_left ? "left" : "right",
                     name_of(parameters.kind));
}

std::unique_ptr<Local> JoinBuildSink::make_local(Worker& worker) {
  return std::make_unique<BuiltPart>(join_->table_->keys(), join_->table_->built_types(),
                                     worker.query.memory());
}

void JoinBuildSink::begin(Worker& worker, Local& local) {
  static_cast<BuiltPart&>(local).next_order = worker.sequence << 32;
}

bool JoinBuildSink::take(Batch& batch, Worker&, Local& local) {
  join_->table_->take(static_cast<BuiltPart&>(local), batch.columns, batch.selection);
  return true;
}

void JoinBuildSink::finish(std::span<std::unique_ptr<Local>> locals, QueryContext& query) {
  std::vector<std::unique_ptr<BuiltPart>> parts;
  for (auto& local : locals) parts.emplace_back(static_cast<BuiltPart*>(local.release()));
  join_->table_->finish(std::move(parts), query.memory());
}

std::string JoinProbeStage::describe() const {
  return fmt::format("probe {} join", name_of(join_->parameters().kind));
}

std::unique_ptr<Local> JoinProbeStage::make_local(Worker&) {
  return std::make_unique<Probe>(join_->parameters(), *join_->table_);
}

bool JoinProbeStage::push(Batch& batch, Worker& worker, Local* local, Emit& onward) {
  auto& probe = static_cast<Probe&>(*local);
  const JoinTable& table = *join_->table_;
  const JoinShape& shape = table.shape();
  const auto& parameters = join_->parameters();
  probe.keys.clear();
  for (const uint32_t key : parameters.build_left ? parameters.right_keys : parameters.left_keys) {
    probe.keys.push_back(batch.columns[key]);
  }
  const Selection selection = batch.selection;
  probe.encoder.encode(probe.keys, selection);
  const auto full = static_cast<size_t>(worker.query.limits().batch_rows);
  probe.rows.clear();
  probe.places.clear();
  probe.copies.clear();
  constexpr uint32_t ahead = 16;
  for (uint32_t at = 0; at < selection.count; ++at) {
    if (at + ahead < selection.count) table.prefetch(probe.encoder.hash(at + ahead));
    const auto row = static_cast<uint16_t>(selection[at]);
    const uint64_t hash = probe.encoder.hash(at);
    const uint64_t* key = probe.encoder.key(at);
    BuiltRow* found =
        probe.encoder.has_null(at) ? nullptr : table.find(table.bucket(hash), hash, key);
    if (found == nullptr) {
      if (shape.probe_unmatched) {
        probe.rows.push_back(row);
        probe.places.push_back(no_row);
        if (shape.pairs && probe.rows.size() == full && !probe.push_pairs(batch, onward)) {
          return false;
        }
      }
      continue;
    }
    if (shape.probe_matched) probe.rows.push_back(row);
    if (!shape.pairs && !shape.marks()) continue;
    for (; found != nullptr; found = table.find(found->next, hash, key)) {
      if (shape.marks()) found->mark();
      if (!shape.pairs) continue;
      probe.rows.push_back(row);
      probe.places.push_back(found->place);
      if (table.has_copies()) probe.copies.push_back(found->copies);
      if (probe.rows.size() == full && !probe.push_pairs(batch, onward)) return false;
    }
  }
  if (shape.pairs) return probe.push_pairs(batch, onward);
  if (probe.rows.empty()) return true;
  batch.columns.resize(probe_columns(parameters));
  batch.selection = {probe.rows.data(), static_cast<uint32_t>(probe.rows.size())};
  return onward.push(batch);
}

size_t JoinProbeStage::tail_morsels(QueryContext&) {
  const JoinTable& table = *join_->table_;
  return table.shape().marks() ? (table.rows().size() + tail_rows - 1) / tail_rows : 0;
}

void JoinProbeStage::run_tail(size_t morsel, Worker& worker, Local* local, Emit& onward) {
  auto& probe = static_cast<Probe&>(*local);
  const JoinTable& table = *join_->table_;
  const JoinShape& shape = table.shape();
  const auto& parameters = join_->parameters();
  const auto& probe_types = parameters.build_left ? parameters.right_types : parameters.left_types;
  const size_t end = std::min(table.rows().size(), (morsel + 1) * tail_rows);
  const auto full = static_cast<size_t>(worker.query.limits().batch_rows);
  std::vector<RowPlace> places;
  const auto push = [&] {
    if (places.empty()) return true;
    probe.arena.clear();
    const auto count = static_cast<uint32_t>(places.size());
    Batch batch{.rows = count, .selection = {nullptr, count}, .columns = {}, .arena = &probe.arena};
    std::vector<Vector> nulls, built;
    for (size_t i = 0; i < table.built_types().size(); ++i) {
      built.push_back(table.buffer().gather(i, places, probe.arena));
    }
    for (uint32_t i = 0; shape.has_both_sides && i < probe_columns(parameters); ++i) {
      nulls.push_back(null_vector(probe_types[i]));
    }
    append_sides(batch, parameters, std::move(nulls), std::move(built));
    places.clear();
    return onward.push(batch);
  };
  for (size_t i = morsel * tail_rows; i < end; ++i) {
    const BuiltRow& row = *table.rows()[i];
    const bool matched = row.matched.load(std::memory_order_relaxed) != 0;
    if (matched ? !shape.built_matched : !shape.built_unmatched) continue;
    places.push_back(row.place);
    if (places.size() == full && !push()) return;
  }
  push();
}

}  // namespace vedette::exec
