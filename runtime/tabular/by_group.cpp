#include "runtime/tabular/by_group.h"

#include "runtime/tabular/rows.h"

namespace vedette::tabular {
namespace {

class ByGroup : public TableFunction {
 public:
  ByGroup(std::shared_ptr<const TableFunction> function, size_t keys)
      : function_(std::move(function)), keys_(keys) {}

  std::string describe() const override { return function_->describe() + " for each group"; }

  void run(TableCall& call) const override {
    const WholeTable& all = call.inputs[0];
    const std::vector<Vector> vectors = vectors_of(all);
    const GroupNumbers groups = group_rows(std::span(vectors).first(keys_), all.rows);
    const RowsOfGroups rows = rows_of(groups);
    std::vector<WholeTable> inputs(call.inputs.size());
    std::vector<ColumnBuilder> inner_out;
    for (size_t i = keys_; i < call.out.size(); ++i) inner_out.emplace_back(call.out[i].type());
    for (size_t i = 1; i < inputs.size(); ++i) copy_rows(call.inputs[i], 0, {}, inputs[i], true);
    for (size_t group = 0; group < groups.groups(); ++group) {
      call.check_running();
      inputs[0] = {};
      copy_rows(all, keys_, rows.of(group), inputs[0], false);
      for (ColumnBuilder& column : inner_out) column.clear();
      TableCall inner{.inputs = inputs,
                      .out = inner_out,
                      .check_running = call.check_running,
                      .set_memory = call.set_memory,
                      .evaluate = call.evaluate};
      function_->run(inner);
      append(call, vectors, groups.first_row[group], inner_out);
    }
  }

 private:
  static void copy_rows(const WholeTable& from, size_t first_column, std::span<const uint32_t> rows,
                        WholeTable& to, bool all) {
    to.rows = all ? from.rows : rows.size();
    for (size_t i = first_column; i < from.columns.size(); ++i) {
      ColumnBuilder& column = to.columns.emplace_back(from.columns[i].type());
      const Vector vector = from.columns[i].vector();
      for (size_t at = 0; at < to.rows; ++at)
        column.append_row(cell(vector, all ? at : rows[at]), 0);
    }
  }

  void append(TableCall& call, const std::vector<Vector>& keys, size_t row,
              const std::vector<ColumnBuilder>& inner) const {
    if (inner.empty()) return;
    const size_t count = inner[0].size();
    for (size_t i = 0; i < keys_; ++i) {
      for (size_t at = 0; at < count; ++at) call.out[i].append_row(cell(keys[i], row), 0);
    }
    for (size_t i = 0; i < inner.size(); ++i) {
      const Vector vector = inner[i].vector();
      for (size_t at = 0; at < count; ++at) call.out[keys_ + i].append_row(cell(vector, at), 0);
    }
  }

  std::shared_ptr<const TableFunction> function_;
  size_t keys_;
};

}  // namespace

std::shared_ptr<const TableFunction> by_group(std::shared_ptr<const TableFunction> function,
                                              size_t keys) {
  return std::make_shared<ByGroup>(std::move(function), keys);
}

}  // namespace vedette::tabular
