// What is wrong with a rule, or could be better.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/rule.h"

namespace vedette::rules {

enum class FindingLevel { Warning, Error };

/// Carries enough to open the file at the right place and to know what to write instead.
struct Finding {
  FindingLevel level = FindingLevel::Error;
  std::string code;  // "RUL0103", or the KQL code of the query's problem
  std::string message;
  std::string hint = {};  // empty when there is none
  std::string file;
  Place place = {};
  std::string field = {};  // "entityMappings[0].fieldMappings[1].columnName"; empty: the file
};

/// The findings of any number of files, in the order they were made.
class Findings {
 public:
  void error(std::string_view code, std::string_view file, Place place, std::string field,
             std::string message, std::string hint = {});
  void warning(std::string_view code, std::string_view file, Place place, std::string field,
               std::string message, std::string hint = {});
  void add(Finding finding);

  const std::vector<Finding>& all() const { return list_; }
  size_t errors() const { return errors_; }
  size_t warnings() const { return list_.size() - errors_; }

 private:
  std::vector<Finding> list_;
  size_t errors_ = 0;
};

/// A code with what it means, for documentation and machine-readable reports.
struct FindingCode {
  std::string_view code;
  std::string_view meaning;
};

/// All codes of rule findings, in order.
const std::vector<FindingCode>& finding_codes();

}  // namespace vedette::rules
