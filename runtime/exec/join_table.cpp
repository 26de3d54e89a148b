#include "runtime/exec/join_table.h"

#include <algorithm>
#include <new>

#include "runtime/base/error.h"
#include "runtime/exec/group_table.h"

namespace vedette::exec {
namespace {

std::vector<Type> first_types(const std::vector<Type>& types, uint32_t count) {
  return {types.begin(), types.begin() + count};
}

std::vector<Type> types_of(const std::vector<Type>& types, const std::vector<uint32_t>& columns) {
  std::vector<Type> result;
  for (const uint32_t column : columns) result.push_back(types[column]);
  return result;
}

// Rows are looked at in pieces; where few of them are equal, the rest is left as it is.
constexpr size_t piece_rows = 2048;
constexpr size_t least_rows_looked_at = 2 * piece_rows;

}  // namespace

JoinShape::JoinShape(const JoinParameters& parameters) {
  const JoinKind kind = parameters.kind;
  check(kind != JoinKind::InnerUnique || parameters.build_left,
        "an innerunique join is built from its left side");
  const auto is = [&](std::initializer_list<JoinKind> kinds) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  const bool left_semi = kind == JoinKind::LeftSemi, right_semi = kind == JoinKind::RightSemi;
  const bool left_anti = kind == JoinKind::LeftAnti, right_anti = kind == JoinKind::RightAnti;
  const bool left_rest = is({JoinKind::LeftOuter, JoinKind::FullOuter, JoinKind::LeftAnti});
  const bool right_rest = is({JoinKind::RightOuter, JoinKind::FullOuter, JoinKind::RightAnti});
  has_both_sides = !left_semi && !right_semi && !left_anti && !right_anti;
  pairs = has_both_sides;
  const bool built_left = parameters.build_left;
  probe_matched = built_left ? right_semi : left_semi;
  probe_unmatched = built_left ? right_rest : left_rest;
  built_matched = built_left ? left_semi : right_semi;
  built_unmatched = built_left ? left_rest : right_rest;
  keeps_columns = has_both_sides || built_matched || built_unmatched;
  one_row_a_key = kind == JoinKind::InnerUnique || !keeps_columns;
}

JoinTable::JoinTable(const JoinParameters& parameters)
    : shape_(parameters),
      counts_copies_(parameters.counts_copies),
      key_columns_(parameters.build_left ? parameters.left_keys : parameters.right_keys),
      built_types_(!shape_.keeps_columns ? std::vector<Type>()
                   : parameters.build_left
                       ? first_types(parameters.left_types, parameters.left_columns)
                       : first_types(parameters.right_types, parameters.right_columns)),
      keys_(types_of(parameters.build_left ? parameters.left_types : parameters.right_types,
                     key_columns_)) {}

void JoinTable::take(BuiltPart& part, std::span<const Vector> columns, Selection selection) const {
  std::vector<Vector> keys;
  for (const uint32_t column : key_columns_) keys.push_back(columns[column]);
  part.encoder.encode(keys, selection);
  // Rows with a null key match nothing; only some joins give them out.
  std::vector<uint16_t> kept;
  for (uint32_t at = 0; at < selection.count; ++at) {
    const uint64_t order = part.next_order++;
    const bool has_null = part.encoder.has_null(at);
    if (has_null && !shape_.built_unmatched) continue;
    char* memory = part.rows_memory.allocate(sizeof(BuiltRow) + keys_.words() * sizeof(uint64_t));
    auto* row = new (memory) BuiltRow{.hash = part.encoder.hash(at),
                                      .order = order,
                                      .place = kept.size(),
                                      .next = nullptr,
                                      .matched = 0,
                                      .copies = 1};
    std::memcpy(row->key(), part.encoder.key(at), keys_.words() * sizeof(uint64_t));
    if (!has_null) keys_.own(row->key(), part.encoder.stable(), part.rows_memory);
    part.rows.push_back(row);
    kept.push_back(static_cast<uint16_t>(selection[at]));
  }
  if (kept.empty()) return;
  if (shape_.keeps_columns && !built_types_.empty()) {
    part.buffer.append(columns.first(built_types_.size()),
                       {kept.data(), static_cast<uint32_t>(kept.size())});
    const size_t chunk = part.buffer.chunks() - 1;
    const uint64_t first = part.buffer.rows_of(chunk) - kept.size();
    for (size_t i = 0; i < kept.size(); ++i) {
      part.rows[part.rows.size() - kept.size() + i]->place = chunk << 32 | (first + i);
    }
  }
  part.memory.set(
      static_cast<int64_t>(part.rows_memory.reserved() + part.rows.capacity() * sizeof(BuiltRow*)));
}

void JoinTable::finish(std::vector<std::unique_ptr<BuiltPart>> parts, MemoryAccount& account) {
  parts_ = std::move(parts);
  buffer_ = std::make_unique<RowBuffer>(built_types_, account);
  memory_ = std::make_unique<MemoryHold>(account);
  size_t filled = 0;
  for (const auto& part : parts_) {
    const uint64_t chunks_before = buffer_->chunks();
    for (BuiltRow* row : part->rows) row->place += chunks_before << 32;
    buffer_->take(std::move(part->buffer));
    rows_.insert(rows_.end(), part->rows.begin(), part->rows.end());
    filled += part->rows.empty() ? 0 : 1;
    part->rows = {};
  }
  if (filled > 1) {
    std::vector<std::pair<uint64_t, BuiltRow*>> order;
    order.reserve(rows_.size());
    for (BuiltRow* row : rows_) order.emplace_back(row->order, row);
    std::ranges::sort(order);
    for (size_t i = 0; i < order.size(); ++i) rows_[i] = order[i].second;
  }
  if (counts_copies_) merge_copies();
  size_t buckets = 16;
  while (buckets < rows_.size() + rows_.size() / 2) buckets *= 2;
  memory_->set(static_cast<int64_t>((buckets + rows_.size()) * sizeof(BuiltRow*)));
  buckets_.assign(buckets, nullptr);
  mask_ = buckets - 1;
  const auto insert = [&](BuiltRow* row) {
    for (uint32_t i = 0; i < keys_.null_words(); ++i) {
      if (row->key()[i] != 0) return;
    }
    BuiltRow*& bucket = buckets_[row->hash & mask_];
    if (shape_.one_row_a_key && find(bucket, row->hash, row->key()) != nullptr) return;
    row->next = bucket;
    bucket = row;
  };
  constexpr size_t ahead = 16;
  const size_t count = rows_.size();
  if (shape_.one_row_a_key) {
    for (size_t i = 0; i < count; ++i) {
      if (i + ahead < count) prefetch(rows_[i + ahead]->hash);
      insert(rows_[i]);
    }
  } else {
    // The last row first, so that the rows of a bucket are in order.
    for (size_t i = count; i-- > 0;) {
      if (i >= ahead) prefetch(rows_[i - ahead]->hash);
      insert(rows_[i]);
    }
  }
}

void JoinTable::merge_copies() {
  std::vector<Type> types = built_types_;
  for (Type& type : types) {
    // Some values of these types are equal as keys and still not the same.
    if (type == Type::Real || type == Type::Decimal) return;
    if (type == Type::Dynamic) type = Type::String;
  }
  types.insert(types.end(), keys_.types().begin(), keys_.types().end());
  const KeyLayout layout(types);
  const size_t group_bytes = (2 + layout.words()) * sizeof(uint64_t);
  KeyEncoder encoder(layout);
  GroupIndex index(layout);
  Arena groups, text, piece;
  std::vector<BuiltRow*> kept;
  size_t first = 0;
  while (first < rows_.size()) {
    if (first >= least_rows_looked_at && kept.size() > first / 2) break;
    const std::span<BuiltRow* const> rows(rows_.data() + first,
                                          std::min(piece_rows, rows_.size() - first));
    piece.clear();
    std::vector<RowPlace> places;
    std::vector<const uint64_t*> keys;
    for (BuiltRow* row : rows) {
      places.push_back(row->place);
      keys.push_back(row->key());
    }
    std::vector<Vector> columns;
    for (size_t i = 0; i < built_types_.size(); ++i) {
      columns.push_back(buffer_->gather(i, places, piece));
      columns.back().type = types[i];
    }
    for (size_t i = 0; i < keys_.types().size(); ++i) {
      columns.push_back(keys_.decode(i, keys, piece));
    }
    encoder.encode(columns, {nullptr, static_cast<uint32_t>(rows.size())});
    for (uint32_t at = 0; at < rows.size(); ++at) {
      if (char* group = index.find(encoder.hash(at), encoder.key(at))) {
        ++kept[GroupLayout::order(group)]->copies;
        has_copies_ = true;
        continue;
      }
      char* group = groups.allocate(group_bytes);
      GroupLayout::hash(group) = encoder.hash(at);
      GroupLayout::order(group) = kept.size();
      std::memcpy(GroupLayout::key(group), encoder.key(at), layout.words() * sizeof(uint64_t));
      layout.own(GroupLayout::key(group), encoder.stable(), text);
      index.insert(group);
      kept.push_back(rows[at]);
    }
    first += rows.size();
  }
  kept.insert(kept.end(), rows_.begin() + static_cast<std::ptrdiff_t>(first), rows_.end());
  rows_ = std::move(kept);
}

}  // namespace vedette::exec
