// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// The transforms of nnUNetTrainerDA5 with the parameters that the reference drew (make_da5.py).
// Tolerance: images 1e-5 (float sums in another order), labels equal.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "augment/kernels/intensity/blank_rectangles.hpp"
#include "augment/kernels/intensity/brightness_shift.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/median_filter.hpp"
#include "augment/kernels/intensity/sharpen.hpp"
#include "augment/kernels/local/brightness_gradient.hpp"
#include "augment/kernels/local/local_gamma.hpp"
#include "augment/kernels/spatial/axis_map.hpp"
#include "support/npz.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Json = nlohmann::json;

struct Sample {
  Extent3 extent{};
  int dimension = 3;
  std::vector<float> image;
  std::vector<std::int16_t> seg;
};

std::vector<ChannelFactor> factors(const Json& values) {
  std::vector<ChannelFactor> result;
  for (const auto& value : values) {
    result.push_back({static_cast<std::int64_t>(result.size()), value.get<float>()});
  }
  return result;
}

// Axis of the reference, counted without channels, as one of z, y, x.
std::size_t axis_of(const Sample& sample, const Json& axis) {
  return axis.get<std::size_t>() + (sample.dimension == 2 ? 1 : 0);
}

void map_axes(const AxisMap& map, Sample& sample) {
  const Sample in = sample;
  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(in.extent));
  for (std::size_t at = 0; at < in.image.size(); at += voxels) {
    apply_axis_map(map, std::span(in.image).subspan(at, voxels), in.extent,
                   std::span(sample.image).subspan(at, voxels));
  }
  apply_axis_map(map, std::span(in.seg), in.extent, std::span(sample.seg));
}

void quarter_turn(const Json& json, Sample& sample) {
  for (std::size_t i = 0; i < json.at("num_rot_per_combination").size(); ++i) {
    const Json& axes = json.at("axis_combinations").at(i);
    map_axes(quarter_turns(json.at("num_rot_per_combination").at(i).get<std::int64_t>(),
                           axis_of(sample, axes.at(0)) - 1, axis_of(sample, axes.at(1)) - 1),
             sample);
  }
}

void transpose(const Json& json, Sample& sample) {
  AxisMap map;
  for (std::size_t i = 1; i < json.at("axis_order").size(); ++i) {
    map.source[axis_of(sample, i) - 1] = axis_of(sample, json.at("axis_order").at(i)) - 1;
  }
  map_axes(map, sample);
}

std::vector<LocalChange> local_changes(const Json& json, const Sample& sample) {
  const auto drawn = json.at("drawn").get<std::vector<double>>();
  std::vector<LocalChange> changes;
  for (std::size_t i = 0; i < drawn.size();) {
    LocalChange change{static_cast<std::int64_t>(changes.size()), {}, 0.0};
    for (auto a = static_cast<std::size_t>(3 - sample.dimension); a < 3; ++a) {
      change.bump.centre[a] = drawn.at(i++);
      change.bump.deviation[a] = drawn.at(i++);
    }
    change.value = drawn.at(i++);
    changes.push_back(change);
  }
  return changes;
}

void apply(const std::string& kind, const Json& json, Sample& sample) {
  const std::int64_t voxels = imaging::voxel_count(sample.extent);
  if (kind == "quarter_turns") {
    quarter_turn(json, sample);
  } else if (kind == "transpose_axes") {
    transpose(json, sample);
  } else if (kind == "median_filter") {
    MedianFilterParameters parameters;
    for (const auto& size : json.at("filter_sizes")) {
      parameters.channels.push_back(
          {static_cast<std::int64_t>(parameters.channels.size()), size.get<std::int64_t>()});
    }
    apply_median_filter(parameters, sample.image, sample.extent);
  } else if (kind == "blur") {
    BlurParameters parameters;
    for (const auto& sigmas : json.at("sigmas")) {
      const double sigma = sigmas.at(0).get<double>();
      parameters.channels.push_back(
          {static_cast<std::int64_t>(parameters.channels.size()), {sigma, sigma, sigma}});
    }
    apply_blur(parameters, sample.image, sample.extent);
  } else if (kind == "brightness_shift") {
    apply_brightness_shift(factors(json.at("shift")), sample.image, voxels);
  } else if (kind == "contrast") {
    apply_contrast(factors(json.at("multipliers")), false, sample.image, voxels);
  } else if (kind == "blank_rectangles") {
    std::vector<BlankRectangle> rectangles;
    for (std::size_t c = 0; c < json.at("rectangles").size(); ++c) {
      for (const auto& box : json.at("rectangles").at(c)) {
        BlankRectangle rectangle{static_cast<std::int64_t>(c), {{0, 0, 0}, {1, 1, 1}}};
        for (std::size_t i = 0; i < box.at(0).size(); ++i) {
          rectangle.box.lower[axis_of(sample, i)] = box.at(0).at(i).get<std::int64_t>();
          rectangle.box.upper[axis_of(sample, i)] = box.at(1).at(i).get<std::int64_t>();
        }
        rectangles.push_back(rectangle);
      }
    }
    apply_blank_rectangles(rectangles, sample.image, sample.extent);
  } else if (kind == "brightness_gradient") {
    apply_brightness_gradient(local_changes(json, sample), sample.image, sample.extent);
  } else if (kind == "local_gamma") {
    apply_local_gamma(local_changes(json, sample), sample.image, sample.extent);
  } else if (kind == "sharpen") {
    apply_sharpen(factors(json.at("strengths")), sample.image, sample.extent);
  } else {
    FAIL() << "no kernel for " << kind;
  }
}

Sample input_of(const test::Npz& file, const std::string& name) {
  const test::Array& image = file.at(name + "/image");
  const auto& shape = image.shape;
  Sample sample;
  sample.dimension = static_cast<int>(shape.size()) - 1;
  sample.extent = {sample.dimension == 3 ? shape[1] : 1, shape[shape.size() - 2], shape.back()};
  sample.image = image.values<float>();
  sample.seg = file.at(name + "/seg").values<std::int16_t>();
  return sample;
}

TEST(AugmentDa5Golden, EveryEntryAgreesWithTheReference) {
  const auto folder = std::filesystem::path(NNFLOW_SOURCE_DIR) / "tests" / "golden" / "augment";
  std::ifstream text(folder / "da5.json");
  const Json entries = Json::parse(text);
  const test::Npz npz = test::read_npz(folder / "da5.npz");
  std::set<std::string> kinds;
  for (const auto& [name, json] : entries.items()) {
    SCOPED_TRACE(name);
    const std::string input = json.at("input").get<std::string>();
    const std::string kind = name.substr(0, name.find("_" + input));
    kinds.insert(kind);
    const Sample in = input_of(npz, input);
    Sample actual = in;
    apply(kind, json, actual);
    const auto expected = npz.at(name + "/image").values<float>();
    ASSERT_EQ(actual.image.size(), expected.size());
    float largest = 0.0F;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      largest = std::max(largest, std::abs(actual.image[i] - expected[i]));
    }
    EXPECT_LE(largest, 1e-5F);
    if (npz.contains(name + "/seg")) {
      EXPECT_EQ(actual.seg, npz.at(name + "/seg").values<std::int16_t>());
    } else {
      EXPECT_NE(actual.image, in.image);
    }
  }
  EXPECT_EQ(kinds.size(), 10U);
}

}  // namespace
}  // namespace nnflow::augment
