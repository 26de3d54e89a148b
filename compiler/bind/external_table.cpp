#include "compiler/bind/external_table.h"

#include <algorithm>

#include "compiler/bind/codes.h"
#include "runtime/base/format.h"

namespace vedette::binding {
namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Checks the columns that files are sorted by. Those whose values stand in the paths become
/// columns of the table.
void add_partitions(QueryBinder& binder, const ast::InlineExternalTable& table,
                    plan::Schema& columns) {
  const plan::Schema declared = columns;
  plan::Schema partitions;
  for (const ast::InlineExternalTable::Partition& partition : table.partitions) {
    const ast::ColumnDeclaration& declaration = partition.column;
    const Type type = binder.type_of(declaration.type);
    const auto is_named = [&](const plan::Column& column) {
      return column.name == declaration.name.text;
    };
    const bool in_path = partition.value == nullptr;
    if (std::any_of(partitions.begin(), partitions.end(), is_named) ||
        (in_path && std::any_of(declared.begin(), declared.end(), is_named))) {
      binder.error(code::duplicate_column, partition.span,
                   fmt::format("column '{}' is declared twice", declaration.name.text));
      return;
    }
    partitions.push_back(binder.fresh(declaration.name.text, type));
    if (!in_path) {
      const Temporarily scope(binder.rows, std::optional(RowScope{&declared, !table.schema}));
      binder.bind_exactly(*partition.value, type);
      const auto* call = std::get_if<ast::Call>(&partition.value->node);
      if (call != nullptr &&
          !is_one_of(call->function.text,
                     {"hash", "bin", "startofday", "startofweek", "startofmonth", "startofyear"})) {
        binder.error(
            code::invalid_value, partition.span,
            "files are sorted by hash(), bin() or the start of a day, week, month or year");
      }
    } else if (type != Type::String && type != Type::Datetime) {
      binder.error(code::type_expected, partition.span,
                   "a column whose values stand in the paths is a string or a datetime");
    } else {
      columns.push_back(partitions.back());
    }
  }
}

}  // namespace

plan::External external_sources(QueryBinder& binder, const ast::Expressions& uris) {
  plan::External step;
  for (const ast::ExpressionPtr& uri : uris) {
    const Bound bound = binder.bind(*uri);
    binder.check_type(bound, Type::String);
    const auto value = binder.constant_value(bound.value);
    if (!value || value->type() != Type::String) continue;
    std::string source(value->as_text());
    // What follows a semicolon is a secret or a way to sign in.
    if (const size_t secret = source.find(';'); secret != std::string::npos) source.resize(secret);
    if (!binder.environment.allow_local_files && source.find("://") == std::string::npos) {
      binder.error(code::invalid_value, uri->span, "local files may not be read here");
    }
    step.sources.push_back(std::move(source));
  }
  return step;
}

bool skips_first_record(const ast::Parameters& properties) {
  const std::string skip = QueryBinder::word_of(properties, "ignoreFirstRecord");
  return skip == "true" || skip == "1";
}

Table bind_inline_external_table(QueryBinder& binder, const ast::InlineExternalTable& table,
                                 Span span) {
  const bool delta = table.kind.text == "delta";
  plan::Schema columns;
  if (table.schema) columns = binder.columns_of(*table.schema);
  if (!delta && table.kind.text != "storage") {
    binder.error(code::bad_parameter, table.kind.span,
                 "kind=storage or kind=delta is expected here");
  } else if (delta) {
    if (!table.partitions.empty() || table.path_format || !table.data_format.text.empty()) {
      binder.error(code::bad_parameter,
                   table.data_format.text.empty() ? table.kind.span : table.data_format.span,
                   "kind=delta knows its partitions, paths and format itself");
    }
    if (table.sources.size() > 1) {
      binder.error(code::bad_parameter, table.sources[1]->span, "kind=delta has one source");
    }
    binder.cannot_run_yet(span, "Delta tables are not read here: ingest their files");
    return binder.empty_table(std::move(columns), span, !table.schema);
  }
  if (!table.schema) {
    binder.error(code::no_columns, {table.kind.span.start, 0},
                 "the columns of the table are expected before its kind");
  }
  add_partitions(binder, table, columns);
  if (!is_one_of(table.data_format.text, {"parquet", "avro", "csv", "tsv", "json", "orc", "txt"})) {
    binder.error(code::bad_parameter, table.data_format.span,
                 table.data_format.text.empty()
                     ? std::string("a dataformat is expected here")
                     : fmt::format("'{}' is not a format of external tables; there are csv, tsv, "
                                   "json, txt, parquet, avro and orc",
                                   table.data_format.text));
  }
  plan::External step = external_sources(binder, table.sources);
  step.format = table.data_format.text;
  step.ignore_first_record = QueryBinder::word_of(table.properties, "includeHeaders") == "All";
  const size_t of_files = table.schema ? table.schema->columns.size() : 0;
  if (columns.size() > of_files || table.path_format) {
    binder.cannot_run_yet(span, "paths of files are not taken apart here: name the files");
  }
  return Table{.plan = plan::make(std::move(step), std::move(columns), span)};
}

}  // namespace vedette::binding
