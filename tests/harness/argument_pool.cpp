#include "tests/harness/argument_pool.h"

#include "runtime/base/error.h"
#include "tests/harness/grid.h"

namespace vedette {
namespace {

constexpr std::string_view usual_texts[] = {
    "true",
    "false",
    "bool(null)",
    // Integers.
    "int(0)",
    "int(1)",
    "int(-1)",
    "int(7)",
    "int(64)",
    "int(2147483647)",
    "int(-2147483648)",
    "int(null)",
    "0",
    "1",
    "-1",
    "2",
    "7",
    "63",
    "64",
    "-100",
    "1000000007",
    "9223372036854775807",
    "long(-9223372036854775808)",
    "long(null)",
    // Numbers with a fraction.
    "0.0",
    "-0.0",
    "1.5",
    "-2.5",
    "0.1",
    "1e300",
    "-1e300",
    "1e-300",
    "9.3e18",
    "real(nan)",
    "real(+inf)",
    "real(-inf)",
    "real(null)",
    "decimal(0)",
    "decimal(1.5)",
    "decimal(-2.25)",
    "decimal(123456789012345678901234.5678)",
    "decimal(0.0000000001)",
    "decimal(null)",
    // Texts.
    "''",
    "' '",
    "'a'",
    "'A'",
    "'abc'",
    "'a b c'",
    "'abc,def;ghi'",
    "'12'",
    "'-1.5'",
    "'0x1f'",
    "'true'",
    "'null'",
    "'2024-05-01 10:00'",
    "'1.02:03:04'",
    "'10.0.0.1'",
    "'10.0.0.0/8'",
    "'2001:db8::1'",
    "'{\"a\":1,\"b\":[1,2]}'",
    "'[1,\"x\",null]'",
    "'{not json'",
    "'C:\\\\Windows\\\\cmd.exe /c \"a b\"'",
    "'https://user:pw@example.org:8443/a/b.txt?q=1&r=x#f'",
    "'74be27de-1e4e-49d9-b579-fe0b331d3642'",
    "'\u00c4pfel \u65e5\u672c \U0001F600'",
    "'a=1 b=2'",
    "'%41%zz+'",
    "'YWJj'",
    "'a\\tb\\nc'",
    "'(a+)(b*)'",
    "'CONTOSO\\\\ann'",
    "'ann@contoso.test'",
    // Times.
    "datetime(2024-05-01 10:20:30.1234567)",
    "datetime(2024-02-29)",
    "datetime(1969-12-31 23:59:59)",
    "datetime(0001-01-01)",
    "datetime(9999-12-31 23:59:59.9999999)",
    "datetime(null)",
    "0s",
    "1tick",
    "1d",
    "-36h",
    "1500ms",
    "time(1.02:03:04.0000005)",
    "time(10675199.02:48:05.4775807)",
    "time(-10675199.02:48:05.4775808)",
    "time(null)",
    // Others.
    "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
    "guid(00000000-0000-0000-0000-000000000000)",
    "guid(null)",
    "dynamic(null)",
    "dynamic([])",
    "dynamic({})",
    "dynamic([1,2,3])",
    "dynamic([3,1.5,null,-2])",
    "dynamic(['a','B','','a'])",
    "dynamic([[1,2],['x'],[]])",
    "dynamic([1,'two',null,{\"a\":3},[4],true])",
    "dynamic({\"a\":1,\"b\":\"x\",\"c\":null})",
    "dynamic({\"a\":{\"b\":[1,{\"c\":2}]},\"\":0})",
    "dynamic(['10.0.0.0/8','192.168.0.0/16'])",
    "dynamic('text')",
    "dynamic(12)",
    "dynamic(1.5)",
    "dynamic(true)",
    "dynamic(datetime(2024-05-01))",
    "dynamic(1h)",
    "dynamic([0,0,1,2,3,9,2,1,0,0,1,2,3,9,2,1])",
    "dynamic([true,false,null])",
    "dynamic([\"2024-05-01T00:00:00Z\",\"2024-05-02T00:00:00Z\"])",
    "dynamic({\"type\":\"Point\",\"coordinates\":[10.5,20]})",
    "dynamic({\"type\":\"LineString\",\"coordinates\":[[0,0],[1,1],[2,0]]})",
    "dynamic({\"type\":\"Polygon\",\"coordinates\":[[[0,0],[4,0],[4,4],[0,4],[0,0]]]})",
};

constexpr std::string_view state_texts[] = {
    "toscalar(range x from 1 to 50 step 1 | summarize hll(x))",
    "toscalar(range x from 40 to 2000 step 1 | summarize hll(x))",
    "toscalar(range x from 1 to 50 step 1 | summarize tdigest(x))",
    "toscalar(range x from 0 to 3000 step 7 | summarize tdigest(x * 0.5))",
    "dynamic(null)",
    "dynamic([])",
    "dynamic([14,[1,2],''])"};

}  // namespace

ArgumentPool::ArgumentPool(const Library& library) : session_(library, nullptr) {
  for (const std::string_view text : usual_texts) {
    auto argument = evaluate(std::string(text));
    check(argument.has_value(), "the usual arguments are constant");
    usual_[static_cast<size_t>(argument->value.type())].push_back(std::move(*argument));
  }
  for (const std::string_view text : state_texts) {
    auto argument = evaluate(std::string(text));
    check(argument.has_value(), "states are constant");
    states_.push_back(std::move(*argument));
  }
}

std::optional<Argument> ArgumentPool::evaluate(const std::string& text) {
  QueryOptions options{
      .threads = 1, .timeout = std::chrono::milliseconds(1000), .jit = JitMode::Off};
  options.now = default_clock();
  const QueryResult result = session_.run("print " + text, options);
  if (!result.ok || result.tables.size() != 1 || result.tables[0].rows != 1 ||
      result.tables[0].data.size() != 1) {
    return std::nullopt;
  }
  return Argument{text, value_at(result.tables[0].data[0].vector(), 0)};
}

}  // namespace vedette
