#include "runtime/function/rowwise.h"
#include "stdlib/families.h"
#include "stdlib/scalar/any_value.h"
#include "stdlib/scalar/random.h"

namespace vedette::stdlib {
namespace {

int64_t bytes_of(const Vector& vector, const Reader& reader, uint32_t row) {
  const Layout layout = layout_of(vector.type);
  if (layout != Layout::Text) return bytes_of(layout);
  return reader.valid(row) ? reader.get<Text>(row).size : 0;
}

void estimate_size(Call& call) {
  std::vector<Reader> readers;
  for (const Vector& argument : call.arguments) readers.emplace_back(argument);
  ResultWriter<int64_t> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) {
    int64_t bytes = 0;
    for (size_t at = 0; at < readers.size(); ++at) {
      bytes += bytes_of(call.arguments[at], readers[at], row);
    }
    writer.set(row, bytes);
  });
}

/// Version 4: random but for the six bits that say so.
void make_guids(Call& call) {
  ResultWriter<Guid> writer(call, false);
  for_each_row(call.selection, [&](uint32_t row) {
    const uint64_t words[2] = {next_random(call.context), next_random(call.context)};
    Guid guid;
    std::memcpy(guid.bytes.data(), words, sizeof words);
    guid.bytes[6] = static_cast<uint8_t>((guid.bytes[6] & 0x0f) | 0x40);
    guid.bytes[8] = static_cast<uint8_t>((guid.bytes[8] & 0x3f) | 0x80);
    writer.set(row, guid);
  });
}

}  // namespace

std::vector<ScalarFunction> metadata_functions() {
  return {
      {
          .name = "estimate_data_size",
          .summary = "About how many bytes the values of some columns take.",
          .parameters = {{"column", "A column.", Accepts::Scalar}},
          .variadic = true,
          .max_arguments = 4096,
          .overloads = {{.takes = {Type::Error},
                         .returns = Type::Long,
                         .variadic = true,
                         .sees_nulls = true,
                         .evaluate = estimate_size}},
          .examples = {{"estimate_data_size('abc')", "3"}, {"estimate_data_size(1, 'abc')", "11"}},
      },
      {
          .name = "new_guid",
          .summary = "A random guid, another one for each row.",
          .overloads = {{.takes = {}, .returns = Type::Guid, .evaluate = make_guids}},
          .examples = {{"strlen(tostring(new_guid()))", "36"},
                       {"new_guid() == new_guid()", "false"}},
          .purity = Purity::PerRow,
      },
  };
}

}  // namespace vedette::stdlib
