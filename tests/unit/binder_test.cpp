#include "compiler/bind/binder.h"

#include <gtest/gtest.h>

#include <set>

#include "compiler/bind/conversion.h"
#include "compiler/bind/projection.h"
#include "compiler/plan/walk.h"
#include "compiler/syntax/parse.h"
#include "runtime/value/datetime.h"
#include "stdlib/stdlib.h"

namespace vedette {
namespace {

class Tables : public plan::SchemaSource {
 public:
  std::optional<plan::TableColumns> find_table(std::string_view name) const override {
    if (name == "Logins") {
      return plan::TableColumns{{"Time", Type::Datetime},
                                {"User", Type::String},
                                {"Tries", Type::Int},
                                {"Details", Type::Dynamic}};
    }
    if (name == "Logouts") {
      return plan::TableColumns{
          {"Time", Type::Datetime}, {"User", Type::String}, {"Tries", Type::Long}};
    }
    return std::nullopt;
  }
  std::vector<std::string> table_names() const override { return {"Logins", "Logouts"}; }
};

struct Answer {
  plan::QueryPlan plan;
  Diagnostics diagnostics;
};

Answer bind_text(std::string_view text, bool check_only = true) {
  static const Tables tables;
  Answer answer;
  const ast::Query query = parse(text, answer.diagnostics);
  if (answer.diagnostics.any_errors()) return answer;
  const BindEnvironment environment{.library = standard_library(),
                                    .schemas = {&tables},
                                    .now = *parse_datetime("2024-05-01"),
                                    .check_only = check_only};
  answer.plan = bind(query, environment, answer.diagnostics);
  return answer;
}

/// `a:long b:string`, or the first error as `KQL0102 at 5+3`.
std::string columns_of(std::string_view text) {
  const Answer answer = bind_text(text);
  for (const Diagnostic& problem : answer.diagnostics.all()) {
    if (problem.severity != Severity::Error) continue;
    return std::string(problem.code) + " at " + std::to_string(problem.span.start) + "+" +
           std::to_string(problem.span.length);
  }
  std::string columns;
  for (const plan::Column& column : answer.plan.outputs.at(0).plan->output) {
    columns += (columns.empty() ? "" : " ") + column.name + ":" + std::string(name_of(column.type));
  }
  return columns;
}

TEST(Binder, NamesUnnamedColumns) {
  EXPECT_EQ(columns_of("print 1, a = 'x', 2.5"), "print_0:long a:string print_2:real");
  EXPECT_EQ(columns_of("Logins | project tolower(User), strlen(User), bin(Time, 1h)"),
            "Column1:string strlen_User:long Time:datetime");
  EXPECT_EQ(
      columns_of("Logins | project Details.a.b, Details['c d'], Details[0], tostring(Details.e)"),
      "Details_a_b:dynamic Details_c d:dynamic Details_0:dynamic Details_e:string");
  EXPECT_EQ(columns_of("Logins | extend tolower(User) | project tolower(User)"), "Column2:string");
  EXPECT_EQ(columns_of("Logins | project User, User1 = 1, toupper(User), a = User"),
            "User:string User1:long Column1:string a:string");
}

TEST(Binder, NamesAggregates) {
  EXPECT_EQ(columns_of("Logins | summarize count(), sum(Tries), dcount(User), max(Tries * 2)"),
            "count_:long sum_Tries:long dcount_User:long max_:long");
  EXPECT_EQ(columns_of("Logins | summarize arg_max(Time, *) by User"),
            "User:string Time:datetime Tries:int Details:dynamic");
  EXPECT_EQ(columns_of("Logins | summarize arg_max(Time, User) by bin(Time, 1d)"),
            "Time:datetime Time1:datetime User:string");
  EXPECT_EQ(
      columns_of("Logins | summarize percentiles(Tries, 5, 99.9), n = countif(Tries > 1) by User"),
      "User:string percentile_Tries_5:long percentile_Tries_99_9:long n:long");
}

TEST(Binder, RenamesRepeatedColumnsOfJoins) {
  EXPECT_EQ(columns_of("Logins | join kind=inner Logouts on User"),
            "Time:datetime User:string Tries:int Details:dynamic Time1:datetime User1:string "
            "Tries1:long");
  EXPECT_EQ(columns_of("Logins | join kind=leftanti Logouts on $left.User == $right.User"),
            "Time:datetime User:string Tries:int Details:dynamic");
  EXPECT_EQ(columns_of("Logins | lookup Logouts on User"),
            "Time:datetime User:string Tries:int Details:dynamic Time1:datetime Tries1:long");
}

TEST(Binder, UnitesColumnsByNameAndType) {
  EXPECT_EQ(columns_of("union withsource=From Logins, Logouts"),
            "From:string Time:datetime User:string Tries_int:int Tries_long:long Details:dynamic");
  EXPECT_EQ(columns_of("union isfuzzy=true Logouts, (Nowhere | where a == 1)"),
            "Time:datetime User:string Tries:long");
}

TEST(Binder, BindsUserFunctions) {
  EXPECT_EQ(columns_of("let twice = (x: long) { x * 2 }; Logins | project t = twice(Tries)"),
            "t:long");
  EXPECT_EQ(columns_of("let busy = (T: (Tries: int), least: long = 3) { T | where Tries > least };"
                       "Logins | invoke busy() | count"),
            "Count:long");
  EXPECT_EQ(columns_of("let f = (x: long) { f(x) }; print f(1)"), "KQL0147 at 20+1");
}

TEST(Binder, TellsWhereAQueryIsWrong) {
  EXPECT_EQ(columns_of("Logins | where Usr == 'ann'"), "KQL0102 at 15+3");
  EXPECT_EQ(columns_of("Login | take 5"), "KQL0101 at 0+5");
  EXPECT_EQ(columns_of("Logins | where tolowr(User) == 'a'"), "KQL0103 at 15+6");
  EXPECT_EQ(columns_of("Logins | where Tries"), "KQL0120 at 15+5");
  EXPECT_EQ(columns_of("Logins | where User > 5"), "KQL0121 at 20+1");
  EXPECT_EQ(columns_of("Logins | extend n = count()"), "KQL0160 at 20+5");
  EXPECT_EQ(columns_of("Logins | summarize User"), "KQL0161 at 19+4");
  EXPECT_EQ(columns_of("Logins | project a = 1, a = 2"), "KQL0106 at 24+1");
  EXPECT_EQ(columns_of("Logins | sort by Details"), "KQL0124 at 17+7");
  EXPECT_EQ(columns_of("Logins | join Logouts on Details"), "KQL0184 at 25+7");
  EXPECT_EQ(columns_of("Logins | project strlen(User, 1)"), "KQL0140 at 17+6");
}

TEST(Binder, GoesOnAfterAnError) {
  const Answer answer = bind_text("Logins | where Usr == 'a' | extend x = strln(User) | project y");
  ASSERT_EQ(answer.diagnostics.all().size(), 3u);
  EXPECT_EQ(answer.diagnostics.all()[0].suggestion, "did you mean 'User'?");
  EXPECT_EQ(answer.diagnostics.all()[1].suggestion, "did you mean 'strlen'?");
}

TEST(Binder, SaysWhatCannotRunYetOnlyWhenItIsToRun) {
  constexpr std::string_view text = "external_table('Logs') | count";
  EXPECT_FALSE(bind_text(text, true).diagnostics.any_errors());
  const Answer answer = bind_text(text, false);
  ASSERT_TRUE(answer.diagnostics.any_errors());
  EXPECT_EQ(answer.diagnostics.all()[0].kind, ErrorKind::Unsupported);
  EXPECT_EQ(answer.diagnostics.all()[0].span, (Span{0, 22}));
}

/// Every id that a step makes anew; passing a column on keeps its id.
void collect_made(const plan::Node& node, std::vector<plan::ColumnId>& made) {
  std::set<plan::ColumnId> known;
  plan::for_each_input(node, [&](const plan::Plan& input) {
    collect_made(*input, made);
    for (const plan::Column& column : input->output) known.insert(column.id);
  });
  for (const plan::Column& column : node.output) {
    if (!known.contains(column.id)) made.push_back(column.id);
  }
}

TEST(Binder, MakesEachColumnOnce) {
  for (const std::string_view text :
       {"let T = Logins | extend x = Tries + 1; union T, T, (T | where x > 1)",
        "let T = Logins | summarize n = count() by User; T | join T on User | join T on User",
        "Logins | extend a = User, b = User | project a, b, c = a, d = a",
        "let f = (T: (User: string)) { T | join kind=inner T on User }; Logins | invoke f()",
        "Logins | mv-apply d = Details to typeof(long) on (summarize s = sum(d), n = count())",
        "Logins | partition by User (top 2 by Time | extend n = row_number())"}) {
    const Answer answer = bind_text(text);
    ASSERT_FALSE(answer.diagnostics.any_errors()) << text;
    std::vector<plan::ColumnId> made;
    collect_made(*answer.plan.outputs.at(0).plan, made);
    const std::set<plan::ColumnId> distinct(made.begin(), made.end());
    EXPECT_EQ(made.size(), distinct.size()) << text;
  }
}

TEST(Projection, NumbersRepeatedNames) {
  binding::UniqueNames names;
  EXPECT_EQ(names.take("a"), "a");
  EXPECT_EQ(names.take("a"), "a1");
  EXPECT_EQ(names.take("a2"), "a2");
  EXPECT_EQ(names.take("a"), "a3");
  plan::Schema columns = {{1, "c", Type::Long}, {2, "c", Type::Long}, {3, "c1", Type::Long}};
  binding::make_names_unique(columns);
  EXPECT_EQ(columns[1].name, "c2");
  EXPECT_EQ(columns[2].name, "c1");
}

TEST(Conversion, FindsTheCommonType) {
  using binding::common_type;
  EXPECT_EQ(common_type(std::vector{Type::Int, Type::Real}), Type::Real);
  EXPECT_EQ(common_type(std::vector{Type::String, Type::Dynamic}), Type::Dynamic);
  EXPECT_EQ(common_type(std::vector{Type::String, Type::Dynamic}, true), Type::String);
  EXPECT_EQ(common_type(std::vector{Type::String, Type::Long}), std::nullopt);
  EXPECT_EQ(common_type(std::vector{Type::Error, Type::Guid}), Type::Guid);
}

}  // namespace
}  // namespace vedette
