// Functions that take text apart, encode it and hash it.
#include <gtest/gtest.h>

#include "runtime/value/datetime.h"
#include "tests/harness/call_function.h"

namespace vedette {
namespace {

Value text(std::string value) {
  return Value::string(std::move(value));
}

TEST(StdlibParsing, Urls) {
  EXPECT_EQ(answer("parse_url", {text("scheme://u:p@host:1234/this/is?k1=v1&k2=v2#fragment")}),
            R"({"Scheme":"scheme","Host":"host","Port":"1234","Path":"/this/is","Username":"u",)"
            R"("Password":"p","Query Parameters":{"k1":"v1","k2":"v2"},"Fragment":"fragment"})");
  EXPECT_EQ(answer("[]", {call_function("parse_url", {text("http://[::1]/a")}), text("Host")}),
            "[::1]");
  EXPECT_EQ(answer("parse_urlquery", {text("a&&=x&b=1=2")}),
            R"({"Query Parameters":{"a":"","b":"1=2"}})");
  EXPECT_EQ(answer("url_decode", {text("a%2")}), "a%2");
  EXPECT_EQ(answer("url_decode", {text("%ff%41")}),
            "\xef\xbf\xbd"
            "A");
  EXPECT_EQ(answer("url_encode", {text("ü ~")}), "%c3%bc+%7e");
}

TEST(StdlibParsing, Paths) {
  const auto parts = [](std::string path) { return answer("parse_path", {text(std::move(path))}); };
  EXPECT_EQ(parts("C:\\temp\\file.txt"),
            R"({"Scheme":"","RootPath":"C:","DirectoryPath":"C:\\temp","DirectoryName":"temp",)"
            R"("Filename":"file.txt","Extension":"txt","AlternateDataStreamName":""})");
  EXPECT_EQ(parts("file://C:/temp/file.txt:some.exe"),
            R"({"Scheme":"file","RootPath":"C:","DirectoryPath":"C:/temp","DirectoryName":"temp",)"
            R"("Filename":"file.txt","Extension":"txt","AlternateDataStreamName":"some.exe"})");
  EXPECT_EQ(parts(""), R"({"Scheme":"","RootPath":"","DirectoryPath":"","DirectoryName":"",)"
                       R"("Filename":"","Extension":"","AlternateDataStreamName":""})");
}

TEST(StdlibParsing, CommandLines) {
  const auto arguments = [](std::string line) {
    return answer("parse_command_line", {text(std::move(line)), text("windows")});
  };
  EXPECT_EQ(arguments(R"("C:\Program Files\a.exe" -x "b c" d\\"e f" g\"h)"),
            R"(["C:\\Program Files\\a.exe","-x","b c","d\\e f","g\"h"])");
  EXPECT_EQ(arguments(R"(a "b""c" "")"), R"(["a","b\"c",""])");
  EXPECT_EQ(arguments(""), "null");
}

TEST(StdlibParsing, RecordsAndVersions) {
  EXPECT_EQ(answer("parse_csv", {text("aa,\"b,b,b\",cc,\"Title: \"\"x\"\"\",\"1\n2\"")}),
            R"(["aa","b,b,b","cc","Title: \"x\"","1\n2"])");
  EXPECT_EQ(answer("parse_csv", {text("")}), R"([""])");
  EXPECT_EQ(answer("parse_version", {text("1")}), "1000000000000000000000000");
  EXPECT_EQ(answer("parse_version", {text("99999999.99999999.99999999.99999999")}),
            "99999999999999999999999999999999");
  for (const char* bad : {"", "1.2.3.4.5", "123456789", "1..2", "1.-2", "v1"}) {
    EXPECT_EQ(answer("parse_version", {text(bad)}), "null") << bad;
  }
}

TEST(StdlibParsing, Xml) {
  const auto parsed = [](std::string xml) { return answer("parse_xml", {text(std::move(xml))}); };
  EXPECT_EQ(parsed("<?xml version='1.0'?><!-- a --><e/>"), R"({"e":null})");
  EXPECT_EQ(parsed("<e> <a>x</a> <b c=\"1\"/> <a>&lt;&#x41;&#66;</a> y </e>"),
            R"({"e":{"#text":"y","a":["x","<AB"],"b":{"@c":"1"}}})");
  EXPECT_EQ(parsed("<e><![CDATA[<&]]></e>"), R"({"e":"<&"})");
  EXPECT_EQ(parsed("<!DOCTYPE e [<!ELEMENT e ANY>]><e a='\"'></e >"), R"({"e":{"@a":"\""}})");
  for (const char* bad : {"", "x", "<e>", "<e></f>", "<e/><f/>", "<e a=1/>", "<e>&nope;</e>",
                          "<e>&", "<!-- ", "< e/>", "<e a='1>", "<e/>x"}) {
    EXPECT_EQ(parsed(bad), "null") << bad;
  }
  std::string deep;
  for (int depth = 0; depth < 100'000; ++depth) deep += "<e>";
  EXPECT_EQ(parsed(deep), "null");
}

TEST(StdlibParsing, JsonPaths) {
  const auto at = [](std::string path) {
    return answer("extract_json", {text(std::move(path)), text(R"({"a b":[1,{"c":null}]})")});
  };
  EXPECT_EQ(at("$['a b'][0]"), "1");
  EXPECT_EQ(at("$['a b']"), R"([1,{"c":null}])");
  EXPECT_EQ(at("$['a b'][7]"), "");
  EXPECT_EQ(answer("extract_json", {text("$.a"), text("no json")}), "");
}

TEST(StdlibParsing, Base64) {
  for (const std::string bytes : {"", "a", "ab", "abc", "abcd"}) {
    const Value encoded = call_function("base64_encode_tostring", {text(bytes)});
    EXPECT_EQ(answer("base64_decode_tostring", {encoded}), bytes);
  }
  EXPECT_EQ(answer("base64_encode_tostring", {text("ab")}), "YWI=");
  EXPECT_EQ(answer("base64_decode_toarray", {text("YWI=")}), "[97,98]");
  EXPECT_EQ(answer("base64_decode_toarray", {text("YWI")}), "null");
  EXPECT_EQ(answer("base64_decode_tostring", {text("Y*I=")}), "");
  EXPECT_EQ(answer("base64_decode_toguid", {text("JpbpECu8dUy7Pv5gbeJXAA==")}),
            "10e99626-bc2b-4c75-bb3e-fe606de25700");
}

TEST(StdlibParsing, Hashes) {
  EXPECT_EQ(answer("hash", {text("World")}), "1846988464401551951");
  EXPECT_EQ(answer("hash", {text("World"), Value::int64(100)}), "51");
  EXPECT_EQ(answer("hash", {text("World"), Value::int64(0)}), "null");
  EXPECT_EQ(answer("hash", {Value::datetime(*parse_datetime("2015-01-01"))}),
            "1380966698541616202");
  EXPECT_EQ(answer("hash_md5", {text("World")}), "f5a7924e621e84c9280a9a27e1bcb7f6");
  EXPECT_EQ(answer("hash_sha1", {text("World")}), "70c07ec18ef89c5309bbb0937f3a6342411e1fdd");
  EXPECT_EQ(answer("hash_sha256", {text("")}),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  // Lengths around the end of a block, where padding takes another one.
  EXPECT_EQ(answer("hash_md5", {text(std::string(55, 'a'))}), "ef1772b6dff9a122358552954ad0df65");
  EXPECT_EQ(answer("hash_md5", {text(std::string(56, 'a'))}), "3b0c8ac703f828b04c6c197006d17218");
  EXPECT_EQ(answer("hash_sha256", {text(std::string(64, 'a'))}),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

}  // namespace
}  // namespace vedette
