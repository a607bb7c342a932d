// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/py_json.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "expect_error.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

std::string one_line(const Json& value) { return dump_json(value, {.indent = -1}); }

TEST(PyJson, PrintsFloatsAsPythonDoes) {
  EXPECT_EQ(python_float(1.0), "1.0");
  EXPECT_EQ(python_float(-0.0), "-0.0");
  EXPECT_EQ(python_float(1e-5), "1e-05");
  EXPECT_EQ(python_float(0.0001), "0.0001");
  EXPECT_EQ(python_float(0.699999988079071), "0.699999988079071");
  EXPECT_EQ(python_float(1e15), "1000000000000000.0");
  EXPECT_EQ(python_float(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(python_float(1e16), "1e+16");
  EXPECT_EQ(python_float(1.5e300), "1.5e+300");
  EXPECT_EQ(python_float(5e-324), "5e-324");
  EXPECT_EQ(python_float(123456789.123), "123456789.123");
}

TEST(PyJson, LaysOutTextLikeJsonDump) {
  const Json value =
      parse_json(R"({"b": [1, 2.0, []], "a": {}, "c": {"x": null, "y": true}})", "t");
  EXPECT_EQ(dump_json(value),
            "{\n    \"b\": [\n        1,\n        2.0,\n        []\n    ],\n    \"a\": {},\n"
            "    \"c\": {\n        \"x\": null,\n        \"y\": true\n    }\n}");
  EXPECT_EQ(dump_json(value, {.indent = -1, .sort_keys = true}),
            R"({"a": {}, "b": [1, 2.0, []], "c": {"x": null, "y": true}})");
  EXPECT_EQ(dump_json(value, {.indent = -1, .compact = true}),
            R"({"b":[1,2.0,[]],"a":{},"c":{"x":null,"y":true}})");
}

TEST(PyJson, KeepsBareNanAndInfinity) {
  const Json value = parse_json("[NaN, Infinity, -Infinity]", "t");
  EXPECT_TRUE(std::isnan(value[0].get<double>()));
  EXPECT_EQ(one_line(value), "[NaN, Infinity, -Infinity]");
}

TEST(PyJson, EscapesEverythingBeyondAscii) {
  const Json value = parse_json("[\"h\xc3\xa9\\n\\u007f\\ud83d\\ude00 \\ud800\"]", "t");
  EXPECT_EQ(one_line(value), R"(["h\u00e9\n\u007f\ud83d\ude00 \ud800"])");
}

TEST(PyJson, TakesTheLastOfRepeatedKeys) {
  EXPECT_EQ(one_line(parse_json(R"({"a": 1, "b": 2, "a": 3})", "t")), R"({"a": 3, "b": 2})");
}

TEST(PyJson, ReadsNumbersOfEverySize) {
  EXPECT_EQ(
      one_line(parse_json("[-0, 9223372036854775807, 18446744073709551615, 1E2, -1.5e-3]", "t")),
      "[0, 9223372036854775807, 18446744073709551615, 100.0, -0.0015]");
  EXPECT_EQ(parse_json("1e999", "t").get<double>(), HUGE_VAL);
  EXPECT_EQ(parse_json("-1e-999", "t").get<double>(), 0.0);
  EXPECT_DOUBLE_EQ(parse_json("123456789012345678901234567890", "t").get<double>(),
                   1.2345678901234568e29);
}

TEST(PyJson, NamesFileLineAndColumnOfAMistake) {
  EXPECT_EQ(message_of(ErrorCode::kInvalidData,
                       [] { return parse_json("{\n  \"a\": tru\n}", "x.json"); }),
            "x.json:2:8: not valid JSON: expected a value");
}

TEST(PyJson, RefusesWhatPythonRefuses) {
  for (const char* const text : {"",
                                 " ",
                                 "{",
                                 "[1",
                                 "[1,]",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "\"a",
                                 "\"\n\"",
                                 "\"\\x\"",
                                 "01",
                                 "1.",
                                 "1e",
                                 "-",
                                 "+1",
                                 "[1] 2",
                                 "nul",
                                 "\"\\u12\"",
                                 "\"\xff\"",
                                 "\"\xc0\x80\"",
                                 "{a: 1}",
                                 "\xef\xbb\xbf{}"}) {
    EXPECT_THROW(static_cast<void>(parse_json(text, "t")), Error) << text;
  }
}

TEST(PyJson, LimitsTheDepth) {
  EXPECT_NO_THROW(
      static_cast<void>(parse_json(std::string(150, '[') + std::string(150, ']'), "t")));
  EXPECT_THROW(static_cast<void>(parse_json(std::string(100000, '['), "t")), Error);
}

TEST(PyJson, WritesAFileUnderItsName) {
  const test::TempDir folder;
  const auto path = folder / "a.json";
  write_json(path, Json::array({1, 2, 3}));
  write_json(path, Json::array({2}));
  EXPECT_EQ(one_line(read_json(path)), "[2]");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()),
                          std::filesystem::directory_iterator()),
            1);
  EXPECT_THAT(message_of(ErrorCode::kIo, [&] { write_json(folder / "no/a.json", Json()); }),
              testing::HasSubstr("no/a.json: cannot create: No such file or directory"));
  EXPECT_THAT(message_of(ErrorCode::kIo, [&] { return read_json(folder / "none.json"); }),
              testing::HasSubstr("none.json"));
}

}  // namespace
}  // namespace nnflow::nnunet
