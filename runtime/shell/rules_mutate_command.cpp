// `vedette rules mutate`: which wrong queries the tests of rules let pass.
#include "rules/mutate/mutation_run.h"
#include "runtime/shell/commands.h"
#include "runtime/shell/declared_tables.h"
#include "runtime/shell/interrupt.h"
#include "runtime/shell/rule_externals.h"
#include "stdlib/stdlib.h"

namespace vedette::shell {

ExitCode run_rules_mutate(const RulesMutateArguments& arguments) {
  const DeclaredTables schemas(arguments.schema_file);
  const rules::MutationOptions options{
      .jobs = arguments.jobs,
      .cancelled = &interrupted(),
      .externals = known_externals(arguments.paths, arguments.externals)};
  const auto results = rules::run_mutation(arguments.paths, options, standard_library(), schemas);
  if (interrupted()) return ExitCode::Cancelled;
  print_text(arguments.format == "json" ? rules::mutation_json(results)
                                        : rules::mutation_text(results));
  bool good = true;
  for (const rules::MutationResult& result : results) {
    const bool all_found = result.survivors.empty() || !arguments.strict;
    good = good && result.problem.empty() && all_found;
  }
  return good ? ExitCode::Done : ExitCode::QueryRejected;
}

}  // namespace vedette::shell
