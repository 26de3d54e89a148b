#include "runtime/ingest/parquet/metadata.h"

#include "runtime/base/format.h"

namespace vedette::parquet {

namespace {

template <typename Enum> Enum checked(int32_t value, Enum last, std::string_view what) {
  if (value < 0 || value > static_cast<int32_t>(last)) {
    unsupported(fmt::format("the {} {} is not known", what, value));
  }
  return static_cast<Enum>(value);
}

uint32_t size_of(int32_t value) {
  if (value < 0) damaged("a size is negative");
  return static_cast<uint32_t>(value);
}

/// The older way to say what a field means.
void read_converted_type(int32_t type, SchemaElement& element) {
  const auto integer = [&](int32_t bits, bool is_signed) {
    element.annotation = Annotation::Integer;
    element.bits = bits;
    element.is_signed = is_signed;
  };
  const auto time = [&](Annotation annotation, TimeUnit unit) {
    element.annotation = annotation;
    element.unit = unit;
  };
  constexpr Annotation plain[] = {Annotation::String, Annotation::Map,  Annotation::Map,
                                  Annotation::List,   Annotation::Enum, Annotation::Decimal,
                                  Annotation::Date};
  if (type >= 0 && type < 7) {
    element.annotation = plain[type];
  } else if (type == 7 || type == 8) {
    time(Annotation::Time, type == 7 ? TimeUnit::Milliseconds : TimeUnit::Microseconds);
  } else if (type == 9 || type == 10) {
    time(Annotation::Timestamp, type == 9 ? TimeUnit::Milliseconds : TimeUnit::Microseconds);
  } else if (type >= 11 && type <= 14) {
    integer(8 << (type - 11), false);
  } else if (type >= 15 && type <= 18) {
    integer(8 << (type - 15), true);
  } else if (type == 19) {
    element.annotation = Annotation::Json;
  } else if (type == 20) {
    element.annotation = Annotation::Bson;
  } else if (type == 21) {
    element.annotation = Annotation::Interval;
  } else {
    element.annotation = Annotation::Other;
  }
}

void read_unit(CompactReader& in, CompactType type, SchemaElement& element) {
  in.expect_struct(type);
  in.read_struct([&](int id, CompactType field) {
    if (id >= 1 && id <= 3) element.unit = static_cast<TimeUnit>(id - 1);
    in.skip(field);
  });
}

void read_logical_type(CompactReader& in, CompactType type, SchemaElement& element) {
  constexpr Annotation kinds[] = {
      Annotation::Other,     Annotation::String,   Annotation::Map,     Annotation::List,
      Annotation::Enum,      Annotation::Decimal,  Annotation::Date,    Annotation::Time,
      Annotation::Timestamp, Annotation::Interval, Annotation::Integer, Annotation::Null,
      Annotation::Json,      Annotation::Bson,     Annotation::Uuid,    Annotation::Float16};
  in.expect_struct(type);
  in.read_struct([&](int kind, CompactType kind_type) {
    in.expect_struct(kind_type);
    element.annotation =
        kind >= 1 && kind < static_cast<int>(std::size(kinds)) ? kinds[kind] : Annotation::Other;
    in.read_struct([&](int id, CompactType field) {
      const Annotation annotation = element.annotation;
      if (annotation == Annotation::Decimal && (id == 1 || id == 2)) {
        (id == 1 ? element.scale : element.precision) = in.small(field);
      } else if ((annotation == Annotation::Time || annotation == Annotation::Timestamp) &&
                 id == 2) {
        read_unit(in, field, element);
      } else if (annotation == Annotation::Integer && id == 1) {
        element.bits = in.small(field);
      } else if (annotation == Annotation::Integer && id == 2) {
        element.is_signed = in.boolean(field);
      } else {
        in.skip(field);
      }
    });
  });
}

SchemaElement read_element(CompactReader& in) {
  SchemaElement element;
  std::optional<int32_t> converted;
  bool logical = false;
  in.read_struct([&](int id, CompactType type) {
    switch (id) {
      case 1:
        element.physical =
            checked(in.small(type), Physical::FixedLengthByteArray, "type of a column");
        break;
      case 2:
        element.length = in.small(type);
        break;
      case 3:
        element.repetition = checked(in.small(type), Repetition::Repeated, "repetition");
        break;
      case 4:
        element.name = in.binary(type);
        break;
      case 5:
        element.children = in.small(type);
        break;
      case 6:
        converted = in.small(type);
        break;
      case 7:
        element.scale = in.small(type);
        break;
      case 8:
        element.precision = in.small(type);
        break;
      case 10:
        read_logical_type(in, type, element);
        logical = element.annotation != Annotation::Other;
        break;
      default:
        in.skip(type);
    }
  });
  if (converted && !logical) read_converted_type(*converted, element);
  return element;
}

void read_column_metadata(CompactReader& in, ColumnChunk& column) {
  in.read_struct([&](int id, CompactType type) {
    switch (id) {
      case 1:
        column.physical =
            checked(in.small(type), Physical::FixedLengthByteArray, "type of a column");
        break;
      case 4:
        column.codec = checked(in.small(type), Codec::RawLz4, "compression");
        break;
      case 5:
        column.values = in.integer(type);
        break;
      case 7:
        column.packed_bytes = in.integer(type);
        break;
      case 9:
        column.data_offset = in.integer(type);
        break;
      case 11:
        column.dictionary_offset = in.integer(type);
        break;
      default:
        in.skip(type);
    }
  });
}

ColumnChunk read_column(CompactReader& in) {
  ColumnChunk column;
  bool known = false;
  in.read_struct([&](int id, CompactType type) {
    if (id == 1 && !in.binary(type).empty()) {
      unsupported("it keeps columns in other files");
    } else if (id == 3) {
      in.expect_struct(type);
      read_column_metadata(in, column);
      known = true;
    } else if (id == 8) {
      unsupported("it is encrypted");
    } else if (id != 1) {
      in.skip(type);
    }
  });
  if (!known) damaged("a column has no metadata");
  return column;
}

RowGroup read_row_group(CompactReader& in) {
  RowGroup group;
  in.read_struct([&](int id, CompactType type) {
    if (id == 1) {
      in.read_list(type, [&](CompactType item) {
        in.expect_struct(item);
        group.columns.push_back(read_column(in));
      });
    } else if (id == 3) {
      group.rows = in.integer(type);
    } else {
      in.skip(type);
    }
  });
  if (group.rows < 0) damaged("a number of rows is negative");
  return group;
}

}  // namespace

FileMetadata read_file_metadata(std::string_view footer) {
  CompactReader in(footer);
  FileMetadata file;
  in.read_struct([&](int id, CompactType type) {
    if (id == 2) {
      in.read_list(type, [&](CompactType item) {
        in.expect_struct(item);
        file.schema.push_back(read_element(in));
      });
    } else if (id == 3) {
      file.rows = in.integer(type);
    } else if (id == 4) {
      in.read_list(type, [&](CompactType item) {
        in.expect_struct(item);
        file.row_groups.push_back(read_row_group(in));
      });
    } else if (id == 8) {
      unsupported("it is encrypted");
    } else {
      in.skip(type);
    }
  });
  int64_t rows = 0;
  for (const RowGroup& group : file.row_groups) {
    if (__builtin_add_overflow(rows, group.rows, &rows)) damaged("a number of rows is too large");
  }
  // Some writers leave the sum out.
  if (file.rows != 0 && rows != file.rows) {
    damaged("its row groups do not have the rows that the file has");
  }
  return file;
}

PageHeader read_page_header(std::string_view& bytes) {
  CompactReader in(bytes);
  PageHeader page;
  bool described = false;
  const auto encoding = [&](CompactType type) {
    return checked(in.small(type), Encoding::ByteStreamSplit, "encoding");
  };
  in.read_struct([&](int id, CompactType type) {
    switch (id) {
      case 1:
        page.kind = checked(in.small(type), PageKind::DataV2, "kind of page");
        break;
      case 2:
        page.bytes = size_of(in.small(type));
        break;
      case 3:
        page.packed_bytes = size_of(in.small(type));
        break;
      case 4:
        page.checksum = static_cast<uint32_t>(in.small(type));
        break;
      case 5:
      case 7:
        in.expect_struct(type);
        described = true;
        in.read_struct([&](int field, CompactType kind) {
          if (field == 1) {
            page.values = size_of(in.small(kind));
          } else if (field == 2) {
            page.encoding = encoding(kind);
          } else if (field == 3 && id == 5) {
            page.definition_encoding = encoding(kind);
          } else if (field == 4 && id == 5) {
            page.repetition_encoding = encoding(kind);
          } else {
            in.skip(kind);
          }
        });
        break;
      case 8:
        in.expect_struct(type);
        described = true;
        in.read_struct([&](int field, CompactType kind) {
          if (field == 1) {
            page.values = size_of(in.small(kind));
          } else if (field == 4) {
            page.encoding = encoding(kind);
          } else if (field == 5) {
            page.definition_bytes = size_of(in.small(kind));
          } else if (field == 6) {
            page.repetition_bytes = size_of(in.small(kind));
          } else if (field == 7) {
            page.packed = in.boolean(kind);
          } else {
            in.skip(kind);
          }
        });
        break;
      default:
        in.skip(type);
    }
  });
  if (!described && page.kind != PageKind::Index) damaged("a page is not described");
  bytes.remove_prefix(bytes.size() - in.left());
  return page;
}

}  // namespace vedette::parquet
