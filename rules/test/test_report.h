// Results of tests as people and programs read them.
#pragma once

#include <string>

#include "rules/test/suite.h"

namespace vedette::rules {

/// One line a test, what failed below it, and a last line of counts. `color`: for a terminal.
/// `verbose`: also tests that pass; otherwise only files of them.
std::string to_human_text(const SuiteResult& result, bool verbose, bool color);

/// JUnit XML, as continuous integration reads it: a test suite a file.
std::string to_junit(const SuiteResult& result);

/// The Test Anything Protocol, version 13, with YAML blocks for what failed.
std::string to_tap(const SuiteResult& result);

/// An object: tests (file, name, rule, line, status, seconds, mismatches, findings, why), counts.
std::string to_json(const SuiteResult& result);

}  // namespace vedette::rules
