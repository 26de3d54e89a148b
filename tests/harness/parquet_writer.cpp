#include "tests/harness/parquet_writer.h"

namespace vedette {

namespace {

/// Thrift's compact protocol, as far as the format needs it.
class CompactWriter {
 public:
  void integer(int id, int64_t value, int type = 5) {
    header(id, type);
    append_zigzag(value);
  }
  void boolean(int id, bool value) { header(id, value ? 1 : 2); }
  void text(int id, std::string_view value) {
    header(id, 8);
    out += varint(value.size());
    out += value;
  }
  void list(int id, size_t size, int type) {
    header(id, 9);
    out += static_cast<char>((size < 15 ? size : 15) << 4 | static_cast<size_t>(type));
    if (size >= 15) out += varint(size);
  }
  void begin(int id) {
    header(id, 12);
    begin_item();
  }
  void begin_item() {
    outer_.push_back(last_);
    last_ = 0;
  }
  void end() {
    out += '\0';
    last_ = outer_.back();
    outer_.pop_back();
  }

  std::string out;

 private:
  void header(int id, int type) {
    out += static_cast<char>((id - last_) << 4 | type);
    last_ = id;
  }
  void append_zigzag(int64_t value) {
    out += varint(static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63));
  }

  int last_ = 0;
  std::vector<int> outer_;
};

void write_field(CompactWriter& out, const ParquetField& field) {
  out.begin_item();
  if (field.physical >= 0) out.integer(1, field.physical);
  if (field.length > 0) out.integer(2, field.length);
  out.integer(3, field.repetition);
  out.text(4, field.name);
  if (field.children > 0) out.integer(5, field.children);
  if (field.converted >= 0) out.integer(6, field.converted);
  if (field.scale >= 0) out.integer(7, field.scale);
  if (field.logical >= 0) {
    out.begin(10);
    out.begin(field.logical);
    if (field.unit > 0) {
      out.boolean(1, true);
      out.begin(2);
      out.begin(field.unit);
      out.end();
      out.end();
    }
    out.end();
    out.end();
  }
  out.end();
}

std::string page_header(const ParquetPage& page) {
  CompactWriter out;
  out.begin_item();
  out.integer(1, page.kind);
  out.integer(2, page.bytes < 0 ? static_cast<int64_t>(page.body.size()) : page.bytes);
  out.integer(3, static_cast<int64_t>(page.body.size()));
  if (page.checksum) out.integer(4, static_cast<int32_t>(*page.checksum));
  if (page.kind == 3) {
    out.begin(8);
    out.integer(1, page.values);
    out.integer(2, 0);
    out.integer(3, page.values);
    out.integer(4, page.encoding);
    out.integer(5, page.definition_bytes);
    out.integer(6, page.repetition_bytes);
    out.boolean(7, page.packed);
  } else {
    out.begin(page.kind == 2 ? 7 : 5);
    out.integer(1, page.values);
    out.integer(2, page.encoding);
    if (page.kind == 0) {
      out.integer(3, page.definition_encoding);
      out.integer(4, page.repetition_encoding);
    }
  }
  out.end();
  out.end();
  return out.out;
}

/// Appends the pages of a column; says where they are.
void write_column(CompactWriter& out, const ParquetColumn& column, std::string& file) {
  const auto start = static_cast<int64_t>(file.size());
  int64_t first_data = start;
  for (const ParquetPage& page : column.pages) {
    file += page_header(page) + page.body;
    if (page.kind == 2) first_data = static_cast<int64_t>(file.size());
  }
  out.begin_item();
  out.integer(2, start, 6);
  out.begin(3);
  out.integer(1, column.physical);
  out.list(2, 0, 5);
  out.list(3, 0, 8);
  out.integer(4, column.codec);
  out.integer(5, column.values, 6);
  out.integer(6, static_cast<int64_t>(file.size()) - start, 6);
  out.integer(7, static_cast<int64_t>(file.size()) - start, 6);
  out.integer(9, first_data, 6);
  if (first_data > start) out.integer(11, start, 6);
  out.end();
  out.end();
}

}  // namespace

std::string parquet_file(const std::vector<ParquetField>& fields,
                         const std::vector<ParquetGroup>& groups) {
  std::string file = "PAR1";
  int64_t rows = 0;
  for (const ParquetGroup& group : groups) rows += group.rows;
  CompactWriter out;
  out.begin_item();
  out.integer(1, 1);
  out.list(2, fields.size(), 12);
  for (const ParquetField& field : fields) write_field(out, field);
  out.integer(3, rows, 6);
  out.list(4, groups.size(), 12);
  for (const ParquetGroup& group : groups) {
    out.begin_item();
    out.list(1, group.columns.size(), 12);
    for (const ParquetColumn& column : group.columns) write_column(out, column, file);
    out.integer(2, 0, 6);
    out.integer(3, group.rows, 6);
    out.end();
  }
  out.end();
  return file + out.out + little_endian(out.out.size(), 4) + "PAR1";
}

std::string little_endian(uint64_t value, int bytes) {
  std::string out;
  for (int at = 0; at < bytes; ++at) out += static_cast<char>(at < 8 ? value >> (8 * at) : 0);
  return out;
}

std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}

std::string plain_texts(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += little_endian(text.size(), 4) + text;
  return out;
}

std::string run_of(uint32_t value, uint64_t times, int width) {
  return varint(times << 1) + little_endian(value, (width + 7) / 8);
}

std::string runs_of(const std::vector<uint32_t>& values, int width) {
  std::string out;
  for (const uint32_t value : values) out += run_of(value, 1, width);
  return out;
}

std::string levels_of(const std::vector<uint32_t>& values, int width) {
  const std::string runs = runs_of(values, width);
  return little_endian(runs.size(), 4) + runs;
}

}  // namespace vedette
