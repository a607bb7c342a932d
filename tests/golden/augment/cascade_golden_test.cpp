// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The transforms of cascades with the parameters of make_cascade.py: equal in every voxel.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "augment/kernels/target/binary_operator.hpp"
#include "augment/kernels/target/remove_component.hpp"
#include "nnflow/nnunet/one_hot.hpp"
#include "support/npz.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Json = nlohmann::json;

/// The golden files, and one sample of them at a time.
class CascadeGolden : public ::testing::TestWithParam<const char*> {
 protected:
  CascadeGolden() {
    const auto folder = std::filesystem::path(NNFLOW_SOURCE_DIR) / "tests/golden/augment";
    std::ifstream text(folder / "cascade.json");
    json_ = Json::parse(text);
    npz_ = test::read_npz(folder / "cascade.npz");
    name_ = GetParam();
    const auto& shape = npz_.at(name_ + "/image").shape;
    extent_ = {shape.size() == 4 ? shape[1] : 1, shape[shape.size() - 2], shape.back()};
  }

  template <class T>
  [[nodiscard]] std::vector<T> array(const std::string& name) const {
    return npz_.at(name).values<T>();
  }
  /// The label channels before a random transform.
  [[nodiscard]] std::vector<float> labels() const {
    const auto all = array<float>(name_ + "/one_hot");
    return {all.end() - static_cast<std::ptrdiff_t>(voxels() * json_.at(name_).at("labels").size()),
            all.end()};
  }
  [[nodiscard]] std::size_t voxels() const {
    return static_cast<std::size_t>(imaging::voxel_count(extent_));
  }

  Json json_;
  test::Npz npz_;
  std::string name_;
  Extent3 extent_{};
};

TEST_P(CascadeGolden, PreviousLabelsBecomeChannels) {
  auto seg = array<std::int16_t>(name_ + "/seg");
  std::replace(seg.begin(), seg.end(), std::int16_t{-1}, std::int16_t{0});
  const auto values = json_.at(name_).at("labels").get<std::vector<std::int64_t>>();
  std::vector<float> channels(values.size() * voxels());
  nnunet::one_hot(std::span(std::as_const(seg)).subspan(voxels()), values, channels);
  EXPECT_EQ(channels, labels());
  EXPECT_GT(std::count(channels.begin(), channels.end(), 1.0F), 0);
}

TEST_P(CascadeGolden, StructuringElementsOfEveryRadius) {
  const bool flat = extent_[0] == 1;
  const Json& radii = json_.at("radii");
  for (std::size_t i = 0; i < radii.size(); ++i) {
    const double radius = radii.at(i).get<double>();
    SCOPED_TRACE(radius);
    const test::Array& expected =
        npz_.at(std::string("elements/") + (flat ? "disk/" : "ball/") + std::to_string(i));
    const std::int64_t length = expected.shape.back();
    const std::int64_t middle = (length - 1) / 2;
    std::vector<std::uint8_t> element(static_cast<std::size_t>(expected.size()), 0);
    for (const ElementLine& line : flat ? disk(radius) : ball(radius)) {
      const std::int64_t row = ((flat ? 0 : line.dz + middle) * length + line.dy + middle) * length;
      for (std::int64_t x = line.first; x <= line.last; ++x) {
        element.at(static_cast<std::size_t>(row + x + middle)) = 1;
      }
    }
    EXPECT_EQ(element, expected.values<std::uint8_t>());
  }
}

TEST_P(CascadeGolden, OperatorsOnChannelsOneAfterTheOther) {
  const std::vector<std::string> names{"dilation", "erosion", "closing", "opening"};
  const Json& runs = json_.at(name_).at("operators");
  ASSERT_FALSE(runs.empty());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    SCOPED_TRACE(runs.at(i).dump());
    std::vector<OperatorParameters> parameters;
    for (const Json& entry : runs.at(i)) {
      const auto kind = std::find(names.begin(), names.end(), entry.at(1).get<std::string>());
      ASSERT_NE(kind, names.end());
      parameters.push_back({entry.at(0).get<std::int64_t>(),
                            static_cast<BinaryOperator>(kind - names.begin()),
                            entry.at(2).get<double>()});
    }
    std::vector<float> channels = labels();
    apply_operators(parameters, extent_[0] == 1, channels, extent_);
    EXPECT_EQ(channels, array<float>(name_ + "/operators/" + std::to_string(i)));
  }
}

TEST_P(CascadeGolden, ComponentsThatMayBeRemovedAndTheRemovedOne) {
  const Json& runs = json_.at(name_).at("removed");
  int removed = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    SCOPED_TRACE(runs.at(i).dump());
    const auto number = runs.at(i).at("channel").get<std::size_t>();
    const double share = runs.at(i).at("share").get<double>();
    std::vector<float> channels = labels();
    const auto channel = std::span(channels).subspan(number * voxels(), voxels());
    const imaging::Components components = components_of(channel, extent_);
    // In the order of their first voxels, as the reference's.
    EXPECT_EQ(components.sizes, runs.at(i).at("sizes").get<std::vector<std::int64_t>>());
    const auto candidates = removable(components, extent_, share);
    const Json& first = runs.at(i).at("first");
    EXPECT_EQ(candidates.empty(), first.is_null());
    if (!first.is_null()) {
      const auto run = std::find_if(
          components.runs.begin(), components.runs.end(),
          [&](const imaging::MaskRun& r) { return r.begin == first.get<std::int64_t>(); });
      ASSERT_NE(run, components.runs.end());
      ASSERT_NE(std::find(candidates.begin(), candidates.end(), run->component), candidates.end());
      remove_component(components, run->component, channel);
      ++removed;
    }
    EXPECT_EQ(channels, array<float>(name_ + "/removed/" + std::to_string(i)));
  }
  EXPECT_GT(removed, 0);
}

INSTANTIATE_TEST_SUITE_P(Samples,
                         CascadeGolden,
                         ::testing::Values("2d", "3d"),
                         [](const auto& test) { return "In" + std::string(test.param); });

}  // namespace
}  // namespace nnflow::augment
