// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/schema.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "fake_catalog.hpp"
#include "pipeline/stage_schema.hpp"

namespace nnflow::runtime {
namespace {

Value read_json(const std::string& path) {
  std::ifstream stream(std::filesystem::path(NNFLOW_SOURCE_DIR) / path);
  std::ostringstream text;
  text << stream.rdbuf();
  return Value::parse_json(text.str());
}

std::vector<std::string> sorted(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> properties(const Value& schema, const std::string& pointer) {
  std::vector<std::string> names;
  const Value* node = find_node(schema, pointer + "/properties");
  if (node == nullptr) return names;
  for (const auto& [name, value] : node->as_object()) names.push_back(name);
  return sorted(names);
}

TEST(SchemaFile, HasTheKeysOfTheValidator) {
  const Value schema = read_json("schemas/pipeline.schema.json");
  EXPECT_EQ(properties(schema, ""), sorted(document_keys()));
  EXPECT_EQ(properties(schema, "/$defs/stage"), sorted(stage_keys()));
  EXPECT_EQ(properties(schema, "/$defs/run"), sorted(run_keys()));
  EXPECT_EQ(properties(schema, "/$defs/run/properties/executor/anyOf/1"), sorted(executor_keys()));
  EXPECT_EQ(properties(schema, "/$defs/var/anyOf/0"), sorted(var_keys()));
  EXPECT_EQ(properties(schema, "/$defs/stage/properties/hints"), sorted(hint_keys()));
}

TEST(StageSchema, ComesFromTheDeclarations) {
  const test::FakeCatalog catalog;
  const Value schema = stages_schema(catalog);
  const Value* order = find_node(schema, "/$defs/numbers.smooth/properties/order");
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->to_json(),
            R"({"description":"spline order used for images","default":3,"anyOf":[)"
            R"({"type":"integer","minimum":0.0,"maximum":5.0},)"
            R"({"type":"string","pattern":"\\$\\{[^}]+\\}"},{"type":"null"}]})");
  EXPECT_EQ(
      find_node(schema, "/$defs/numbers.smooth/properties/spacing/anyOf/0/minItems")->to_json(),
      "3");
  EXPECT_EQ(find_node(schema, "/$defs/numbers.fixed/required")->to_json(), R"(["number"])");
  EXPECT_EQ(Value::parse_json(indented_json(schema)).to_json(), schema.to_json());
}

TEST(FindNode, FollowsPointers) {
  const Value root = Value::parse_json(R"({"a":[{"b/c":1}]})");
  EXPECT_EQ(find_node(root, "/a/0/b~1c")->to_json(), "1");
  EXPECT_EQ(find_node(root, "/a/1"), nullptr);
  EXPECT_EQ(find_node(root, "/a/x"), nullptr);
  EXPECT_EQ(find_node(root, "")->to_json(), root.to_json());
}

}  // namespace
}  // namespace nnflow::runtime
