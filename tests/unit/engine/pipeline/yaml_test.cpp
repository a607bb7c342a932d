// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/yaml.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "pipeline/scalar.hpp"

namespace nnflow::runtime {
namespace {

Value good(const std::string& text) {
  Findings findings;
  Document document = parse_yaml(text, "test.yaml", findings);
  EXPECT_EQ(format_findings(findings), "") << text;
  return document.root;
}

std::string problem(const std::string& text) {
  Findings findings;
  const Document document = parse_yaml(text, "t", findings);
  return findings.empty() ? "" : findings.front().message;
}

TEST(Yaml, ReadsScalarsWithTheirTypes) {
  EXPECT_EQ(
      good("[true, false, null, ~, 3, -4, 1.5, 1e3, .5, text, \"3\", 'true', 1.2.3]").to_json(),
      "[true,false,null,null,3,-4,1.5,1000.0,0.5,\"text\",\"3\",\"true\",\"1.2.3\"]");
}

TEST(Yaml, QuotedAndBlockScalarsAreText) {
  EXPECT_EQ(good("a: \"yes\"\nb: |\n  010\nc: !!str 5\n").to_json(),
            R"({"a":"yes","b":"010\n","c":"5"})");
}

TEST(Yaml, RefusesWhatReadersWouldGuess) {
  EXPECT_EQ(problem("a: yes"), "write true or false, or quote the text: \"yes\"");
  EXPECT_EQ(problem("a: Off"), "write true or false, or quote the text: \"Off\"");
  EXPECT_EQ(problem("a: True"), "write true or false, or quote the text: \"True\"");
  EXPECT_EQ(problem("a: 010"), "a number has no leading zeros; quote it if it is text: \"010\"");
  EXPECT_EQ(problem("a: 99999999999999999999"), "the integer 99999999999999999999 is out of range");
  EXPECT_EQ(problem("a: 1\na: 2"), "the key \"a\" is given twice");
  EXPECT_EQ(problem("a: &x 1\nb: *x"), "anchors are not supported; use a variable or an import");
  EXPECT_EQ(problem("a: !!binary 1"), "the tag tag:yaml.org,2002:binary is not supported");
  EXPECT_EQ(problem("<<: {a: 1}"), "merge keys are not supported; use an import");
  EXPECT_EQ(problem("{[1]: 2}"), "a key must be text");
  EXPECT_EQ(problem(": 2"), "a key is missing before the colon");
  EXPECT_EQ(problem("a: 1\n---\nb: 2"), "only one YAML document is allowed in a file");
}

TEST(Yaml, SyntaxErrorsHaveAPlace) {
  Findings findings;
  const Document document = parse_yaml("a: [1, 2\nb: 3\n", "t.yaml", findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_GT(findings[0].line, 0);
  EXPECT_TRUE(findings[0].message.starts_with("not valid YAML: "));
}

TEST(Yaml, DeepNestingIsAFindingAndNoCrash) {
  EXPECT_TRUE(problem(std::string(100000, '[')).starts_with("not valid YAML: "));
}

TEST(Yaml, RemembersWhereKeysAndValuesAre) {
  Findings findings;
  const Document document = parse_yaml("stages:\n  a: {use: x, params: {k/~: 3}}\n", "t", findings);
  EXPECT_EQ(document.value_mark("/stages/a/use").column, 12);
  EXPECT_EQ(document.key_mark("/stages/a/use").column, 7);
  EXPECT_EQ(document.value_mark("/stages/a/params/k~1~0").column, 29);
  EXPECT_EQ(document.value_mark("/stages/a/params/k~1~0").line, 2);
  EXPECT_EQ(document.value_mark("/stages/a/params/unknown/child").column, 23);
  EXPECT_EQ(dotted_path("/stages/a/params/k~1~0"), "stages.a.params.k/~");
}

TEST(Yaml, MissingAndUnreadableFilesAreFindings) {
  Findings findings;
  EXPECT_TRUE(load_yaml("/nowhere/x.yaml", "x.yaml", findings).root.is_null());
  EXPECT_TRUE(load_yaml("/", "folder", findings).root.is_null());
  EXPECT_TRUE(load_yaml("/proc/self/mem", "memory", findings).root.is_null());
  EXPECT_EQ(format_findings(findings),
            "x.yaml: error: no such file\nfolder: error: not a regular file\n"
            "memory: error: cannot be read\n");
}

TEST(Yaml, HugeFilesAreNotRead) {
  const auto file = std::filesystem::temp_directory_path() / "nnflow_huge.yaml";
  std::ofstream(file) << "nnflow: 1\n";
  std::filesystem::resize_file(file, 16 * 1024 * 1024 + 1);
  Findings findings;
  EXPECT_TRUE(load_yaml(file, "huge", findings).root.is_null());
  EXPECT_EQ(format_findings(findings), "huge: error: larger than 16 MiB\n");
  std::filesystem::remove(file);
}

TEST(Yaml, WritesWhatItReads) {
  Value value;
  value.set("plain", "text");
  value.set("odd",
            Value(Value::Array{"yes", "010", "a: b", "", "null", "1e3", "-x", "line\nbreak", "#"}));
  value.set("numbers",
            Value(Value::Array{1, -2.5, 1e300, std::numeric_limits<double>::infinity()}));
  value.set("empty list", Value(Value::Array{}));
  value.set("empty map", Value(Value::Object{}));
  Value inner;
  inner.set("a", Value(Value::Array{Value(Value::Array{1, 2}),
                                    Value(Value::Object{{"k", 1}, {"l", true}})}));
  value.set("nested", inner);
  value.set("nothing", Value());
  EXPECT_EQ(good(to_yaml_text(value)).to_json(), value.to_json()) << to_yaml_text(value);
}

TEST(Scalars, SizesAndDurationsNeedUnits) {
  EXPECT_EQ(parse_size("512MiB"), 512LL << 20U);
  EXPECT_EQ(parse_size("1.5 kB"), 1500);
  EXPECT_EQ(parse_size("24"), std::nullopt);
  EXPECT_EQ(parse_size("GiB"), std::nullopt);
  EXPECT_EQ(parse_duration("250ms"), 0.25);
  EXPECT_EQ(parse_duration("2h"), 7200.0);
  EXPECT_EQ(parse_duration("30"), std::nullopt);
}

TEST(Scalars, IntegersAreWholeTexts) {
  EXPECT_EQ(parse_integer("12"), 12);
  EXPECT_EQ(parse_integer("+12"), 12);
  EXPECT_EQ(parse_integer("12a"), std::nullopt);
  EXPECT_EQ(parse_integer("+-1"), std::nullopt);
  EXPECT_EQ(integral(Value(1e3)), 1000);
  EXPECT_EQ(integral(Value(1.5)), std::nullopt);
  EXPECT_EQ(integral(Value(1e300)), std::nullopt);
}

}  // namespace
}  // namespace nnflow::runtime
