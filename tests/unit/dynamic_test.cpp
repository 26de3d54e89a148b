#include "runtime/value/dynamic.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "runtime/value/dynamic_builder.h"
#include "runtime/value/json.h"
#include "runtime/value/render.h"

namespace vedette {
namespace {

std::string parsed(std::string_view text) {
  DynamicBuilder builder;
  EXPECT_TRUE(parse_json_text(text, builder)) << text;
  return builder.take();
}

std::string round_trip(std::string_view text) {
  return to_json(DynamicView(parsed(text)));
}

bool accepted(std::string_view text) {
  DynamicBuilder builder;
  return parse_json_text(text, builder);
}

TEST(Json, ComesBackUnchanged) {
  for (auto text : {"null",
                    "true",
                    "false",
                    "0",
                    "-1",
                    "127",
                    "128",
                    "-32769",
                    "2147483648",
                    "9223372036854775807",
                    "-9223372036854775808",
                    "9223372036854775808",
                    "1.0",
                    "1e3",
                    "1E+3",
                    "-0",
                    "0.10",
                    "141.161130000000000001",
                    "1e400",
                    "-1e-400",
                    "0.1",
                    "\"\"",
                    "\"a\"",
                    "\"ünïcödé \xf0\x9f\x98\x80\"",
                    "\"a\\\"b\\\\c\\n\\u0001\"",
                    "[]",
                    "{}",
                    "[1,2,3]",
                    "[[]]",
                    "[{},[],{\"a\":[]}]",
                    "{\"a\":1,\"b\":[1,2],\"c\":{\"d\":null}}",
                    "{\"\":\"\"}"}) {
    EXPECT_EQ(round_trip(text), text);
  }
  EXPECT_EQ(round_trip(" { \"a\" : [ 1 , 2 ] }\r\n\t"), "{\"a\":[1,2]}");
  EXPECT_EQ(round_trip("\"\\u00e9\\ud83d\\ude00\\/\""), "\"é\xf0\x9f\x98\x80/\"");
  EXPECT_EQ(round_trip("\"\\ud83dx\\ude00\""), "\"\uFFFDx\uFFFD\"");
  EXPECT_EQ(round_trip("\"a\xff"
                       "b\""),
            "\"a\uFFFDb\"");
  const std::string padding(100, 'x');
  EXPECT_EQ(round_trip("\"" + padding + "\\n" + padding + "é\""),
            "\"" + padding + "\\n" + padding + "é\"");
}

TEST(Json, RealsKeepTextAndValue) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100'000; ++round) {
    std::string text = round % 2 == 0 ? "" : "-";
    text += std::to_string(random() % (uint64_t{1} << random() % 50)) + ".";
    for (size_t at = 0, digits = 1 + random() % 9; at < digits; ++at) {
      text += static_cast<char>('0' + random() % 10);
    }
    const std::string bytes = parsed(text);
    const DynamicView view(bytes);
    ASSERT_EQ(to_json(view), text);
    ASSERT_EQ(view.as_real(), std::stod(text));
    // Reals without a text of their own print alike.
    if (view.number_text().empty()) {
      char shown[max_real_text_bytes];
      ASSERT_EQ(std::string(shown, write_real(shown, view.as_real())), text);
    }
  }
}

TEST(Json, RefusesWhatIsNotJson) {
  for (auto text : {"",        " ",         "nul",     "nulll",    "True",        "01",
                    "1.",      ".5",        "1e",      "+1",       "-",           "0x10",
                    "NaN",     "[1 2]",     "[1,]",    "[,1]",     "[",           "]",
                    "[1}",     "{\"a\":1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",  "{a:1}",
                    "{'a':1}", "\"a",       "\"a\n\"", "\"\\x\"",  "\"\\u12g4\"", "\"\\",
                    "1 2",     "{} x",      "[1]]",    "{1:2}",    "tru",         "{\"a\" 1}",
                    "{,}"}) {
    EXPECT_FALSE(accepted(text)) << text;
  }
}

TEST(Json, LeavesTheBuilderAloneOnFailure) {
  DynamicBuilder builder;
  builder.begin_object();
  builder.key("a");
  EXPECT_FALSE(parse_json_text("[1,{\"b\":[2,", builder));
  EXPECT_TRUE(parse_json_text("[1,{\"b\":[2]}]", builder));
  builder.end_object();
  EXPECT_EQ(to_json(builder.view()), "{\"a\":[1,{\"b\":[2]}]}");
}

TEST(Json, LimitsDepth) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(accepted(nested(max_dynamic_depth)));
  EXPECT_FALSE(accepted(nested(max_dynamic_depth + 1)));
  EXPECT_FALSE(accepted(nested(100'000)));
  EXPECT_EQ(round_trip(nested(500)), nested(500));
  // Values built deeper than text may be are still read without harm.
  std::string deep = parsed("[]");
  for (int level = 0; level < 100'000 / 50; ++level) {
    DynamicBuilder builder;
    builder.begin_array();
    for (int inner = 0; inner < 50; ++inner) builder.begin_array();
    builder.add(DynamicView(deep));
    for (int inner = 0; inner < 51; ++inner) builder.end_array();
    deep = builder.take();
    if (deep.size() > 200'000) break;
  }
  EXPECT_FALSE(to_json(DynamicView(deep)).empty());
  EXPECT_TRUE(DynamicView(deep) == DynamicView(deep));
  hash_of(DynamicView(deep));
}

TEST(Dynamic, ReadsScalars) {
  DynamicBuilder builder;
  builder.begin_array();
  builder.add_null();
  builder.add_bool(true);
  for (int64_t value : {int64_t{0}, int64_t{-128}, int64_t{300}, int64_t{-70000}, INT64_MAX}) {
    builder.add_long(value);
  }
  builder.add_real(2.5);
  builder.add_decimal(parse_decimal("1.50").value());
  builder.add_string("text");
  builder.add_datetime(Datetime{637134336000000000});
  builder.add_timespan(Timespan{ticks_per_day});
  builder.add_guid(Guid{{1, 2, 3}});
  builder.end_array();
  const DynamicView view = builder.view();
  ASSERT_EQ(view.size(), 13u);
  EXPECT_TRUE(view.at(0).is_null());
  EXPECT_TRUE(view.at(1).as_bool());
  EXPECT_EQ(view.at(2).as_long(), 0);
  EXPECT_EQ(view.at(3).as_long(), -128);
  EXPECT_EQ(view.at(4).as_long(), 300);
  EXPECT_EQ(view.at(5).as_long(), -70000);
  EXPECT_EQ(view.at(6).as_long(), INT64_MAX);
  EXPECT_EQ(view.at(7).as_real(), 2.5);
  EXPECT_EQ(view.at(8).as_decimal(), parse_decimal("1.5").value());
  EXPECT_EQ(view.at(9).as_text(), "text");
  EXPECT_EQ(view.at(-1).as_guid(), (Guid{{1, 2, 3}}));
  EXPECT_TRUE(view.at(13).is_null());
  EXPECT_TRUE(view.at(-14).is_null());
  EXPECT_EQ(to_json(view),
            "[null,true,0,-128,300,-70000,9223372036854775807,2.5,\"1.50\",\"text\","
            "\"2020-01-01T00:00:00.0000000Z\",\"1.00:00:00\","
            "\"01020300-0000-0000-0000-000000000000\"]");
}

TEST(Dynamic, FindsKeysInObjectsOfAllSizes) {
  for (int count : {0, 1, 2, 15, 16, 17, 64, 65, 300, 5000}) {
    DynamicBuilder builder;
    builder.begin_object();
    for (int at = 0; at < count; ++at) {
      builder.key("key" + std::to_string(at));
      builder.add_long(at);
    }
    builder.end_object();
    const std::string bytes(builder.bytes());
    const DynamicView view{bytes};
    EXPECT_EQ(view.size(), static_cast<size_t>(count));
    for (int at = 0; at < count; ++at) {
      const std::string key = "key" + std::to_string(at);
      ASSERT_EQ(view.find(std::string_view(key)).as_long(), at);
      ASSERT_EQ(view.index_of(std::string_view(key)), static_cast<size_t>(at));
      ASSERT_EQ(view.key_at(static_cast<size_t>(at)), key);
    }
    EXPECT_EQ(view.index_of("absent"), DynamicView::absent);
    EXPECT_TRUE(view.find("key").is_null());
  }
}

TEST(Dynamic, TheLastOfTwoEqualKeysWins) {
  EXPECT_EQ(round_trip("{\"a\":1,\"b\":2,\"a\":3}"), "{\"a\":3,\"b\":2}");
  EXPECT_EQ(round_trip("[{\"a\":[1],\"a\":{}}]"), "[{\"a\":{}}]");
  std::string many = "{";
  for (int at = 0; at < 200; ++at)
    many += "\"k" + std::to_string(at % 100) + "\":" + std::to_string(at) + ",";
  many.back() = '}';
  const std::string bytes = parsed(many);
  EXPECT_EQ(DynamicView(bytes).size(), 100u);
  EXPECT_EQ(DynamicView(bytes).find("k7").as_long(), 107);
}

TEST(Dynamic, Compares) {
  const auto order = [](std::string_view a, std::string_view b) {
    const std::string x = parsed(a);
    const std::string y = parsed(b);
    const auto there = compare(DynamicView(x), DynamicView(y));
    const auto back = compare(DynamicView(y), DynamicView(x));
    EXPECT_TRUE(there == (0 <=> back)) << a << " " << b;
    if (there == 0) EXPECT_EQ(hash_of(DynamicView(x)), hash_of(DynamicView(y))) << a << " " << b;
    return there;
  };
  EXPECT_EQ(order("5", "5.0"), std::strong_ordering::equal);
  EXPECT_EQ(order("1e3", "1000"), std::strong_ordering::equal);
  EXPECT_EQ(order("0", "-0"), std::strong_ordering::equal);
  EXPECT_EQ(order("9007199254740993", "9007199254740992.0"), std::strong_ordering::greater);
  EXPECT_EQ(order("9223372036854775807", "9223372036854775808"), std::strong_ordering::less);
  EXPECT_EQ(order("5", "5.5"), std::strong_ordering::less);
  EXPECT_EQ(order("-5", "-5.5"), std::strong_ordering::greater);
  EXPECT_EQ(order("{\"a\":1,\"b\":2}", "{\"b\":2.0,\"a\":1}"), std::strong_ordering::equal);
  EXPECT_EQ(order("{\"a\":1}", "{\"b\":1}"), std::strong_ordering::less);
  EXPECT_EQ(order("[1,2]", "[1,2,0]"), std::strong_ordering::less);
  EXPECT_EQ(order("[1,3]", "[1,2,0]"), std::strong_ordering::greater);
  EXPECT_EQ(order("\"b\"", "\"a\""), std::strong_ordering::greater);
  EXPECT_EQ(order("null", "false"), std::strong_ordering::less);
  EXPECT_EQ(order("\"1\"", "1"), std::strong_ordering::greater);
  EXPECT_TRUE(DynamicView() == DynamicView(parsed("null")));
}

TEST(Dynamic, DamagedBytesStayInside) {
  const std::string good = parsed(
      "{\"a\":[1,2,{\"b\":\"text\",\"c\":1.0}],\"d\":{\"e\":[],\"f\":null,\"g\":12345678901}}");
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    // Exactly sized heap blocks, so that a sanitizer sees the first byte read beyond.
    const size_t size = random() % (good.size() + 1);
    const auto block = std::make_unique<char[]>(size);
    std::copy_n(good.data(), size, block.get());
    for (int change = 0; change < 3 && size > 0; ++change) {
      block[random() % size] = static_cast<char>(random());
    }
    const DynamicView view{std::string_view(block.get(), size)};
    to_json(view);
    hash_of(view);
    compare(view, DynamicView(good));
    view.find("a").at(2).find("b").as_text();
  }
}

TEST(Render, PrintsReals) {
  const auto shown = [](double value) {
    char text[max_real_text_bytes];
    return std::string(text, write_real(text, value));
  };
  EXPECT_EQ(shown(1), "1.0");
  EXPECT_EQ(shown(-0.0), "-0.0");
  EXPECT_EQ(shown(0.1), "0.1");
  EXPECT_EQ(shown(100000), "100000.0");
  EXPECT_EQ(shown(1e16), "10000000000000000.0");
  EXPECT_EQ(shown(1e20), "1e+20");
  EXPECT_EQ(shown(1.5e-7), "1.5e-07");
  EXPECT_EQ(shown(0.0001), "0.0001");
  EXPECT_EQ(shown(-1.7976931348623157e308), "-1.7976931348623157e+308");
  EXPECT_EQ(shown(0.00012345678901234567), "0.00012345678901234567");
  EXPECT_EQ(shown(NAN), "NaN");
  EXPECT_EQ(shown(-HUGE_VAL), "-Infinity");
}

TEST(Render, PrintsCells) {
  const auto cell = [](const Value& value) {
    std::string out;
    append_json_cell(out, value);
    return out;
  };
  EXPECT_EQ(cell(Value::null(Type::Long)), "null");
  EXPECT_EQ(cell(Value::null(Type::String)), "\"\"");
  EXPECT_EQ(cell(Value::int64(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(cell(Value::real(NAN)), "\"nan\"");
  EXPECT_EQ(cell(Value::real(-HUGE_VAL)), "\"-inf\"");
  EXPECT_EQ(cell(Value::real(1.5)), "1.5");
  EXPECT_EQ(cell(Value::decimal(parse_decimal("1.50").value())), "\"1.50\"");
  EXPECT_EQ(cell(Value::datetime(Datetime{0})), "\"0001-01-01T00:00:00.0000000Z\"");
  EXPECT_EQ(cell(Value::timespan(Timespan{-1})), "\"-00:00:00.0000001\"");
  EXPECT_EQ(cell(Value::dynamic(parsed("{\"a\":[1.0]}"))), "{\"a\":[1.0]}");
  EXPECT_EQ(cell(Value::string("a\"b\x01")), "\"a\\\"b\\u0001\"");
}

}  // namespace
}  // namespace vedette
