#include "compiler/syntax/formatter.h"
#include "compiler/syntax/literal_text.h"

namespace vedette {

namespace {

std::string with_space(const std::string& text) {
  return text.empty() ? text : ' ' + text;
}

}  // namespace

std::string Formatter::step(const ast::Step& step) {
  return std::visit([this](const auto& node) { return text(node); }, step.node);
}

// ---- Columns ----

std::string Formatter::text(const ast::Where& step) {
  return "where" + parameters(step.parameters) + ' ' + expression(step.predicate);
}

std::string Formatter::text(const ast::Extend& step) {
  return "extend " + named_list(step.columns);
}

std::string Formatter::text(const ast::Project& step) {
  return "project" + with_space(named_list(step.columns));
}

std::string Formatter::text(const ast::ProjectAway& step) {
  return "project-away" + with_space(list(step.columns, Tightness::Path));
}

std::string Formatter::text(const ast::ProjectKeep& step) {
  return "project-keep" + with_space(list(step.columns, Tightness::Path));
}

std::string Formatter::text(const ast::ProjectRename& step) {
  return "project-rename" + with_space(named_list(step.columns));
}

std::string Formatter::text(const ast::ProjectReorder& step) {
  return "project-reorder" + with_space(ordered_list(step.columns, Tightness::Path));
}

std::string Formatter::text(const ast::ProjectByNames& step) {
  return "project-by-names" + with_space(list(step.columns));
}

std::string Formatter::text(const ast::Serialize& step) {
  return "serialize" + parameters(step.parameters) + with_space(named_list(step.columns));
}

std::string Formatter::text(const ast::Print& step) {
  return "print " + named_list(step.columns);
}

// ---- Grouping ----

std::string Formatter::text(const ast::Summarize& step) {
  std::string out =
      "summarize" + parameters(step.parameters) + with_space(named_list(step.aggregates));
  if (step.has_by) out += " by " + named_list(step.by);
  if (step.bin) out += " bin = " + expression(step.bin->value);
  return out;
}

std::string Formatter::text(const ast::Distinct& step) {
  return "distinct" + parameters(step.parameters) + ' ' + named_list(step.columns);
}

std::string Formatter::text(const ast::Count& step) {
  std::string out = "count" + parameters(step.parameters);
  if (step.name) out += " as " + quote_name(step.name->text);
  return out;
}

std::string Formatter::text(const ast::MakeSeries& step) {
  std::string out = "make-series" + parameters(step.parameters);
  std::vector<std::string> parts;
  for (const ast::MakeSeries::Aggregate& aggregate : step.aggregates) {
    parts.push_back(named(aggregate.expression));
    if (aggregate.default_value) parts.back() += " default=" + expression(aggregate.default_value);
  }
  out += ' ' + comma_join(parts) + " on " + named(step.on);
  if (step.in_range) {
    out += " in range(" + expression(step.from) + ", " + expression(step.to) + ", " +
           expression(step.step) + ')';
  } else {
    if (step.from) out += " from " + expression(step.from);
    if (step.to) out += " to " + expression(step.to);
    out += " step " + expression(step.step);
  }
  if (!step.by.empty()) out += " by " + named_list(step.by);
  return out;
}

std::string Formatter::text(const ast::TopHitters& step) {
  std::string out = "top-hitters " + expression(step.count) + " of " + named(step.of);
  if (step.by) out += " by " + expression(step.by);
  return out;
}

std::string Formatter::text(const ast::TopNested& step) {
  std::string out;
  for (const ast::TopNested::Level& level : step.levels) {
    if (!out.empty()) out += ",\n  ";
    out += "top-nested";
    if (level.count) out += ' ' + expression(level.count);
    out += " of " + named(level.of);
    if (level.others) out += " with others = " + expression(level.others->value);
    out += " by " + ordered(level.by);
  }
  return out;
}

std::string Formatter::text(const ast::Reduce& step) {
  std::string out = "reduce" + parameters(step.parameters) + " by " + named(step.by);
  if (!step.properties.empty()) {
    const std::string inside = properties(step.properties);
    out += " with " + inside.substr(1, inside.size() - 2);
  }
  return out;
}

// ---- Order and number of rows ----

std::string Formatter::text(const ast::Sort& step) {
  return "sort" + parameters(step.parameters) + " by " + ordered_list(step.keys);
}

std::string Formatter::text(const ast::Take& step) {
  return "take" + parameters(step.parameters) + ' ' + expression(step.count);
}

std::string Formatter::text(const ast::Top& step) {
  return "top" + parameters(step.parameters) + ' ' + expression(step.count) + " by " +
         ordered(step.by);
}

std::string Formatter::text(const ast::Sample& step) {
  return "sample" + parameters(step.parameters) + ' ' + expression(step.count);
}

std::string Formatter::text(const ast::SampleDistinct& step) {
  return "sample-distinct" + parameters(step.parameters) + ' ' + expression(step.count) + " of " +
         named(step.of);
}

// ---- Bringing tables together ----

std::string Formatter::text(const ast::Join& step) {
  std::string out = "join" + parameters(step.parameters) + ' ' + expression(step.right);
  if (!step.on.empty()) out += " on " + list(step.on);
  if (step.where) out += " where " + expression(step.where);
  return out;
}

std::string Formatter::text(const ast::Lookup& step) {
  return "lookup" + parameters(step.parameters) + ' ' + expression(step.right) + " on " +
         list(step.on);
}

std::string Formatter::text(const ast::Union& step) {
  return "union" + parameters(step.parameters) + ' ' + list(step.tables, Tightness::Path);
}

std::string Formatter::searched(const ast::Expressions& tables) {
  std::vector<std::string> parts;
  for (const ast::ExpressionPtr& table : tables) {
    // `T | as x` stands alone; any other query needs parentheses.
    const auto* query = std::get_if<ast::Pipe>(&table->node);
    const bool renames = query != nullptr && query->source != nullptr && query->steps.size() == 1 &&
                         std::holds_alternative<ast::As>(query->steps[0].node);
    parts.push_back(renames && !options_.all_parentheses
                        ? expression(query->source, Tightness::Path) + " | " + step(query->steps[0])
                        : expression(table, Tightness::Path));
  }
  return comma_join(parts);
}

std::string Formatter::text(const ast::Find& step) {
  std::string out = "find";
  if (!step.data_scope.text.empty()) out += " datascope=" + quote_name(step.data_scope.text);
  out += parameters(step.parameters);
  if (!step.tables.empty()) out += " in (" + searched(step.tables) + ')';
  if (step.has_where) out += " where";
  out += ' ' + expression(step.predicate);
  const auto columns = [&](const std::vector<ast::Find::Column>& list) {
    std::vector<std::string> parts;
    for (const ast::Find::Column& column : list) {
      const bool star = column.name.text == "*";
      parts.push_back(column.pack ? "pack(*)" : star ? "*" : quote_name(column.name.text));
      if (!column.type.text.empty()) parts.back() += ": " + column.type.text;
    }
    return comma_join(parts);
  };
  if (!step.project.empty()) out += " project " + columns(step.project);
  if (step.project_smart) out += " project-smart";
  if (!step.project_away.empty()) out += " project-away " + columns(step.project_away);
  return out;
}

std::string Formatter::text(const ast::Search& step) {
  std::string out = "search" + parameters(step.parameters);
  if (!step.data_scope.text.empty()) out += " datascope=" + quote_name(step.data_scope.text);
  if (!step.tables.empty()) out += " in (" + searched(step.tables) + ')';
  return out + ' ' + expression(step.predicate);
}

std::string Formatter::text(const ast::Invoke& step) {
  return "invoke " + expression(step.call, Tightness::Path);
}

std::string Formatter::text(const ast::Evaluate& step) {
  std::string out =
      "evaluate" + parameters(step.parameters) + ' ' + expression(step.call, Tightness::Path);
  if (step.schema) out += " : " + schema(*step.schema);
  return out;
}

// ---- Text and arrays ----

std::string Formatter::text(const ast::Parse& step) {
  std::string out = step.only_matching ? "parse-where" : "parse";
  out += parameters(step.parameters) + ' ' + expression(step.expression) + " with";
  for (const ast::Parse::Part& part : step.pattern) {
    out += ' ';
    if (const auto* literal = std::get_if<ast::Parse::Literal>(&part)) {
      out += quote_string(literal->text);
    } else if (const auto* column = std::get_if<ast::Parse::Column>(&part)) {
      out += quote_name(column->name.text);
      if (!column->type.text.empty()) out += ": " + column->type.text;
    } else {
      out += '*';
    }
  }
  return out;
}

std::string Formatter::text(const ast::ParseKv& step) {
  std::string out = "parse-kv " + expression(step.expression) + " as " + schema(step.schema);
  if (!step.properties.empty()) out += " with " + properties(step.properties);
  return out;
}

std::string Formatter::text(const ast::ExpandItem& item) {
  std::string out = item.expression.value ? named(item.expression) : std::string();
  if (item.type) out += (out.empty() ? "to " : " to ") + text(*item.type);
  return out;
}

std::string Formatter::text(const ast::MvExpand& step) {
  std::vector<std::string> parts;
  for (const ast::ExpandItem& item : step.items) parts.push_back(text(item));
  std::string out = step.legacy ? "mvexpand" : "mv-expand";
  out += parameters(step.parameters) + ' ' + comma_join(parts);
  if (step.limit) out += " limit " + expression(step.limit);
  return out;
}

std::string Formatter::text(const ast::MvApply& step) {
  std::vector<std::string> parts;
  for (const ast::ExpandItem& item : step.items) parts.push_back(text(item));
  std::string out = "mv-apply" + parameters(step.parameters) + ' ' + comma_join(parts);
  if (step.limit) out += " limit " + expression(step.limit);
  if (step.context_id) out += " id " + expression(step.context_id);
  return out + " on " + enclosed(*step.subquery);
}

// ---- Queries within queries ----

std::string Formatter::text(const ast::As& step) {
  return "as" + parameters(step.parameters) + ' ' + quote_name(step.name.text);
}

std::string Formatter::text(const ast::Facet& step) {
  std::string out = "facet by " + list(step.by, Tightness::Path);
  if (step.with) out += " with " + enclosed(*step.with);
  return out;
}

std::string Formatter::text(const ast::Fork& step) {
  std::string out = "fork";
  for (const ast::Fork::Branch& branch : step.branches) {
    out += step.branches.size() > 1 ? "\n  " : " ";
    if (branch.name) out += quote_name(branch.name->text) + " = ";
    out += indented(enclosed(*branch.subquery), 2);
  }
  return out;
}

std::string Formatter::text(const ast::Partition& step) {
  std::string out =
      "partition" + parameters(step.parameters) + " by " + expression(step.by, Tightness::Path);
  if (step.scope) out += " in " + expression(step.scope, Tightness::Path);
  return out + ' ' + (step.braces ? enclosed(*step.subquery, '{', '}') : enclosed(*step.subquery));
}

std::string Formatter::text(const ast::PartitionBy& step) {
  std::string out =
      "__partitionby" + parameters(step.parameters) + ' ' + expression(step.by, Tightness::Path);
  if (step.id) out += " id " + expression(step.id);
  return out + ' ' + enclosed(*step.subquery);
}

std::string Formatter::text(const ast::MacroExpand& step) {
  std::string out = "macro-expand" + parameters(step.parameters) + ' ' +
                    expression(step.entities, Tightness::Path);
  if (step.scope) out += " as " + quote_name(step.scope->text);
  return out + " (\n    " + indented(statements(step.statements, ";\n"), 4) + "\n)";
}

std::string Formatter::text(const ast::Scan& step) {
  std::string out = "scan" + parameters(step.parameters);
  if (!step.order_by.empty()) out += " order by " + ordered_list(step.order_by);
  if (!step.partition_by.empty()) out += " partition by " + list(step.partition_by);
  if (!step.declarations.empty()) {
    std::vector<std::string> parts;
    for (const ast::Scan::Declaration& declared : step.declarations) {
      parts.push_back(quote_name(declared.name.text) + ": " + declared.type.text);
      if (declared.default_value) parts.back() += " = " + expression(declared.default_value);
    }
    out += " declare (" + comma_join(parts) + ')';
  }
  out += " with (";
  for (const ast::Scan::State& state : step.states) {
    out += "\n    step " + quote_name(state.name.text);
    if (state.optional) out += " optional";
    if (!state.output.text.empty()) out += " output=" + quote_name(state.output.text);
    out += ": " + expression(state.condition);
    std::vector<std::string> parts;
    for (const ast::Scan::Assignment& assignment : state.assignments) {
      parts.push_back(quote_name(assignment.name.text) + " = " + expression(assignment.value));
    }
    if (!parts.empty()) out += " => " + comma_join(parts);
    out += ';';
  }
  return out + "\n)";
}

// ---- Graphs ----

std::string Formatter::text(const ast::MakeGraph& step) {
  std::string out = "make-graph" + parameters(step.parameters) + ' ' +
                    quote_name(step.source.text) + (step.directed ? " --> " : " -- ") +
                    quote_name(step.target.text);
  if (step.node_id) out += " with_node_id=" + quote_name(step.node_id->text);
  std::vector<std::string> parts;
  for (const ast::MakeGraph::Nodes& nodes : step.nodes) {
    parts.push_back(expression(nodes.table, Tightness::Path) + " on " + quote_name(nodes.key.text));
  }
  if (!parts.empty()) out += " with " + comma_join(parts);
  if (step.partitioned_by) {
    out +=
        " partitioned-by " + quote_name(step.partitioned_by->text) + ' ' + enclosed(*step.subquery);
  }
  return out;
}

std::string Formatter::text(const ast::GraphPattern& pattern) {
  using Direction = ast::GraphPattern::Edge::Direction;
  std::string out;
  for (const auto& part : pattern.parts) {
    if (const auto* node = std::get_if<ast::GraphPattern::Node>(&part)) {
      out += '(' + (node->name ? quote_name(node->name->text) : std::string()) + ')';
      continue;
    }
    const auto& edge = std::get<ast::GraphPattern::Edge>(part);
    if (edge.direction == Direction::Backward) out += '<';
    out += '-';
    if (edge.brackets) {
      out += '[';
      if (edge.name) out += quote_name(edge.name->text);
      if (edge.least) {
        out += '*' + expression(edge.least, Tightness::Path) + ".." +
               expression(edge.most, Tightness::Path);
      }
      out += ']';
    }
    out += '-';
    if (edge.direction == Direction::Forward) out += '>';
  }
  return out;
}

std::string Formatter::text(const ast::GraphMatch& step) {
  std::vector<std::string> parts;
  for (const ast::GraphPattern& pattern : step.patterns) parts.push_back(text(pattern));
  std::string out = step.shortest_paths ? "graph-shortest-paths" : "graph-match";
  out += parameters(step.parameters) + ' ' + comma_join(parts);
  if (step.where) out += " where " + expression(step.where);
  if (!step.project.empty()) out += " project " + named_list(step.project);
  return out;
}

std::string Formatter::text(const ast::GraphToTable& step) {
  std::vector<std::string> parts;
  for (const ast::GraphToTable::Output& output : step.outputs) {
    parts.push_back(output.nodes ? "nodes" : "edges");
    if (output.name) parts.back() += " as " + quote_name(output.name->text);
    parts.back() += parameters(output.parameters);
  }
  return "graph-to-table " + comma_join(parts);
}

std::string Formatter::text(const ast::GraphMarkComponents& step) {
  return "graph-mark-components" + parameters(step.parameters);
}

std::string Formatter::text(const ast::GraphWhere& step) {
  return (step.nodes ? "graph-where-nodes " : "graph-where-edges ") + expression(step.predicate);
}

// ---- The rest ----

std::string Formatter::text(const ast::Range& step) {
  return "range " + quote_name(step.column.text) + " from " + expression(step.from) + " to " +
         expression(step.to) + " step " + expression(step.step);
}

std::string Formatter::text(const ast::GetSchema& step) {
  return "getschema" + parameters(step.parameters);
}

std::string Formatter::text(const ast::Consume& step) {
  return "consume" + parameters(step.parameters);
}

std::string Formatter::text(const ast::ExecuteAndCache&) {
  return "__executeAndCache";
}

std::string Formatter::text(const ast::AssertSchema& step) {
  return "assert-schema " + schema(step.schema);
}

std::string Formatter::text(const ast::Render& step) {
  std::string out =
      "render " + (step.chart.text == "3Dchart" ? step.chart.text : quote_name(step.chart.text));
  for (const ast::Parameter& option : step.parameters) {
    if (option.name.text == "with" || option.name.text == "by") {
      out += ' ' + option.name.text + ' ' + expression(option.value);
    } else {
      out += ' ' + quote_name(option.name.text) + '=' + expression(option.value, Tightness::Sign);
    }
  }
  if (!step.properties.empty()) out += " with " + properties(step.properties);
  return out;
}

}  // namespace vedette
