// Functions over arrays and bags.
#include <gtest/gtest.h>

#include "stdlib/scalar/json_path.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

Value text(std::string value) {
  return Value::string(std::move(value));
}
Value whole(int64_t value) {
  return Value::int64(value);
}
const Value five = dynamic_of("[1,2,3,4,5]");
const Value no_dynamic = Value::null(Type::Dynamic);

TEST(StdlibDynamic, ArraysMove) {
  EXPECT_EQ(answer("array_rotate_left", {five, whole(-7)}), "[4,5,1,2,3]");
  EXPECT_EQ(answer("array_rotate_left", {dynamic_of("[]"), whole(3)}), "[]");
  EXPECT_EQ(answer("array_shift_left", {five, whole(-2), whole(-1)}), "[-1,-1,1,2,3]");
  EXPECT_EQ(answer("array_shift_right", {five, whole(INT64_MIN)}), "[null,null,null,null,null]");
  EXPECT_EQ(answer("array_slice", {five, whole(-100), whole(INT64_MAX)}), "[1,2,3,4,5]");
  EXPECT_EQ(answer("array_slice", {five, whole(3), whole(1)}), "[]");
  EXPECT_EQ(answer("array_slice", {dynamic_of("{}"), whole(0), whole(1)}), "null");
  EXPECT_EQ(answer("array_split", {five, dynamic_of("[3,1,-1]")}), "[[1,2,3],[],[4],[5]]");
  EXPECT_EQ(answer("array_reverse", {no_dynamic}), "null");
}

TEST(StdlibDynamic, ArraysAreSearchedAndSorted) {
  const Value words = dynamic_of(R"(["this","is","an","example","an","example"])");
  const auto find = [&](std::string_view word, int64_t start, int64_t length, int64_t which) {
    return answer("array_index_of",
                  {words, dynamic_of(word), whole(start), whole(length), whole(which)});
  };
  EXPECT_EQ(find("\"example\"", 1, 3, 1), "3");
  EXPECT_EQ(find("\"example\"", 1, 2, 1), "-1");
  EXPECT_EQ(find("\"an\"", 1, -1, 2), "4");
  EXPECT_EQ(find("\"an\"", -3, -1, 1), "4");
  EXPECT_EQ(find("\"an\"", 0, -2, 1), "null");
  EXPECT_EQ(answer("array_sort_asc", {dynamic_of(R"([true,"b",2,null,"a",1.5])")}),
            R"([1.5,2,"a","b",true,null])");
  EXPECT_EQ(answer("array_sort_desc", {dynamic_of("[2,null,3]"), Value::boolean(false)}),
            "[null,3,2]");
  EXPECT_EQ(answer("array_sort_asc", {dynamic_of("[2,1]"), dynamic_of("[1]")}), "[[1,2],null]");
}

TEST(StdlibDynamic, Sets) {
  const Value first = dynamic_of(R"([1,2.0,"a",2,null])");
  EXPECT_EQ(answer("set_union", {first, dynamic_of("[1.0,3]")}), R"([1,2.0,"a",null,3])");
  EXPECT_EQ(answer("set_intersect", {first, dynamic_of("[2,null]")}), "[2.0,null]");
  EXPECT_EQ(answer("set_difference", {first, dynamic_of("[2]"), dynamic_of("[1]")}),
            R"(["a",null])");
  EXPECT_EQ(answer("set_union", {first, no_dynamic}), "null");
  EXPECT_EQ(answer("set_has_element", {first, dynamic_of("2")}), "true");
  EXPECT_EQ(answer("set_equals", {dynamic_of("[1,1,2]"), dynamic_of("[2,1]")}), "true");
  EXPECT_EQ(answer("jaccard_index", {dynamic_of("[]"), dynamic_of("[]")}), "null");
}

TEST(StdlibDynamic, Ranges) {
  EXPECT_EQ(answer("range", {Value::real(0), Value::real(1), Value::real(0.5)}), "[0.0,0.5,1.0]");
  EXPECT_EQ(answer("range", {whole(INT64_MAX - 1), whole(INT64_MAX)}),
            "[9223372036854775806,9223372036854775807]");
  EXPECT_EQ(answer("range", {whole(1), whole(5), whole(0)}), "null");
  EXPECT_EQ(answer("range", {whole(5), whole(1)}), "[]");
  EXPECT_EQ(DynamicView(call_function("range", {whole(1), whole(1'000'000'000)}).as_text()).size(),
            1'048'576u);
}

TEST(StdlibDynamic, Bags) {
  const Value bag = dynamic_of(R"({"a":1,"b":{"c":2,"d":null}})");
  EXPECT_EQ(answer("bag_pack", {text("k"), whole(1), text("k"), text("x")}), R"({"k":"x"})");
  EXPECT_EQ(answer("bag_pack_nonempty", {text("k"), text(""), text("l"), whole(0)}), R"({"l":0})");
  EXPECT_EQ(answer("bag_has_key", {bag, text("$.b.d")}), "true");
  EXPECT_EQ(answer("bag_has_key", {bag, text("$['b']['x']")}), "false");
  EXPECT_EQ(answer("bag_has_key", {five, text("a")}), "null");
  EXPECT_EQ(answer("bag_remove_keys", {bag, dynamic_of(R"(["$.b.c","a",7])")}),
            R"({"b":{"d":null}})");
  EXPECT_EQ(answer("bag_set_key", {bag, text("$.a.x"), whole(5)}),
            R"({"a":{"x":5},"b":{"c":2,"d":null}})");
  EXPECT_EQ(answer("bag_set_key", {bag, text("$.a[0]"), whole(5)}), "null");
  EXPECT_EQ(answer("bag_zip", {dynamic_of(R"(["a",8,"b"])"), dynamic_of("[1,2]")}),
            R"({"a":1,"b":null})");
  EXPECT_EQ(answer("treepath", {dynamic_of(R"({"l":[1,{"x":"y"},{"x":1}]})")}),
            R"(["['l']","['l'][0]","['l'][0]['x']"])");
  EXPECT_EQ(answer("dynamic_to_json", {dynamic_of(R"({"b":"\"","a":[{"d":1,"c":2}]})")}),
            R"({"a":[{"c":2,"d":1}],"b":"\""})");
}

TEST(StdlibDynamic, Paths) {
  EXPECT_EQ(stdlib::parse_json_path("$.a['b c'][12]")->size(), 3u);
  EXPECT_TRUE(stdlib::parse_json_path("$")->empty());
  for (const char* bad :
       {"", "a", "$a", "$.", "$.*", "$[", "$['a'", "$['a", "$[1", "$[x]", "$.a."}) {
    EXPECT_FALSE(stdlib::parse_json_path(bad)) << bad;
  }
}

}  // namespace
}  // namespace vedette
