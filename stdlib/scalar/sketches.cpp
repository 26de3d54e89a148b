#include "runtime/function/rowwise.h"
#include "stdlib/aggregate/sketch.h"
#include "stdlib/families.h"

namespace vedette::stdlib {
namespace {

void merge_sketches(Call& call) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  ResultWriter<Text> writer(call, true);
  DynamicBuilder builder;
  for_each_row(call.selection, [&](uint32_t row) {
    std::optional<Sketch> merged;
    for (const Reader& reader : readers) {
      if (!reader.valid(row)) continue;
      auto sketch = Sketch::read(DynamicView(reader.get<Text>(row).view()));
      if (!sketch) continue;
      if (merged) {
        merged->merge(*sketch);
      } else {
        merged = std::move(sketch);
      }
    }
    if (!merged) return writer.set_null(row);
    merged->add_to(builder);
    writer.set(row, builder.finish(*call.context.arena).bytes);
  });
}

}  // namespace

std::vector<ScalarFunction> sketch_functions() {
  return {
      {
          .name = "dcount_hll",
          .summary = "How many different values an answer of hll() saw.",
          .parameters = {{"hll", "The answer of hll() or hll_merge().", Accepts::DynamicArray}},
          .overloads = {rowwise([](Dynamic value) -> std::optional<int64_t> {
            const auto sketch = Sketch::read(DynamicView(value));
            if (!sketch) return std::nullopt;
            return sketch->estimate();
          })},
          .examples = {{"dcount_hll(toscalar(range x from 1 to 9 step 1 | summarize hll(x)))", "9"},
                       {"dcount_hll(dynamic([1]))", "null"}},
          .column_name = ColumnName::NameAndFirstArgument,
          .null_rule = "Null for what is no answer of hll().",
      },
      {
          .name = "hll_merge",
          .summary = "Several answers of hll() in one.",
          .parameters = {{"hll", "An answer of hll() or hll_merge().", Accepts::DynamicArray}},
          .variadic = true,
          .min_arguments = 2,
          .max_arguments = 16,
          .overloads = {{.takes = {Type::Dynamic},
                         .returns = Type::Dynamic,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = merge_sketches}},
          .examples = {{"dcount_hll(hll_merge(toscalar(range x from 1 to 9 step 1 | summarize "
                        "hll(x)), toscalar(range x from 5 to 12 step 1 | summarize hll(x))))",
                        "12"},
                       {"hll_merge(dynamic([1]), dynamic([2]))", "null"}},
          .column_name = ColumnName::PrefixOnly,
          .column_prefix = "hll_merged_result",
          .null_rule = "Null when none is an answer of hll().",
      },
  };
}

}  // namespace vedette::stdlib
