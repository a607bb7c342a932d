// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Every entry of golden/augment: transforms with the parameters that the reference drew.
// Tolerance: images 1e-5 (float sums in another order), labels equal.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "augment/kernels/intensity/brightness.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/spatial/mirror.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "support/npz.hpp"
#include "support/shared.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Json = nlohmann::json;

// One side of an entry; arrays have axes (c, [z,] y, x).
struct Sample {
  Extent3 extent{};
  std::vector<float> image;
  std::vector<std::int16_t> seg;
};

Sample sample_of(const test::Npz& file, const std::string& prefix) {
  const test::Array& image = file.at(prefix + "image");
  const auto& shape = image.shape;
  Sample sample;
  sample.extent = {shape.size() == 4 ? shape[1] : 1, shape[shape.size() - 2], shape.back()};
  sample.image = image.values<float>();
  if (file.contains(prefix + "seg")) sample.seg = file.at(prefix + "seg").values<std::int16_t>();
  return sample;
}

std::vector<ChannelFactor> factors_of(const Json& json, const std::string& key) {
  std::vector<ChannelFactor> factors;
  const auto values = json.at(key).get<std::vector<double>>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    factors.push_back(
        {json.at("apply_to_channel").at(i).get<std::int64_t>(), static_cast<float>(values[i])});
  }
  return factors;
}

// Per-axis values as (z, y, x); 2D entries get `missing` for z.
template <class T>
std::array<T, 3> per_axis(const Json& json, T missing) {
  std::array<T, 3> values{missing, missing, missing};
  const std::size_t skip = 3 - json.size();
  for (std::size_t a = 0; a < json.size(); ++a) values[a + skip] = json.at(a).get<T>();
  return values;
}

Sample blur(const Json& json, const Sample& in, const Sample&) {
  Sample out = in;
  BlurParameters parameters;
  for (std::int64_t c = 0; c < static_cast<std::int64_t>(json.at("apply_to_channel").size()); ++c) {
    if (!json.at("apply_to_channel").at(static_cast<std::size_t>(c)).get<bool>()) continue;
    const std::size_t j = parameters.channels.size();
    parameters.channels.push_back({c, per_axis<double>(json.at("sigmas").at(j), 0.0)});
  }
  apply_blur(parameters, out.image, in.extent);
  return out;
}

Sample low_resolution(const Json& json, const Sample& in, const Sample&) {
  Sample out = in;
  LowResolutionParameters parameters;
  for (std::size_t j = 0; j < json.at("scales").size(); ++j) {
    parameters.channels.push_back({json.at("apply_to_channel").at(j).get<std::int64_t>(),
                                   per_axis<float>(json.at("scales").at(j), 1.0F)});
  }
  apply_low_resolution(parameters, out.image, in.extent);
  return out;
}

Sample brightness(const Json& json, const Sample& in, const Sample&) {
  Sample out = in;
  apply_brightness(factors_of(json, "multipliers"), out.image, imaging::voxel_count(in.extent));
  return out;
}

Sample contrast(const Json& json, const Sample& in, const Sample&) {
  Sample out = in;
  apply_contrast(factors_of(json, "multipliers"), true, out.image, imaging::voxel_count(in.extent));
  return out;
}

Sample gamma(const Json& json, const Sample& in, const Sample&) {
  Sample out = in;
  const auto factors = factors_of(json, "gamma");
  for (std::size_t i = 0; i < factors.size(); ++i) {
    apply_gamma(std::span(factors).subspan(i, 1), json.at("invert_image").at(i).get<bool>(),
                out.image, imaging::voxel_count(in.extent));
  }
  return out;
}

Sample mirror(const Json& json, const Sample& in, const Sample& shape) {
  Sample out = in;
  const std::size_t skip = shape.extent[0] == 1 ? 1 : 0;
  MirrorParameters flip{};
  for (const auto& axis : json.at("axes")) flip[axis.get<std::size_t>() + skip] = true;
  apply_mirror(flip, std::span(out.image), in.extent);
  apply_mirror(flip, std::span(out.seg), in.extent);
  return out;
}

Sample spatial(const Json& json, const Sample& in, const Sample& shape) {
  SpatialParameters parameters;
  const Json& affine = json.at("affine");
  parameters.interpolate = !affine.is_null();
  const std::size_t skip = 3 - (affine.is_null() ? 3 : affine.size());
  for (std::size_t i = 0; i < affine.size(); ++i) {
    for (std::size_t j = 0; j < affine.size(); ++j) {
      parameters.affine[i + skip][j + skip] = affine.at(i).at(j).get<double>();
    }
  }
  Sample out = shape;
  transform_image(parameters, in.image, in.extent, out.image, out.extent);
  if (!in.seg.empty()) transform_label(parameters, in.seg, in.extent, out.seg, out.extent);
  return out;
}

const std::map<std::string, std::function<Sample(const Json&, const Sample&, const Sample&)>>&
transforms() {
  static const std::map<std::string,
                        std::function<Sample(const Json&, const Sample&, const Sample&)>>
      kTransforms{
          {"blur", blur},     {"brightness", brightness}, {"contrast", contrast},
          {"gamma", gamma},   {"gamma_inverted", gamma},  {"low_resolution", low_resolution},
          {"mirror", mirror}, {"spatial", spatial},       {"spatial_identity", spatial}};
  return kTransforms;
}

void check_entry(const std::filesystem::path& file) {
  SCOPED_TRACE(file.filename().string());
  const std::string stem = file.stem().string();
  const std::size_t end = stem.rfind('_', stem.rfind('_') - 1);  // before "_<2d or 3d>_<n>"
  const auto transform = transforms().find(stem.substr(0, end));
  ASSERT_NE(transform, transforms().end()) << "no kernel for " << stem;

  std::ifstream text(file);
  const Json json = Json::parse(text);
  const test::Npz npz = test::read_npz(std::filesystem::path(file).replace_extension(".npz"));
  const Sample in = sample_of(npz, "");
  const Sample expected = sample_of(npz, "out_");
  const Sample actual = transform->second(json, in, expected);
  ASSERT_EQ(actual.image.size(), expected.image.size());
  float largest = 0.0F;
  for (std::size_t i = 0; i < actual.image.size(); ++i) {
    largest = std::max(largest, std::abs(actual.image[i] - expected.image[i]));
  }
  EXPECT_LE(largest, 1e-5F);
  EXPECT_EQ(actual.seg, expected.seg);
}

TEST(AugmentGolden, EveryEntryAgreesWithTheReference) {
  const std::filesystem::path folder = test::shared_dir() / "golden" / "augment";
  NNFLOW_REQUIRE_PATH(folder);
  const std::vector<std::filesystem::path> entries = test::children(folder, ".json");
  EXPECT_FALSE(entries.empty());
  for (const auto& entry : entries) check_entry(entry);
}

}  // namespace
}  // namespace nnflow::augment
