// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/substitute.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "pipeline/yaml.hpp"

namespace nnflow::runtime {
namespace {

std::string substituted(const std::string& text) {
  Findings findings;
  Document document = parse_yaml(text, "t", findings);
  const auto specs = read_vars(document, findings);
  const VarValues values = resolve_vars(document, specs, {}, findings);
  substitute_vars(document, values, findings);
  if (!findings.empty()) return format_findings(findings);
  return document.root.find("stages")->find("s")->to_json();
}

TEST(Substitute, AScalarThatIsOnlyAReferenceTakesTheType) {
  EXPECT_EQ(
      substituted("vars: {s: {type: 'number[3]', default: [1, 2, 3]}, n: {type: int, default: 4}}\n"
                  "stages: {s: {params: {x: '${s}', y: '${n}', z: 'n=${n}'}}}\n"),
      R"({"params":{"x":[1,2,3],"y":4,"z":"n=4"}})");
}

TEST(Substitute, DefaultsUseOtherVariablesInAnyOrder) {
  EXPECT_EQ(
      substituted(
          "vars: {out: {type: path, default: '${in}/out'}, in: {type: path, default: /data}}\n"
          "stages: {s: {a: '${out}'}}\n"),
      R"({"a":"/data/out"})");
}

TEST(Substitute, ReadsTheEnvironment) {
  ASSERT_EQ(setenv("NNFLOW_TEST_VALUE", "7", 1), 0);
  EXPECT_EQ(substituted("vars: {n: {type: int, default: '${env:NNFLOW_TEST_VALUE}'}}\n"
                        "stages: {s: {a: '${n}', b: '${env:NNFLOW_TEST_VALUE}/x', c: "
                        "'${env:NNFLOW_TEST_UNSET:-y}'}}\n"),
            R"({"a":7,"b":"7/x","c":"y"})");
}

TEST(Substitute, TwoDollarsStandForOne) {
  EXPECT_EQ(substituted("stages: {s: {a: '$${x}', b: '$', c: 'a$b', d: '$$${x}'}}\n"),
            R"({"a":"${x}","b":"$","c":"a$b","d":"$${x}"})");
}

TEST(Substitute, EscapedTextComesBack) {
  for (const char* text : {"${x}", "$${x}", "a${", "$", "${env:HOME}"}) {
    Findings findings;
    Document document;
    const Value stage(Value::Object{{"a", Value(text)}});
    document.root.set("stages", Value(Value::Object{{"s", escape_references(stage)}}));
    substitute_vars(document, {}, findings);
    EXPECT_EQ(document.root.find("stages")->find("s")->find("a")->to_json(), Value(text).to_json());
  }
}

TEST(Substitute, ElementsFillTheirReferencesWithTypes) {
  Element element{"2d_0", Value(Value::Object{{"fold", 0}, {"name", "2d"}})};
  std::set<std::string> unknown;
  Findings findings;
  const Value tree =
      parse_yaml("{a: '${each.fold}', b: 'x/${each.name}', c: '${each.id}', d: '${each.no}'}", "t",
                 findings)
          .root;
  EXPECT_TRUE(has_each(tree));
  EXPECT_EQ(substitute_each(tree, element, unknown).to_json(),
            R"({"a":0,"b":"x/2d","c":"2d_0","d":""})");
  EXPECT_EQ(unknown, std::set<std::string>{"no"});
}

}  // namespace
}  // namespace nnflow::runtime
