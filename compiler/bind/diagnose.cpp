// Messages and suggestions of the binder.
#include "compiler/bind/codes.h"
#include "compiler/bind/function_source.h"
#include "compiler/bind/query_binder.h"
#include "runtime/base/similar.h"

namespace vedette::binding {

void QueryBinder::error(std::string_view code, Span span, std::string message,
                        std::string suggestion) {
  diagnostics_->error(code, span, std::move(message), std::move(suggestion));
}

void QueryBinder::unsupported(Span span, std::string message) {
  diagnostics_->unsupported("KQL0900", span, std::move(message));
}

void QueryBinder::cannot_run_yet(Span span, std::string message) {
  // What a declared function cannot do matters once it is called.
  if (!environment.check_only && declaring_ == 0) unsupported(span, std::move(message));
}

void QueryBinder::needs_service(Span span, std::string message, std::string suggestion) {
  if (environment.check_only || declaring_ > 0) return;
  diagnostics_->unsupported(code::needs_service, span, std::move(message), std::move(suggestion));
}

Bound QueryBinder::bind_quietly(const std::function<Bound()>& work) {
  Diagnostics forgotten;
  const Temporarily elsewhere(diagnostics_, &forgotten);
  return work();
}

namespace {

std::string suggest(std::string_view name, const std::vector<std::string>& candidates) {
  return did_you_mean(most_similar(name, candidates));
}

}  // namespace

std::vector<std::string> QueryBinder::declared_names() const {
  std::vector<std::string> names;
  for (const Scope* at = scope.get(); at != nullptr; at = at->outer.get()) {
    names.push_back(at->name);
  }
  return names;
}

std::string QueryBinder::suggest_column(std::string_view name) const {
  std::vector<std::string> names;
  for (const std::optional<RowScope>* side : {&rows, &right_rows}) {
    if (!*side) continue;
    for (const plan::Column& column : *(*side)->columns) names.push_back(column.name);
  }
  for (std::string& declared : declared_names()) names.push_back(std::move(declared));
  return suggest(name, names);
}

std::string QueryBinder::suggest_table(std::string_view name) const {
  std::vector<std::string> names = declared_names();
  for (const plan::SchemaSource* source : environment.schemas) {
    for (std::string& table : source->table_names()) names.push_back(std::move(table));
  }
  if (environment.functions != nullptr) {
    for (std::string& function : environment.functions->function_names()) {
      names.push_back(std::move(function));
    }
  }
  return suggest(name, names);
}

std::string QueryBinder::suggest_function(std::string_view name) const {
  std::vector<std::string> names;
  for (const Scope* at = scope.get(); at != nullptr; at = at->outer.get()) {
    if (std::holds_alternative<UserFunction>(at->meaning)) names.push_back(at->name);
  }
  if (environment.functions != nullptr) {
    for (std::string& function : environment.functions->function_names()) {
      names.push_back(std::move(function));
    }
  }
  for (const ScalarFunction& function : environment.library.functions()) {
    if (function.hidden) continue;
    names.emplace_back(function.name);
    for (const std::string_view alias : function.aliases) names.emplace_back(alias);
  }
  for (const AggregateFunction& function : environment.library.aggregates()) {
    if (function.hidden) continue;
    names.emplace_back(function.name);
    if (!function.conditional.empty()) names.emplace_back(function.conditional);
  }
  return suggest(name, names);
}

}  // namespace vedette::binding
