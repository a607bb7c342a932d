// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/fingerprint.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"

namespace nnflow::nnunet {
namespace {

using testing::HasSubstr;

Fingerprint make(std::size_t channels) {
  Fingerprint value;
  value.foreground_intensity_properties_per_channel.resize(channels);
  value.foreground_intensity_properties_per_channel[0].mean = 499.53472900390625;
  value.median_relative_size_after_cropping = 0.4772727272727273;
  value.shapes_after_crop = {{8, 20, 14}, {9, 20, 14}};
  value.spacings = {{2.0, 0.699999988079071, 0.8}, {2.1, 0.7, 0.8}};
  return value;
}

TEST(Fingerprint, WritesTheReferencesLayout) {
  const std::string text = dump_json(make(1).to_json(), {.indent = -1});
  EXPECT_EQ(
      text,
      R"({"foreground_intensity_properties_per_channel": {"0": {"max": 0.0, "mean": 499.53472900390625, )"
      R"("median": 0.0, "min": 0.0, "percentile_00_5": 0.0, "percentile_99_5": 0.0, "std": 0.0}}, )"
      R"("median_relative_size_after_cropping": 0.4772727272727273, )"
      R"("shapes_after_crop": [[8, 20, 14], [9, 20, 14]], )"
      R"("spacings": [[2.0, 0.699999988079071, 0.8], [2.1, 0.7, 0.8]]})");
}

TEST(Fingerprint, OrdersChannelsByNumber) {
  const Json json = make(12).to_json();
  std::vector<std::string> keys;
  for (const auto& [key, value] : json["foreground_intensity_properties_per_channel"].items())
    keys.push_back(key);
  EXPECT_EQ(keys[10], "10");
  EXPECT_EQ(Fingerprint::from_json(json, "t"), make(12));
}

TEST(Fingerprint, KeepsUnknownKeys) {
  Json json = make(1).to_json();
  json["zzz"] = 1;
  json["aaa"] = "x";
  const Json again = Fingerprint::from_json(json, "t").to_json();
  EXPECT_EQ(again["zzz"], 1);
  EXPECT_EQ(again.begin().key(), "aaa");
}

TEST(Fingerprint, ReportsEveryMistake) {
  Json json = make(1).to_json();
  json["spacings"][1] = {1.0, -1.0, 1.0};
  json["shapes_after_crop"] = 3;
  json["foreground_intensity_properties_per_channel"]["0"].erase("std");
  json["foreground_intensity_properties_per_channel"]["7"] = Json::object();
  json.erase("median_relative_size_after_cropping");
  const std::string message =
      message_of(ErrorCode::kInvalidData, [&] { return Fingerprint::from_json(json, "fp.json"); });
  for (const char* const part :
       {"fp.json: key 'spacings.1' is [1.0, -1.0, 1.0]", "'shapes_after_crop' is 3",
        "channel.0.std' is missing", "channel.7'", "median_relative_size"}) {
    EXPECT_THAT(message, HasSubstr(part));
  }
}

}  // namespace
}  // namespace nnflow::nnunet
