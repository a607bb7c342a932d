// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What messages say of many things: the first few of them, and what differs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nnflow/nnunet/few.hpp"
#include "nnflow/nnunet/json_differences.hpp"

namespace nnflow::nnunet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> differences(const char* before, const char* now) {
  return json_differences(parse_json(before, "before"), parse_json(now, "now"));
}

TEST(Few, SpellsOutTheFirstAndCountsTheRest) {
  Few names;
  EXPECT_TRUE(names.empty());
  EXPECT_EQ(names.text(), "");
  for (const char* name : {"a", "b", "c", "d", "e"}) names.add(name);
  EXPECT_EQ(names.text(), "a, b, c, d, e");
  names.add("f");
  names.add("g");
  EXPECT_EQ(names.text(), "a, b, c, d, e and 2 more");
  EXPECT_EQ(names.count(), 7U);
  Few lines("\n  ", 1);
  lines.add("one");
  lines.add("two");
  EXPECT_EQ(lines.text(), "one\n  and 1 more");
}

TEST(JsonDifferences, NameThePlaceAndBothValues) {
  EXPECT_THAT(differences(R"({"a": {"b": 1, "c": [1, 2]}, "d": "x"})",
                          R"({"a": {"b": 2, "c": [1, 3]}, "e": 0})"),
              ElementsAre("a.b was 1, is 2", "a.c was [1, 2], is [1, 3]", "d is gone", "e is new"));
  EXPECT_THAT(differences("[1]", R"({"a": 1})"),
              ElementsAre("the document was [1], is {\"a\": 1}"));
  const std::string filler(90, 'x');
  EXPECT_THAT(json_differences(Json{{"long", filler}}, Json{{"long", "y"}}),
              ElementsAre("long differs"));
}

TEST(JsonDifferences, DoNotCountTheOrderOfKeysAndNumbersThatAreNone) {
  EXPECT_THAT(differences(R"({"a": 1, "b": {"c": NaN, "d": [{"x": 1, "y": 2}]}})",
                          R"({"b": {"d": [{"y": 2, "x": 1}], "c": NaN}, "a": 1})"),
              IsEmpty());
}

}  // namespace
}  // namespace nnflow::nnunet
