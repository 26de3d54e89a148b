// What an answer of tdigest() can be asked.
#include "runtime/function/rowwise.h"
#include "stdlib/aggregate/sketch.h"
#include "stdlib/aggregate/value_digest.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"

namespace vedette::stdlib {
namespace {

std::optional<ValueDigest> digest_of(const AnyScalar& value) {
  if (!is_array(value)) return std::nullopt;
  auto digest = ValueDigest::read(value.view);
  if (digest && digest->empty()) return std::nullopt;
  return digest;
}

constexpr auto percentile_of_digest = [](DynamicBuilder& out, RowValues values) {
  auto digest = digest_of(values[0]);
  if (!digest || !values[1].is_number()) return false;
  digest->add_percentile(values[1].as_real(), out);
  return true;
};

constexpr auto percentiles_of_digest = [](DynamicBuilder& out, RowValues values) {
  auto digest = digest_of(values[0]);
  if (!digest) return false;
  out.begin_array();
  const auto add = [&](const AnyScalar& percent) {
    if (percent.is_number()) {
      digest->add_percentile(percent.as_real(), out);
    } else {
      out.add_null();
    }
  };
  for (const AnyScalar& value : values.subspan(1)) {
    if (!is_array(value)) {
      add(value);
      continue;
    }
    for (DynamicView item : value.view.items()) add(scalar_of(item));
  }
  out.end_array();
  return true;
};

constexpr auto merged_digest = [](DynamicBuilder& out, RowValues values) {
  std::optional<ValueDigest> merged;
  for (const AnyScalar& value : values) {
    auto digest = digest_of(value);
    if (!digest) continue;
    if (merged) {
      merged->merge(*digest);
    } else {
      merged = std::move(digest);
    }
  }
  if (!merged) return false;
  merged->add_to(out);
  return true;
};

template <bool percent> void rank_in_digest(Call& call) {
  ResultWriter<double> writer(call, true);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    auto digest = digest_of(values[0]);
    const auto rank = digest ? digest->rank(values[1]) : std::nullopt;
    if (!rank) return writer.set_null(row);
    writer.set(row, percent ? *rank * 100 / digest->weight() : *rank);
  });
}

/// Whether the first argument is a digest of values like the second.
void is_digest_of(Call& call) {
  ResultWriter<uint8_t> writer(call, false);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    const auto digest = is_array(values[0]) ? ValueDigest::read(values[0].view) : std::nullopt;
    writer.set(row, digest && (values[1].is_null() || digest->takes(values[1])));
  });
}

void is_sketch(Call& call) {
  ResultWriter<uint8_t> writer(call, false);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    writer.set(row, is_array(values[0]) && Sketch::read(values[0].view).has_value());
  });
}

const Parameter digest_parameter = {"digest", "An answer of tdigest() or tdigest_merge().",
                                    Accepts::DynamicArray};

}  // namespace

std::vector<ScalarFunction> tdigest_functions() {
  const Type dynamic = Type::Dynamic;
  return {
      {
          .name = "percentile_tdigest",
          .summary = "The value at a percentile of what an answer of tdigest() saw.",
          .parameters = {digest_parameter,
                         {"percentile", "From 0 to 100.", Accepts::Number},
                         {.name = "type",
                          .meaning = "typeof(T): the type of the answer; dynamic without it.",
                          .accepts = Accepts::TypeLiteral,
                          .optional = true}},
          .overloads = {builds_dynamic({dynamic, Type::Real}, percentile_of_digest)},
          .examples = {{"percentile_tdigest(toscalar(range x from 1 to 9 step 1 "
                        "| summarize tdigest(x)), 50)",
                        "5"},
                       {"percentile_tdigest(toscalar(range x from 1 to 9 step 1 "
                        "| summarize tdigest(x)), 100, typeof(long)) + 1",
                        "10"}},
          .column_name = ColumnName::NameAndFirstArgument,
          .null_rule = "Null for what is no answer of tdigest().",
      },
      {
          .name = "percentiles_array_tdigest",
          .summary = "The values at several percentiles of what an answer of tdigest() saw.",
          .parameters = {digest_parameter,
                         {"percentile", "From 0 to 100, or an array of such.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 32'767,
          .overloads = {builds_dynamic({dynamic, Type::Real}, percentiles_of_digest, true),
                        builds_dynamic({dynamic, dynamic}, percentiles_of_digest)},
          .examples = {{"percentiles_array_tdigest(toscalar(range x from 1 to 100 step 1 "
                        "| summarize tdigest(x)), 10, 90)",
                        "[10,90]"},
                       {"percentiles_array_tdigest(toscalar(range x from 1 to 100 step 1 "
                        "| summarize tdigest(x)), dynamic([10, 90]))",
                        "[10,90]"}},
          .column_name = ColumnName::PrefixAndFirstArgument,
          .column_prefix = "percentile_tdigest",
          .null_rule = "Null for what is no answer of tdigest().",
      },
      {
          .name = "rank_tdigest",
          .summary = "How many values that an answer of tdigest() saw are at most `value`.",
          .parameters = {digest_parameter, {"value", "The value.", Accepts::Scalar}},
          .overloads = {{.takes = {dynamic, Type::Error},
                         .returns = Type::Real,
                         .sees_nulls = true,
                         .evaluate = rank_in_digest<false>}},
          .examples = {{"rank_tdigest(toscalar(range x from 1 to 50 step 1 "
                        "| summarize tdigest(x)), 20)",
                        "20.0"}},
          .null_rule = "Null for what is no answer of tdigest(), and a value of another type.",
      },
      {
          .name = "percentrank_tdigest",
          .summary = "How many percent of the values that an answer of tdigest() saw are at most "
                     "`value`.",
          .parameters = {digest_parameter, {"value", "The value.", Accepts::Scalar}},
          .overloads = {{.takes = {dynamic, Type::Error},
                         .returns = Type::Real,
                         .sees_nulls = true,
                         .evaluate = rank_in_digest<true>}},
          .examples = {{"percentrank_tdigest(toscalar(range x from 1 to 50 step 1 "
                        "| summarize tdigest(x)), 20)",
                        "40.0"}},
          .null_rule = "Null for what is no answer of tdigest(), and a value of another type.",
      },
      {
          .name = "tdigest_merge",
          .aliases = {"merge_tdigest"},
          .summary = "Several answers of tdigest() in one.",
          .parameters = {digest_parameter},
          .variadic = true,
          .min_arguments = 2,
          .max_arguments = 16,
          .overloads = {builds_dynamic({dynamic}, merged_digest, true)},
          .examples = {{"percentile_tdigest(tdigest_merge("
                        "toscalar(range x from 1 to 9 step 1 | summarize tdigest(x)), "
                        "toscalar(range x from 10 to 19 step 1 | summarize tdigest(x))), 50)",
                        "10"}},
          .column_name = ColumnName::PrefixOnly,
          .column_prefix = "tdigests_merge_result",
          .null_rule = "What is no digest does not take part; null when none is one.",
      },
      {
          .name = "tdigest_isvalid",
          .summary = "Whether a value is an answer of tdigest() about values like another.",
          .parameters = {digest_parameter, {"value", "A value like those.", Accepts::Scalar}},
          .overloads = {{.takes = {dynamic, Type::Error},
                         .returns = Type::Bool,
                         .sees_nulls = true,
                         .evaluate = is_digest_of}},
          .examples = {{"tdigest_isvalid(toscalar(print x = 1 | summarize tdigest(x)), 1)", "true"},
                       {"tdigest_isvalid(dynamic([1]), 1)", "false"}},
          .null_rule = "False for null; a null value is like any.",
      },
      {
          .name = "hll_isvalid",
          .summary = "Whether a value is an answer of hll().",
          .parameters = {{"hll", "The value.", Accepts::DynamicArray},
                         {"value", "A value like those counted.", Accepts::Scalar}},
          .overloads = {{.takes = {dynamic, Type::Error},
                         .returns = Type::Bool,
                         .sees_nulls = true,
                         .evaluate = is_sketch}},
          .examples = {{"hll_isvalid(toscalar(print x = 1 | summarize hll(x)), 1)", "true"},
                       {"hll_isvalid(dynamic([1]), 1)", "false"}},
          .null_rule = "False for null.",
          .difference = "Any value is like those counted: hashes do not tell their type.",
      },
  };
}

}  // namespace vedette::stdlib
