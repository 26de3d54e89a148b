// Bags: packing, merging, keys, and what a dynamic value is.
#include <algorithm>

#include "runtime/value/render.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/json_path.h"

namespace vedette::stdlib {
namespace {

// ---- packing ----

void add_property(DynamicBuilder& out, const AnyScalar& key, const AnyScalar& value) {
  if (key.kind != DynamicKind::String) return;
  out.key(key.text);
  add_to(out, value);
}

constexpr auto pack = [](DynamicBuilder& out, RowValues values) {
  out.begin_object();
  for (size_t at = 0; at + 1 < values.size(); at += 2) {
    add_property(out, values[at], values[at + 1]);
  }
  out.end_object();
  return true;
};

constexpr auto pack_nonempty = [](DynamicBuilder& out, RowValues values) {
  out.begin_object();
  for (size_t at = 0; at + 1 < values.size(); at += 2) {
    const AnyScalar& value = values[at + 1];
    const bool empty = value.kind == DynamicKind::String && value.text.empty();
    if (!empty && !value.is_null()) add_property(out, values[at], value);
  }
  out.end_object();
  return true;
};

constexpr auto zip_bag = [](DynamicBuilder& out, RowValues values) {
  if (!is_array(values[0])) return false;
  out.begin_object();
  int64_t at = 0;
  for (DynamicView key : values[0].view.items()) {
    if (key.is_string()) {
      out.key(key.as_text());
      out.add(values[1].view.at(at));
    }
    ++at;
  }
  out.end_object();
  return true;
};

ScalarFunction packing(std::string_view name, Overload overload) {
  return {.name = name,
          .summary = "A bag of some keys and values.",
          .parameters = {{"key", "A key."}, {"value", "Its value.", Accepts::Scalar}},
          .variadic = true,
          .repeats = {.first = 0, .count = 2},
          .max_arguments = 65'534,
          .overloads = {std::move(overload)},
          .null_rule = "Nulls become values."};
}

// ---- keys ----

constexpr auto list_keys = [](DynamicBuilder& out, RowValues values) {
  if (!is_bag(values[0])) return false;
  out.begin_array();
  for (const auto& entry : values[0].view.entries()) out.add_string(entry.key);
  out.end_array();
  return true;
};

/// The leftmost bag with a key has its value.
constexpr auto merge = [](DynamicBuilder& out, RowValues values) {
  const bool any = std::any_of(values.begin(), values.end(), is_bag);
  const bool fit = std::all_of(values.begin(), values.end(), [](const AnyScalar& value) {
    return is_bag(value) || value.is_null();
  });
  if (!any || !fit) return false;
  out.begin_object();
  for (size_t at = 0; at < values.size(); ++at) {
    for (const auto& entry : values[at].view.entries()) {
      const DynamicKey key(entry.key);
      const auto before = values.first(at);
      const bool taken = std::any_of(before.begin(), before.end(), [&](const AnyScalar& bag) {
        return is_bag(bag) && bag.view.index_of(key) != DynamicView::absent;
      });
      if (taken) continue;
      out.key(entry.key);
      out.add(entry.value);
    }
  }
  out.end_object();
  return true;
};

constexpr auto make_path = [](const Value& path, std::string&) {
  auto parsed = parse_key_or_path(path.as_text());
  return parsed ? std::make_shared<const JsonPath>(*std::move(parsed)) : nullptr;
};

/// Adds a bag without what lies at the ends of the paths; each path has come `depth` steps so far.
void add_without(DynamicBuilder& out, DynamicView bag, const std::vector<const JsonPath*>& paths,
                 size_t depth) {
  out.begin_object();
  for (const auto& entry : bag.entries()) {
    std::vector<const JsonPath*> inside;
    bool removed = false;
    for (const JsonPath* path : paths) {
      const PathStep& step = (*path)[depth];
      if (step.is_index || step.name != entry.key) continue;
      removed = removed || path->size() == depth + 1;
      inside.push_back(path);
    }
    if (removed) continue;
    out.key(entry.key);
    if (!inside.empty() && entry.value.is_object()) {
      add_without(out, entry.value, inside, depth + 1);
    } else {
      out.add(entry.value);
    }
  }
  out.end_object();
}

constexpr auto remove_keys = [](DynamicBuilder& out, RowValues values) {
  if (!is_bag(values[0]) || !is_array(values[1])) return false;
  std::vector<JsonPath> paths;
  for (DynamicView key : values[1].view.items()) {
    auto path = key.is_string() ? parse_key_or_path(key.as_text()) : std::nullopt;
    if (path && !path->empty()) paths.push_back(*std::move(path));
  }
  std::vector<const JsonPath*> pointers;
  for (const JsonPath& path : paths) pointers.push_back(&path);
  add_without(out, values[0].view, pointers, 0);
  return true;
};

/// Adds a bag with a value put at the end of a path; what is missing on the way becomes a bag.
void add_with(DynamicBuilder& out, DynamicView bag, std::span<const PathStep> path,
              const AnyScalar& value) {
  if (path.empty()) return add_to(out, value);
  const PathStep& step = path[0];
  const bool there = bag.is_object() && bag.index_of(DynamicKey(step.name)) != DynamicView::absent;
  out.begin_object();
  for (const auto& entry : bag.entries()) {
    out.key(entry.key);
    if (entry.key == step.name) {
      add_with(out, entry.value, path.subspan(1), value);
    } else {
      out.add(entry.value);
    }
  }
  if (!there) {
    out.key(step.name);
    add_with(out, DynamicView(), path.subspan(1), value);
  }
  out.end_object();
}

constexpr auto set_key = [](DynamicBuilder& out, RowValues values) {
  if (!is_bag(values[0])) return false;
  const auto path = parse_key_or_path(values[1].text);
  const bool fits =
      path && !path->empty() &&
      std::none_of(path->begin(), path->end(), [](const PathStep& step) { return step.is_index; });
  if (!fits) return false;
  add_with(out, values[0].view, *path, values[2]);
  return true;
};

// ---- what a value is ----

/// All paths within a value; the items of an array share one path.
void add_paths(DynamicView value, const std::string& prefix, std::vector<std::string>& paths) {
  const auto visit = [&](DynamicView inner, const std::string& path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
    add_paths(inner, path, paths);
  };
  for (const auto& entry : value.entries()) {
    visit(entry.value, prefix + "['" + std::string(entry.key) + "']");
  }
  for (DynamicView item : value.items()) visit(item, prefix + "[0]");
}

constexpr auto list_paths = [](DynamicBuilder& out, RowValues values) {
  if (!is_bag(values[0]) && !is_array(values[0])) return false;
  std::vector<std::string> paths;
  add_paths(values[0].view, "", paths);
  out.begin_array();
  for (const std::string& path : paths) out.add_string(path);
  out.end_array();
  return true;
};

/// JSON with the keys of bags in order.
void append_canonical(std::string& out, DynamicView value) {
  if (value.is_array()) {
    out.push_back('[');
    bool first = true;
    for (DynamicView item : value.items()) {
      if (!first) out.push_back(',');
      first = false;
      append_canonical(out, item);
    }
    out.push_back(']');
  } else if (value.is_object()) {
    std::vector<DynamicView::Entry> entries;
    for (const auto& entry : value.entries()) entries.push_back(entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.key < b.key; });
    out.push_back('{');
    for (size_t at = 0; at < entries.size(); ++at) {
      if (at > 0) out.push_back(',');
      append_json_string(out, entries[at].key);
      out.push_back(':');
      append_canonical(out, entries[at].value);
    }
    out.push_back('}');
  } else {
    append_json(out, value);
  }
}

void write_canonical(Call& call) {
  ResultWriter<Text> writer(call, false);
  std::string out;
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    out.clear();
    if (values[0].dynamic && !values[0].is_null()) {
      append_canonical(out, values[0].view);
      writer.set(row, Text(call.context.arena->copy(out)));
    } else {
      writer.set(row, Text(call.context.arena->copy(text_of(values[0], out))));
    }
  });
}

std::string_view type_name_of(DynamicView value) {
  switch (value.kind()) {
    case DynamicKind::Null:
      return "null";
    case DynamicKind::Bool:
      return "bool";
    case DynamicKind::Long:
      return value.as_long() >= INT32_MIN && value.as_long() <= INT32_MAX ? "int" : "long";
    case DynamicKind::Real:
      return "double";
    case DynamicKind::Decimal:
      return "decimal";
    case DynamicKind::String:
      return "string";
    case DynamicKind::Datetime:
      return "datetime";
    case DynamicKind::Timespan:
      return "timespan";
    case DynamicKind::Guid:
      return "guid";
    case DynamicKind::Array:
      return "array";
    case DynamicKind::Object:
      return "dictionary";
  }
  return {};
}

void write_type(Call& call) {
  const Vector& argument = call.arguments[0];
  const Reader reader(argument);
  ResultWriter<Text> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) {
    if (argument.type != Type::Dynamic) return writer.set(row, Text(name_of(argument.type)));
    const DynamicView value =
        reader.valid(row) ? DynamicView(reader.get<Text>(row).view()) : DynamicView();
    writer.set(row, Text(type_name_of(value)));
  });
}

}  // namespace

std::vector<ScalarFunction> bag_functions() {
  const Parameter bag = {"bag", "The bag.", Accepts::DynamicBag};
  ScalarFunction visible_pack =
      packing("bag_pack", builds_dynamic({Type::String, Type::Error}, pack, true));
  visible_pack.aliases = {"pack", "pack_dictionary"};
  visible_pack.examples = {{"bag_pack('a', 1, 'b', 'x')", "{\"a\":1,\"b\":\"x\"}"},
                           {"bag_pack('a', long(null))", "{\"a\":null}"}};
  ScalarFunction dense_pack = packing(
      "bag_pack_nonempty", builds_dynamic({Type::String, Type::Error}, pack_nonempty, true));
  dense_pack.null_rule = "Nulls and empty texts are left out.";
  dense_pack.hidden = true;
  return {
      std::move(visible_pack),
      std::move(dense_pack),
      {
          .name = "bag_keys",
          .summary = "The keys of a bag, in the order of the bag.",
          .parameters = {bag},
          .overloads = {builds_dynamic({Type::Dynamic}, list_keys)},
          .examples = {{"bag_keys(dynamic({'a': 1, 'b': {'c': 2}}))", "[\"a\",\"b\"]"},
                       {"bag_keys(dynamic([1]))", "null"}},
      },
      {
          .name = "bag_merge",
          .summary = "One bag of several; the first one that has a key gives its value.",
          .parameters = {bag},
          .variadic = true,
          .min_arguments = 2,
          .overloads = {builds_dynamic({Type::Dynamic}, merge, true)},
          .examples = {{"bag_merge(dynamic({'a': 1, 'b': 2}), dynamic({'a': 3, 'c': 4}))",
                        "{\"a\":1,\"b\":2,\"c\":4}"}},
          .null_rule = "Nulls add nothing; null where an argument is no bag.",
      },
      {
          .name = "bag_has_key",
          .summary = "Whether a bag has a key.",
          .parameters = {bag, {"key", "The key, or a path such as '$.a.b'."}},
          .overloads = {prepared<1>(
              make_path,
              [](const JsonPath& path, Dynamic value, std::string_view) -> std::optional<bool> {
                if (!DynamicView(value).is_object()) return std::nullopt;
                bool found = false;
                value_at_path(DynamicView(value), path, &found);
                return found;
              })},
          .examples = {{"bag_has_key(dynamic({'a': 1}), 'a')", "true"},
                       {"bag_has_key(dynamic({'a': {'b': 1}}), '$.a.c')", "false"}},
      },
      {
          .name = "bag_remove_keys",
          .summary = "A bag without some keys.",
          .parameters = {bag, {"keys", "Keys, or paths such as '$.a.b'.", Accepts::DynamicArray}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Dynamic}, remove_keys)},
          .examples = {{"bag_remove_keys(dynamic({'a': 1, 'b': 2}), dynamic(['b', 'c']))",
                        "{\"a\":1}"},
                       {"bag_remove_keys(dynamic({'a': {'b': 1, 'c': 2}}), dynamic(['$.a.b']))",
                        "{\"a\":{\"c\":2}}"}},
      },
      {
          .name = "bag_set_key",
          .summary = "A bag with a key set to a value.",
          .parameters = {bag,
                         {.name = "key",
                          .meaning = "The key, or a path such as '$.a.b'.",
                          .constant = true},
                         {"value", "The value.", Accepts::Scalar}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::String, Type::Error}, set_key)},
          .examples = {{"bag_set_key(dynamic({'a': 1}), 'a', 2)", "{\"a\":2}"},
                       {"bag_set_key(dynamic({'a': 1}), '$.b.c', 'x')",
                        "{\"a\":1,\"b\":{\"c\":\"x\"}}"}},
          .null_rule = "Null where the first argument is no bag.",
      },
      {
          .name = "bag_zip",
          .summary = "A bag of an array of keys and an array of their values.",
          .parameters = {{"keys", "Texts; other items are passed over.", Accepts::DynamicArray},
                         {"values", "The values.", Accepts::DynamicArray}},
          .overloads = {builds_dynamic({Type::Dynamic, Type::Dynamic}, zip_bag)},
          .examples = {{"bag_zip(dynamic(['a', 'b']), dynamic([1, '2', 3]))",
                        "{\"a\":1,\"b\":\"2\"}"}},
          .null_rule = "Null where the keys are no array; the value of a key without one is null.",
      },
      {
          .name = "treepath",
          .summary = "The paths to all that lies in a bag.",
          .parameters = {{"object", "The bag.", Accepts::DynamicBag}},
          .overloads = {builds_dynamic({Type::Dynamic}, list_paths)},
          .examples = {{"treepath(dynamic({'a': 'b', 'c': [1, 2]}))",
                        "[\"['a']\",\"['c']\",\"['c'][0]\"]"}},
          .column_name = ColumnName::PrefixAndFirstArgument,
          .column_prefix = "tree_",
      },
      {
          .name = "dynamic_to_json",
          .summary = "A dynamic value as JSON with the keys of bags in order.",
          .parameters = {{"value", "The value.", Accepts::Scalar}},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::String,
                         .sees_nulls = true,
                         .evaluate = write_canonical}},
          .examples = {{"dynamic_to_json(dynamic({'b': 1, 'a': [2]}))", "{\"a\":[2],\"b\":1}"},
                       {"dynamic_to_json(1h)", "01:00:00"}},
      },
      {
          .name = "gettype",
          .summary = "The type of a value; of a dynamic one, the type of what it holds.",
          .parameters = {{"value", "The value.", Accepts::Scalar}},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::String,
                         .sees_nulls = true,
                         .evaluate = write_type}},
          .examples = {{"gettype(111)", "long"},
                       {"gettype(dynamic({'abc': 1}))", "dictionary"},
                       {"gettype(parse_json(''))", "null"}},
          .column_name = ColumnName::PrefixAndFirstArgument,
          .column_prefix = "type_",
          .null_rule = "Never null: a dynamic null is of type 'null'.",
      },
  };
}

}  // namespace vedette::stdlib
