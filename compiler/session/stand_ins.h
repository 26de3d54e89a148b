// Lets a host answer scans from tables of its own: smaller ones, made for many queries at once.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "compiler/plan/plan.h"
#include "runtime/table/database.h"

namespace vedette {

/// A scan of an optimized plan: which columns of which table, and what all rows must satisfy.
struct ScanUse {
  const plan::Node& node;  // holds the scan; its output are the columns read
  const plan::Scan& scan;
  /// What the run knows of single columns, its window above all; all must be able to hold.
  const std::vector<plan::PruneTerm>& bounds;
  /// Of the filters right above, in their order; none when the scans of a planned query are shown
  /// once more for a run.
  std::vector<plan::Expression> conjuncts;
  /// `bounds` are all that changes from run to run: the same rows within them, the same rows of the
  /// scan. Only known when the scans of a planned query are shown once more.
  bool exact = false;
};

/// Tables that stand in for scans. Asked once for every scan of a query, also for those of its
/// subqueries; from the thread of the query.
class StandIns {
 public:
  virtual ~StandIns() = default;
  /// A table whose rows, narrowed by the conjuncts, are those of the scanned table in the same
  /// order, with at least the columns of the scan under their names (ingestion time: as an ordinary
  /// column of that name). nullptr: the scanned table itself.
  virtual std::shared_ptr<const Table> find(const ScanUse& use) = 0;
};

namespace session {

/// Which scans read another table than they name.
using ScanTables = std::unordered_map<const plan::Scan*, std::shared_ptr<const Table>>;

/// Asks for a table in place of each scan below `node`. Returns how many scans got one.
size_t find_stand_ins(const plan::Node& node, StandIns& from, ScanTables& found);

/// True when a plan has no rows for certain because scans have none: those of stand-ins without
/// rows.
bool gives_nothing(const plan::Node& node, const ScanTables& tables);

}  // namespace session
}  // namespace vedette
