// Tables outside: what externaldata and inline_external_table have in common, and the latter.
#pragma once

#include "compiler/bind/query_binder.h"

namespace vedette::binding {

/// A step that reads these files; its format is not set.
plan::External external_sources(QueryBinder& binder, const ast::Expressions& uris);
bool skips_first_record(const ast::Parameters& properties);

Table bind_inline_external_table(QueryBinder& binder, const ast::InlineExternalTable& table,
                                 Span span);

}  // namespace vedette::binding
