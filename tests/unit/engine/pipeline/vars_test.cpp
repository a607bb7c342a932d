// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/vars.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pipeline/yaml.hpp"

namespace nnflow::runtime {
namespace {

VarSpec spec_of(const std::string& declaration) {
  Findings findings;
  const Document document = parse_yaml("vars:\n  x: " + declaration + "\n", "t", findings);
  auto specs = read_vars(document, findings);
  EXPECT_EQ(format_findings(findings), "");
  return specs.empty() ? VarSpec{} : specs.front();
}

std::string words(const std::string& declaration, const std::vector<std::string>& given) {
  const VarWords result = parse_var_words(spec_of(declaration), given);
  return result.problem.empty() ? result.value.to_json() : result.problem;
}

TEST(VarType, ReadsScalarsAndLists) {
  EXPECT_EQ(VarType::parse("number[3]")->text(), "number[3]");
  EXPECT_EQ(VarType::parse("string[]")->text(), "string[]");
  EXPECT_EQ(VarType::parse("path")->text(), "path");
  for (const char* wrong : {"", "integer", "number[", "number[0]", "number[x]", "[3]", "number]"}) {
    EXPECT_FALSE(VarType::parse(wrong).has_value()) << wrong;
  }
}

TEST(VarWords, TakeTheTypeOfTheVariable) {
  EXPECT_EQ(words("{type: string}", {"004"}), "\"004\"");
  EXPECT_EQ(words("{type: int}", {"1e3"}), "1000");
  EXPECT_EQ(words("{type: number}", {"0.5"}), "0.5");
  EXPECT_EQ(words("{type: bool}", {"false"}), "false");
  EXPECT_EQ(words("{type: size}", {"4GiB"}), "\"4GiB\"");
  EXPECT_EQ(words("{type: 'int[]'}", {"8", "16", "32"}), "[8,16,32]");
  EXPECT_EQ(words("{type: 'int[]'}", {"[8, 16]"}), "[8,16]");
  EXPECT_EQ(words("{type: string, many: true}", {"0", "all"}), "[\"0\",\"all\"]");
}

TEST(VarWords, SayWhatWasExpected) {
  EXPECT_EQ(words("{type: int}", {"many"}), "expected int, got \"many\"");
  EXPECT_EQ(words("{type: int}", {"1", "2"}), "expected one value, got 2");
  EXPECT_EQ(words("{type: bool}", {"yes"}), "expected bool, got \"yes\"");
  EXPECT_EQ(words("{type: 'number[3]'}", {"1", "2"}), "expected number[3], got [1,2]");
  EXPECT_EQ(words("{type: size}", {"4"}), "expected a size with a unit (4GiB), got \"4\"");
  EXPECT_EQ(words("{type: duration}", {"4"}), "expected a duration with a unit (30s), got \"4\"");
  EXPECT_EQ(words("{type: string, choices: [2d, 3d_fullres]}", {"3d_fulres"}),
            "expected one of 2d, 3d_fullres, got \"3d_fulres\"; did you mean \"3d_fullres\"?");
}

TEST(VarValues, IntegersBecomeTextWhereTextIsExpected) {
  Value value(0);
  EXPECT_EQ(check_var_value(spec_of("{type: string}"), value), "");
  EXPECT_EQ(value.to_json(), "\"0\"");
}

TEST(VarValues, OneValueIsAListOfOneWhereItsLengthIsFree) {
  Value value("one");
  EXPECT_EQ(check_var_value(spec_of("{type: 'path[]'}"), value), "");
  EXPECT_EQ(value.to_json(), "[\"one\"]");
  Value number(1);
  EXPECT_EQ(check_var_value(spec_of("{type: 'number[3]'}"), number), "expected number[3], got 1");
  EXPECT_EQ(check_var_value(spec_of("{type: 'bool[]'}"), number), "expected bool[], got 1");
}

TEST(VarSpecs, KeepFlagsAndDocs) {
  const VarSpec spec = spec_of(
      "{type: path, required: true, positional: true, apart: true, each: true, doc: folder, flags: "
      "[-d, -tr, "
      "'--fast=true']}");
  EXPECT_TRUE(spec.required);
  EXPECT_TRUE(spec.positional);
  EXPECT_TRUE(spec.apart);
  EXPECT_TRUE(spec.each);
  EXPECT_EQ(spec.doc, "folder");
  EXPECT_EQ(spec.flags, (std::vector<std::string>{"-d", "-tr", "--fast=true"}));
}

}  // namespace
}  // namespace nnflow::runtime
