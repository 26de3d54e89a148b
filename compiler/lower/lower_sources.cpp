// Steps without an input, and fetching more of a scan's rows.
#include "compiler/lower/lowering.h"
#include "runtime/exec/scan.h"

namespace vedette::lowering {
namespace {

constexpr std::string_view ingestion_time_name = "$IngestionTime";

uint32_t index_in(const Table* table, const plan::Scan::Stored& column) {
  const auto found = table == nullptr ? std::nullopt : table->schema->find(column.name);
  // A table that stands in for another keeps its ingestion times as an ordinary column.
  if (!found && column.name == ingestion_time_name) return ingestion_time_column;
  check(table != nullptr, "a table without rows has no stored columns");
  check(found.has_value(), "a scan reads columns of its table");
  return static_cast<uint32_t>(*found);
}

ValueRange range_of(const plan::PruneTerm& term) {
  using Compare = plan::PruneTerm::Compare;
  ValueRange range;
  if (term.compare == Compare::Equal || term.compare == Compare::Greater ||
      term.compare == Compare::GreaterEqual) {
    range.low = term.value;
    range.low_inclusive = term.compare != Compare::Greater;
  }
  if (term.compare == Compare::Equal || term.compare == Compare::Less ||
      term.compare == Compare::LessEqual) {
    range.high = term.value;
    range.high_inclusive = term.compare != Compare::Less;
  }
  return range;
}

}  // namespace

Open Lowering::lower_scan(const plan::Scan& scan, const plan::Node& node,
                          const std::vector<const plan::Expression*>& filters) {
  exec::ScanParameters parameters{.snapshot = environment_.snapshot, .name = scan.table};
  if (environment_.snapshot != nullptr) parameters.table = environment_.snapshot->find(scan.table);
  if (environment_.scan_tables != nullptr) {
    const auto found = environment_.scan_tables->find(&scan);
    if (found != environment_.scan_tables->end()) parameters.table = found->second.get();
  }
  Open open;
  Registers registers;
  ProgramBuilder builder;
  for (uint32_t i = 0; i < node.output.size(); ++i) {
    const auto& column = node.output[i];
    open.add(column.id, column.type);
    if (i < scan.columns.size()) {
      const uint32_t index =
          parameters.table == nullptr ? i : index_in(parameters.table, scan.columns[i]);
      parameters.columns.push_back({index, column.type});
    }
  }
  parameters.row_id = scan.row_id.has_value();
  for (const plan::PruneTerm& term : scan.prune) {
    for (uint32_t i = 0; i < scan.columns.size(); ++i) {
      if (scan.columns[i].id == term.column) parameters.prune.push_back({i, range_of(term)});
    }
  }
  open.rows = parameters.table == nullptr ? 0 : static_cast<int64_t>(parameters.table->rows());
  if (!filters.empty()) {
    // Only what the filter loads is read for all rows, so a column is loaded when it is needed.
    for (const plan::Expression* predicate : filters) {
      for (const plan::Expression& conjunct : plan::split_conjunction(*predicate)) {
        for (const plan::ColumnId id : plan::columns_of(conjunct)) {
          for (uint32_t i = 0; i < open.columns.size(); ++i) {
            if (open.columns[i] == id) registers[id] = builder.load(i, open.types[i]);
          }
        }
        builder.narrow(lower_expression(conjunct, registers, builder));
      }
    }
    parameters.filter = environment_.adapt(builder.take(), open.rows);
  }
  open.flow.source = std::make_unique<exec::ScanSource>(std::move(parameters));
  return open;
}

Open Lowering::lower_fetch(const plan::Fetch& step, const plan::Node& node) {
  Open input = lower_columns(*step.input);
  // A table that is only declared has no rows to fetch: the columns are null.
  const Table* table =
      environment_.snapshot == nullptr ? nullptr : environment_.snapshot->find(step.table);
  Open open{.rows = input.rows};
  uint32_t row_id = 0;
  for (uint32_t i = 0; i < input.columns.size(); ++i) {
    if (input.columns[i] == step.row_id)
      row_id = i;
    else
      open.add(input.columns[i], input.types[i]);
  }
  std::vector<exec::ScanParameters::Column> columns;
  for (const auto& column : step.columns) {
    Type type = Type::Error;
    for (const auto& out : node.output) {
      if (out.id == column.id) type = out.type;
    }
    columns.push_back({table == nullptr ? 0 : index_in(table, column), type});
    open.add(column.id, type);
  }
  input.flow.stages.push_back(
      std::make_unique<exec::FetchStage>(environment_.snapshot, table, row_id, std::move(columns)));
  open.flow = std::move(input.flow);
  return open;
}

Open Lowering::lower_external(const plan::External& step, const plan::Node& node) {
  std::vector<Type> types;
  Open open{.rows = 1000};
  for (const auto& column : node.output) {
    types.push_back(column.type);
    open.add(column.id, column.type);
  }
  open.flow.source =
      std::make_unique<exec::ExternalSource>(types, environment_.open_external(step, node.output),
                                             step.sources.empty() ? "" : step.sources.front());
  return open;
}

Open Lowering::lower_values(const plan::Values& step, const plan::Node& node) {
  std::vector<Type> types;
  Open open{.rows = static_cast<int64_t>(step.rows.size())};
  for (const auto& column : node.output) {
    types.push_back(column.type);
    open.add(column.id, column.type);
  }
  open.flow.source = std::make_unique<exec::ValuesSource>(std::move(types), step.rows);
  return open;
}

Open Lowering::lower_range(const plan::Range& step, const plan::Node& node) {
  Open open{.rows = 1000};
  open.add(node.output[0].id, node.output[0].type);
  open.flow.source = std::make_unique<exec::RangeSource>(step.first, step.last, step.step);
  return open;
}

}  // namespace vedette::lowering
