// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Arrays of nnU-Net's resample_torch_fornnunet, made by make_torch_resampling.py. Images agree to
// 1e-4; labels are equal. $NNFLOW_TORCH_RESAMPLING names another file of that script.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <string>

#include <nnflow/imaging/separate_axis.hpp>

#include "postprocess/kernels/export_labels.hpp"
#include "resample/kernels/resample.hpp"
#include "support/npz.hpp"
#include "support/shared.hpp"

namespace nnflow::resample {
namespace {

constexpr float kTolerance = 1e-4F;

template <class T>
std::array<T, 3> three(const test::Array& array) {
  const auto values = array.values<T>();
  return {values.at(0), values.at(1), values.at(2)};
}

std::size_t different(const std::vector<std::int16_t>& a, const std::vector<std::int16_t>& b) {
  std::size_t count = a.size() == b.size() ? 0 : a.size() + b.size();
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) count += a[i] != b[i] ? 1U : 0U;
  return count;
}

std::vector<std::int16_t> first_highest(const std::vector<float>& logits, std::int64_t heads) {
  const std::size_t voxels = logits.size() / static_cast<std::size_t>(heads);
  std::vector<std::int16_t> labels(voxels, 0);
  for (std::size_t i = 0; i < voxels; ++i) {
    for (std::int64_t head = 1; head < heads; ++head) {
      const auto best = static_cast<std::size_t>(labels[i]);
      if (logits[static_cast<std::size_t>(head) * voxels + i] > logits[best * voxels + i]) {
        labels[i] = static_cast<std::int16_t>(head);
      }
    }
  }
  return labels;
}

TEST(TorchResampling, EqualsTheReference) {
  const char* other = std::getenv("NNFLOW_TORCH_RESAMPLING");
  const std::string file =
      other != nullptr ? other : NNFLOW_SOURCE_DIR "/tests/golden/resample/torch_resampling.npz";
  const test::Npz arrays = test::read_npz(file);
  int cases = 0;
  for (; arrays.count(std::to_string(cases) + "_image") != 0; ++cases) {
    SCOPED_TRACE("case " + std::to_string(cases));
    const auto array = [&](const char* name) -> const test::Array& {
      return arrays.at(std::to_string(cases) + "_" + name);
    };
    const auto force = array("force").values<int>().at(0);
    const auto separate =
        imaging::separate_axis(three<double>(array("current")), three<double>(array("target")),
                               force < 0 ? std::nullopt : std::optional<bool>(force > 0));
    const auto& shape = array("image").shape;
    const Extent3 from{shape.at(1), shape.at(2), shape.at(3)};
    const auto to = three<std::int64_t>(array("shape"));

    const auto image = array("image").values<float>();
    const auto expected = array("out_image").values<float>();
    std::vector<float> result(expected.size());
    torch_resample_channels(image, from, result, to, separate);
    float largest = 0.0F;
    for (std::size_t i = 0; i < result.size(); ++i) {
      largest = std::max(largest, std::abs(result[i] - expected[i]));
    }
    EXPECT_LE(largest, kTolerance);

    // Images of several channels stand for logits: the export of labels resamples them likewise.
    const auto heads = shape.at(0);
    if (heads > 1) {
      postprocess::ExportGeometry geometry;
      geometry.grid = from;
      geometry.crop = {{0, 0, 0}, to};
      geometry.uncropped = to;
      geometry.separate_axis = separate;
      geometry.positions = postprocess::LinearPositions::kTorch;
      const auto exported = postprocess::export_labels(image, heads, geometry, {},
                                                       postprocess::LogitRounding::kSingle, 1);
      EXPECT_EQ(different(exported, first_highest(expected, heads)), 0U);
    }

    const auto label = array("label").values<std::int16_t>();
    std::vector<std::int16_t> labels(static_cast<std::size_t>(imaging::voxel_count(to)));
    torch_resample_labels(label, from, labels, to, separate);
    const auto wrong = different(labels, array("out_label").values<std::int16_t>());
    EXPECT_EQ(wrong, 0U) << "of " << labels.size();
    torch_resample_labels(label, from, labels, to, separate, TorchLabelRule::kAboveHalf);
    const auto wrong_half = different(labels, array("out_half").values<std::int16_t>());
    EXPECT_EQ(wrong_half, 0U) << "of " << labels.size();
    if (other != nullptr) {
      std::cout << "case " << cases << ": image " << largest << ", labels " << wrong << " and "
                << wrong_half << " of " << labels.size() << "\n";
    }
  }
  EXPECT_GE(cases, 9);
}

TEST(TorchResampling, GivesEqualBytesForAnyNumberOfThreads) {
  const Extent3 from{5, 9, 11};
  const Extent3 to{9, 8, 14};
  std::vector<float> image(2U * 5U * 9U * 11U);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = std::sin(static_cast<float>(i));
  std::vector<float> one(2U * 9U * 8U * 14U);
  std::vector<float> three_threads(one.size());
  for (const SeparateZ separate : {SeparateZ{}, SeparateZ{1}}) {
    torch_resample_channels(image, from, one, to, separate, 1);
    torch_resample_channels(image, from, three_threads, to, separate, 3);
    EXPECT_EQ(one, three_threads);
  }
}

}  // namespace
}  // namespace nnflow::resample
