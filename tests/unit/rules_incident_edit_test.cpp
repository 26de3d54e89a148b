// What people change about incidents, and what an incident cannot become.
#include <gtest/gtest.h>

#include "rules/incident/incident_edit.h"
#include "runtime/base/error.h"
#include "tests/unit/rules_testing.h"

namespace vedette::rules {
namespace {

using testing::at;

Incident incident() {
  return {.number = 3, .id = "i", .title = "Odd sign-in", .created = at(0), .modified = at(0)};
}

TEST(IncidentChange, SaysWhatItDid) {
  Incident changed = incident();
  const std::string words = apply_change(changed,
                                         {.status = IncidentStatus::Active,
                                          .severity = AlertSeverity::High,
                                          .owner = "ann",
                                          .add_labels = {"vip", "vip"},
                                          .comment = "looking"},
                                         "bea", at(5));
  EXPECT_EQ(words, "severity High; status Active; owner ann; label vip; comment");
  EXPECT_EQ(changed.modified, at(5));
  EXPECT_EQ(changed.first_modified, at(5));
  EXPECT_EQ(changed.modified_by, "bea");
  EXPECT_EQ(changed.labels, std::vector<std::string>{"vip"});
  ASSERT_EQ(changed.comments.size(), 1u);
  EXPECT_NE(changed.comments[0].find(R"("message":"looking","author":{"name":"bea"})"),
            std::string::npos);
  apply_change(changed, {.owner = "", .remove_labels = {"vip"}}, "bea", at(9));
  EXPECT_EQ(changed.first_modified, at(5));
  EXPECT_TRUE(changed.owner.empty());
  EXPECT_TRUE(changed.labels.empty());
}

TEST(IncidentChange, NothingNewIsNoChange) {
  Incident changed = incident();
  EXPECT_EQ(
      apply_change(changed,
                   {.status = IncidentStatus::New, .title = "Odd sign-in", .remove_labels = {"x"}},
                   "bea", at(5)),
      "");
  EXPECT_EQ(changed.modified, at(0));
}

TEST(IncidentChange, ClosingAndOpeningAgain) {
  Incident changed = incident();
  apply_change(changed, {.status = IncidentStatus::Closed}, "bea", at(5));
  EXPECT_EQ(changed.closed, at(5));
  EXPECT_EQ(changed.classification, "Undetermined");
  apply_change(changed,
               {.classification = "FalsePositive", .classification_reason = "InaccurateData"},
               "bea", at(6));
  EXPECT_EQ(changed.classification_reason, "InaccurateData");
  EXPECT_EQ(changed.closed, at(5));
  apply_change(changed, {.status = IncidentStatus::Active}, "bea", at(7));
  EXPECT_FALSE(changed.closed);
  EXPECT_TRUE(changed.classification.empty());
}

TEST(IncidentChange, WhatIsRefusedChangesNothing) {
  const auto refused = [](const IncidentChange& change) {
    Incident changed = incident();
    try {
      apply_change(changed, change, "bea", at(5));
    } catch (const QueryError& error) {
      EXPECT_EQ(error.code, "RUL0411");
      EXPECT_EQ(changed.modified, at(0));
      return true;
    }
    return false;
  };
  EXPECT_TRUE(refused({.owner = "ann", .classification = "Terrible"}));
  EXPECT_TRUE(
      refused({.classification = "TruePositive", .classification_reason = "InaccurateData"}));
  EXPECT_TRUE(refused({.classification_reason = "InaccurateData"}));
  EXPECT_TRUE(refused({.comment = std::string(longest_comment + 1, 'x')}));
  Incident full = incident();
  full.comments.assign(most_comments, "{}");
  EXPECT_THROW(apply_change(full, {.comment = "one more"}, "bea", at(5)), QueryError);
}

}  // namespace
}  // namespace vedette::rules
