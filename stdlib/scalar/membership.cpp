#include "runtime/base/string_search.h"
#include "runtime/function/rowwise.h"
#include "runtime/value/convert.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/value_set.h"

namespace vedette::stdlib {
namespace {

AnyScalar scalar_of(const Value& value) {
  // A constant vector of one row reads like any other.
  AnyScalar scalar;
  if (value.is_null()) return scalar;
  switch (layout_of(value.type())) {
    case Layout::Byte:
      scalar.word = value.as_bool();
      break;
    case Layout::Word:
      scalar.word = value.as_word();
      break;
    case Layout::Double:
      scalar.real = value.as_real();
      break;
    case Layout::Decimal:
      scalar.decimal = value.as_decimal();
      break;
    case Layout::Guid:
      scalar.guid = value.as_guid();
      break;
    case Layout::Text:
      if (value.type() == Type::Dynamic) return stdlib::scalar_of(DynamicView(value.as_text()));
      scalar.text = value.as_text();
      break;
  }
  constexpr DynamicKind kinds[] = {
      DynamicKind::Bool,     DynamicKind::Long,     DynamicKind::Long,
      DynamicKind::Real,     DynamicKind::Decimal,  DynamicKind::String,
      DynamicKind::Datetime, DynamicKind::Timespan, DynamicKind::Guid};
  scalar.kind = kinds[static_cast<size_t>(value.type())];
  return scalar;
}

bool all_items_constant(std::span<const Value* const> constants) {
  for (const Value* item : constants.subspan(1)) {
    if (item == nullptr) return false;
  }
  return true;
}

// ---- in ----

template <bool ignore_case>
std::shared_ptr<const void> prepare_set(std::span<const Value* const> constants, std::string&) {
  if (!all_items_constant(constants)) return nullptr;
  auto set = std::make_shared<ValueSet>(ignore_case);
  for (const Value* item : constants.subspan(1)) set->add(scalar_of(*item));
  set->finish();
  return set;
}

template <bool ignore_case> class RowSet {
 public:
  explicit RowSet(Call& call) {
    for (const Vector& item : call.arguments.subspan(1)) items_.emplace_back(item);
  }
  bool has(const AnyScalar& value, uint32_t row) const {
    ValueSet set(ignore_case);
    for (const AnyReader& item : items_) set.add(item.get(row));
    set.finish();
    return set.has(value);
  }

 private:
  std::vector<AnyReader> items_;
};

/// An absent value is in no list.
template <bool ignore_case, bool negated> void member(Call& call) {
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const Vector& source = call.arguments[0];
  const auto* set = static_cast<const ValueSet*>(call.tool);
  const Reader reader(source);
  if (set != nullptr && source.type == Type::String) {
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = set->has_text(reader.get<Text>(row)) != negated; });
  } else if (set != nullptr && (source.type == Type::Long || source.type == Type::Int)) {
    for_each_row(call.selection, [&](uint32_t row) {
      out[row] = (reader.valid(row) && set->has_long(reader.get<int64_t>(row))) != negated;
    });
  } else if (set != nullptr) {
    const AnyReader values(source);
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = set->has(values.get(row)) != negated; });
  } else {
    const AnyReader values(source);
    const RowSet<ignore_case> items(call);
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = items.has(values.get(row), row) != negated; });
  }
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

// ---- has_any, has_all ----

void collect_texts(const AnyScalar& value, std::vector<std::string>& texts) {
  if (value.kind == DynamicKind::Array) {
    for (DynamicView item : value.view.items()) collect_texts(stdlib::scalar_of(item), texts);
  } else if (!value.is_null()) {
    std::string buffer;
    texts.emplace_back(text_of(value, buffer));
  }
}

NeedleSet needles_of(const std::vector<std::string>& texts) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  return NeedleSet(views, Where::WholeTerm, true);
}

std::shared_ptr<const void> prepare_needles(std::span<const Value* const> constants, std::string&) {
  if (!all_items_constant(constants)) return nullptr;
  std::vector<std::string> texts;
  for (const Value* item : constants.subspan(1)) collect_texts(scalar_of(*item), texts);
  return std::make_shared<const NeedleSet>(needles_of(texts));
}

template <bool all> void has_many(Call& call) {
  uint8_t* out = call.context.arena->array<uint8_t>(call.rows).data();
  const Reader reader(call.arguments[0]);
  const auto test = [](const NeedleSet& set, std::string_view text) {
    return all ? set.all_in(text) : set.any_in(text);
  };
  if (const auto* set = static_cast<const NeedleSet*>(call.tool)) {
    for_each_row(call.selection,
                 [&](uint32_t row) { out[row] = test(*set, reader.get<Text>(row)); });
  } else {
    std::vector<AnyReader> items;
    for (const Vector& item : call.arguments.subspan(1)) items.emplace_back(item);
    std::vector<std::string> texts;
    for_each_row(call.selection, [&](uint32_t row) {
      texts.clear();
      for (const AnyReader& item : items) collect_texts(item.get(row), texts);
      out[row] = test(needles_of(texts), reader.get<Text>(row));
    });
  }
  call.result.shape = Shape::Flat;
  call.result.values = out;
  call.result.validity = nullptr;
}

template <bool ignore_case, bool negated>
ScalarFunction in_operator(std::string_view name, std::string_view summary) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"value", "The value to look up.",
                          ignore_case ? Accepts::StringOrDynamic : Accepts::Scalar},
                         {"item", "A value, or an array of values.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 1'000'000,
          .overloads = {{.takes = {Type::Error, Type::Error},
                         .returns = Type::Bool,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = &member<ignore_case, negated>,
                         .prepare = &prepare_set<ignore_case>}},
          .null_rule = "A null is in no list.",
          .hidden = true};
}

template <bool all> ScalarFunction has_operator(std::string_view name, std::string_view summary) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"source", "The text to search.", Accepts::StringOrDynamic},
                         {"item", "A term to find, or an array of them.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 1'000'000,
          .overloads = {{.takes = {Type::String, Type::Error},
                         .returns = Type::Bool,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = &has_many<all>,
                         .prepare = &prepare_needles}},
          .hidden = true};
}

void find_any_index(Call& call) {
  const Reader texts(call.arguments[0]);
  const AnyReader lists(call.arguments[1]);
  ResultWriter<int64_t> writer(call, false);
  std::vector<std::string> wanted;
  for_each_row(call.selection, [&](uint32_t row) {
    wanted.clear();
    collect_texts(lists.get(row), wanted);
    int64_t found = -1;
    for (size_t at = 0; at < wanted.size() && found < 0; ++at) {
      const Needle needle(wanted[at], Where::WholeTerm, true);
      if (needle.in(texts.get<Text>(row))) found = static_cast<int64_t>(at);
    }
    writer.set(row, found);
  });
}

}  // namespace

std::vector<ScalarFunction> membership_functions() {
  return {
      in_operator<false, false>("in", "Whether a value equals one of a list."),
      in_operator<false, true>("!in", "Whether a value equals none of a list."),
      in_operator<true, false>("in~", "Whether a text equals one of a list but for case."),
      in_operator<true, true>("!in~", "Whether a text equals none of a list, whatever the case."),
      has_operator<false>("has_any", "Whether a text holds one of some terms."),
      has_operator<true>("has_all", "Whether a text holds all of some terms."),
      {
          .name = "has_any_index",
          .summary = "The position in an array of the first term that a text holds; -1 for none.",
          .parameters = {{"source", "The text to search.", Accepts::StringOrDynamic},
                         {"values", "The terms to find.", Accepts::DynamicArray}},
          .overloads = {{.takes = {Type::String, Type::Dynamic},
                         .returns = Type::Long,
                         .sees_nulls = true,
                         .evaluate = find_any_index}},
          .examples = {{"has_any_index('this is it', dynamic(['that', 'is']))", "1"},
                       {"has_any_index('this is it', dynamic([]))", "-1"}},
      },
  };
}

}  // namespace vedette::stdlib
