// Fuzz target: any bytes end in rows or in an error that says what is wrong with the file, soon.
#include <algorithm>
#include <cstdlib>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/ingest/byte_source.h"
#include "runtime/ingest/chunk_reader.h"
#include "runtime/value/type.h"

namespace {

using namespace vedette;

constexpr int most_chunks = 4;  // a few bytes can say that there are billions of nulls

[[noreturn]] void fail(std::string_view what) {
  fmt::print(stderr, "{}\n", what);
  std::abort();
}

/// Columns for the fields that have none; every third of another type than the file says.
std::shared_ptr<const Mapping> mapping_for(const std::vector<NewField>& fields) {
  std::vector<ColumnSchema> columns;
  for (const NewField& field : fields) {
    const bool known = std::any_of(columns.begin(), columns.end(), [&](const ColumnSchema& column) {
      return column.name == field.name;
    });
    if (known) continue;
    const bool other = columns.size() % 3 == 2;
    const auto any = static_cast<Type>(columns.size() / 3 % type_count);
    columns.push_back({field.name, other ? any : field.type.value_or(Type::String)});
  }
  return std::make_shared<const Mapping>(std::move(columns), 0);
}

void check_texts(const ParsedChunk& parsed) {
  uint64_t bytes = 0;
  for (const CellColumn& column : parsed.columns) {
    if (column.type() != Type::String && column.type() != Type::Dynamic) continue;
    const Reader reader(column.vector(0));
    if (!column.used()) continue;
    for (uint32_t row = 0; row < parsed.rows; ++row) {
      for (const char c : reader.get<Text>(row).view()) bytes += static_cast<uint8_t>(c);
    }
  }
  if (bytes == ~uint64_t{0}) fail("there cannot be so much text");  // the bytes have been read
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  try {
    const auto source = open_memory(file);
    ChunkReader reader(*source, {InputFormat::Parquet}, "fuzz.parquet");
    const auto parser = make_parquet_parser();
    auto mapping = std::make_shared<const Mapping>(std::vector<ColumnSchema>(), 0);
    Chunk chunk;
    ParsedChunk parsed;
    for (int at = 0; at < most_chunks && reader.next(chunk); ++at) {
      if (at == 0) {
        parser->parse(chunk, mapping, parsed);
        if (parsed.new_fields.empty()) fail("a file without columns");
        mapping = mapping_for(parsed.new_fields);
      }
      parser->parse(chunk, mapping, parsed);
      if (parsed.rows != chunk.line_ends) fail("rows are missing");
      check_texts(parsed);
    }
  } catch (const QueryError& error) {
    if (error.code.empty() || error.message.empty()) fail("an empty error");
  }
  return 0;
}
