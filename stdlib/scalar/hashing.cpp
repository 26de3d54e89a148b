// Hashes: fast ones for sampling and grouping, digests for comparing.
#include "runtime/base/hash.h"
#include "runtime/base/xxhash64.h"
#include "stdlib/families.h"
#include "stdlib/scalar/dynamic_rows.h"
#include "stdlib/scalar/message_digest.h"

namespace vedette::stdlib {
namespace {

// ---- xxHash64 ----

/// The bytes that stand for a value: its text, or its number with the low byte first.
template <typename T> std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

uint64_t hash_of_scalar(const AnyScalar& value, Type type) {
  switch (value.kind) {
    case DynamicKind::String:
      return xxhash64(value.text);
    case DynamicKind::Bool: {
      const auto byte = static_cast<uint8_t>(value.word);
      return xxhash64(bytes_of(byte));
    }
    case DynamicKind::Real:
      return xxhash64(bytes_of(value.real));
    case DynamicKind::Guid:
      return xxhash64(bytes_of(value.guid.bytes));
    case DynamicKind::Decimal: {
      std::string buffer;
      return xxhash64(text_of(value, buffer));
    }
    default: {
      if (type != Type::Int) return xxhash64(bytes_of(value.word));
      const auto narrow = static_cast<int32_t>(value.word);
      return xxhash64(bytes_of(narrow));
    }
  }
}

/// The hash of the first argument; with a second, its remainder when divided by it.
void hash_one(Call& call) {
  const Type type = call.arguments[0].type;
  ResultWriter<int64_t> writer(call, true);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    const bool divided = values.size() > 1;
    if (values[0].is_null() || (divided && (values[1].is_null() || values[1].word <= 0))) {
      return writer.set_null(row);
    }
    const uint64_t hash = hash_of_scalar(values[0], type);
    const uint64_t answer = divided ? hash % static_cast<uint64_t>(values[1].word) : hash;
    writer.set(row, static_cast<int64_t>(answer));
  });
}

/// Calls `hash(value, argument)` for each argument of a row and combines what it answers.
template <typename Hash> void combine_rows(Call& call, Hash hash) {
  ResultWriter<int64_t> writer(call, true);
  for_each_row_values(call, [&](uint32_t row, RowValues values) {
    uint64_t combined = 0;
    for (size_t at = 0; at < values.size(); ++at) {
      if (values[at].is_null()) return writer.set_null(row);
      combined = combine_hashes(combined, hash(values[at], at));
    }
    writer.set(row, static_cast<int64_t>(combined));
  });
}

void hash_many(Call& call) {
  combine_rows(call, [&](const AnyScalar& value, size_t at) {
    return hash_of_scalar(value, call.arguments[at].type);
  });
}
void combine_given(Call& call) {
  // What is no hash itself stands for its hash.
  combine_rows(call, [&](const AnyScalar& value, size_t at) {
    return value.kind == DynamicKind::Long ? static_cast<uint64_t>(value.word)
                                           : hash_of_scalar(value, call.arguments[at].type);
  });
}

std::vector<Overload> hash_overloads() {
  return {{.takes = {Type::Error}, .returns = Type::Long, .sees_nulls = true, .evaluate = hash_one},
          {.takes = {Type::Error, Type::Long},
           .returns = Type::Long,
           .sees_nulls = true,
           .evaluate = hash_one}};
}

// ---- digests ----

template <std::string (*digest)(std::string_view)> void digest_text(Call& call) {
  const AnyReader reader(call.arguments[0]);
  ResultWriter<Text> writer(call, false);
  std::string buffer;
  for_each_row(call.selection, [&](uint32_t row) {
    const AnyScalar value = reader.get(row);
    if (value.is_null()) return writer.set_null(row);
    writer.set(row, Text(call.context.arena->copy(digest(text_of(value, buffer)))));
  });
}

ScalarFunction digest_function(std::string_view name, std::string_view summary, Evaluate evaluate,
                               std::vector<Example> examples) {
  return {.name = name,
          .summary = summary,
          .parameters = {{"source", "The value.", Accepts::NotDynamic}},
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::String,
                         .sees_nulls = true,
                         .evaluate = evaluate}},
          .examples = std::move(examples),
          .null_rule = "A null becomes the empty text."};
}

}  // namespace

std::vector<ScalarFunction> hashing_functions() {
  const Parameter source = {"source", "The value.", Accepts::NotDynamic};
  return {
      {
          .name = "hash",
          .aliases = {"hash_xxhash64"},
          .summary = "The xxHash64 of a value.",
          .parameters = {source,
                         {"mod", "What to divide by; the answer is then the remainder.",
                          Accepts::Integer, true}},
          .overloads = hash_overloads(),
          .examples = {{"hash('World')", "1846988464401551951"},
                       {"hash('World', 100)", "51"},
                       {"hash(datetime(2015-01-01))", "1380966698541616202"}},
          .null_rule = "Null in, null out; null for a divisor that is not positive.",
      },
      {
          .name = "hash_many",
          .summary = "One hash of several values.",
          .parameters = {source},
          .variadic = true,
          .max_arguments = 32'767,
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Long,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = hash_many}},
          .examples = {{"hash_many('a', 1) == hash_many('a', 1)", "true"},
                       {"hash_many('a', 'b') == hash_many('b', 'a')", "false"}},
          .difference =
              "The hashes are combined in a way of our own: how Kusto does it is not published.",
      },
      {
          .name = "hash_combine",
          .summary = "One hash of several.",
          .parameters = {{"h", "A hash.", Accepts::Scalar}},
          .variadic = true,
          .min_arguments = 2,
          .max_arguments = 32'767,
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Long,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = combine_given}},
          .examples = {{"hash_combine(hash('a'), hash(1)) == hash_many('a', 1)", "true"},
                       {"hash_combine(1, 2) == hash_combine(2, 1)", "false"}},
          .difference =
              "The hashes are combined in a way of our own: how Kusto does it is not published.",
      },
      digest_function("hash_md5", "The MD5 digest of a value's text, in hexadecimal digits.",
                      digest_text<md5_of>,
                      {{"hash_md5('World')", "f5a7924e621e84c9280a9a27e1bcb7f6"},
                       {"hash_md5(datetime(2020-01-01))", "786c530672d1f8db31fee25ea8a9390b"}}),
      digest_function("hash_sha1", "The SHA-1 digest of a value's text, in hexadecimal digits.",
                      digest_text<sha1_of>,
                      {{"hash_sha1('World')", "70c07ec18ef89c5309bbb0937f3a6342411e1fdd"}}),
      digest_function("hash_sha256", "The SHA-256 digest of a value's text, in hexadecimal digits.",
                      digest_text<sha256_of>,
                      {{"hash_sha256('abc')",
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}),
  };
}

}  // namespace vedette::stdlib
