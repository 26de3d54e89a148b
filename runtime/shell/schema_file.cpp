#include "runtime/shell/schema_file.h"

#include <map>

#include "runtime/base/error.h"
#include "runtime/base/format.h"
#include "runtime/shell/workspace.h"
#include "runtime/value/json.h"

namespace vedette::shell {
namespace {

class DeclaredTables : public plan::SchemaSource {
 public:
  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    const auto found = tables_.find(name);
    if (found == tables_.end()) return std::nullopt;
    return found->second;
  }

  std::vector<std::string> table_names() const override { return names_; }

  void add(std::string_view name, plan::TableColumns columns) {
    const bool added = tables_.insert_or_assign(std::string(name), std::move(columns)).second;
    if (added) names_.emplace_back(name);
  }

 private:
  std::vector<std::string> names_;  // as declared: the order of columns of `union *`
  std::map<std::string, plan::TableColumns, std::less<>> tables_;
};

[[noreturn]] void fail(std::string_view name, std::string problem) {
  throw QueryError(ErrorKind::Runtime, "CLI0003", fmt::format("{}: {}", name, problem));
}

}  // namespace

std::unique_ptr<plan::SchemaSource> read_schema_file(const std::string& path) {
  return parse_schemas(read_text(path), path);
}

std::unique_ptr<plan::SchemaSource> parse_schemas(std::string_view text, std::string_view name) {
  DynamicBuilder builder;
  if (!parse_json_text(text, builder)) fail(name, "not JSON");
  const std::string bytes = builder.take();
  const DynamicView root(bytes);
  if (!root.is_object()) fail(name, R"(not of the form {"Table": {"Column": "type"}})");

  auto tables = std::make_unique<DeclaredTables>();
  for (const auto& table : root.entries()) {
    if (!table.value.is_object()) {
      fail(name, fmt::format("the columns of '{}' are not an object", table.key));
    }
    plan::TableColumns columns;
    for (const auto& column : table.value.entries()) {
      const auto type = type_of_name(column.value.as_text());
      if (!type) {
        fail(name, fmt::format("'{}' is not a type, in {}.{}", column.value.as_text(), table.key,
                               column.key));
      }
      columns.emplace_back(column.key, *type);
    }
    tables->add(table.key, std::move(columns));
  }
  return tables;
}

}  // namespace vedette::shell
