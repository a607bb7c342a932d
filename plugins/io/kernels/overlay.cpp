// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/overlay.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace nnflow::io {
namespace {
using Colour = std::array<std::uint8_t, 3>;

constexpr std::array<Colour, kOverlayColours> kColours{{{0x00, 0x00, 0x00},
                                                        {0x43, 0x63, 0xd8},
                                                        {0xf5, 0x82, 0x31},
                                                        {0x3c, 0xb4, 0x4b},
                                                        {0xe6, 0x19, 0x4b},
                                                        {0x91, 0x1e, 0xb4},
                                                        {0xff, 0xe1, 0x19},
                                                        {0xbf, 0xef, 0x45},
                                                        {0x42, 0xd4, 0xf4},
                                                        {0xf0, 0x32, 0xe6},
                                                        {0x00, 0x00, 0x75},
                                                        {0x9a, 0x63, 0x24},
                                                        {0x80, 0x80, 0x00},
                                                        {0x80, 0x00, 0x00},
                                                        {0x46, 0x99, 0x90}}};

// Divides by the largest value; a picture without any stays black.
void scale_to_255(std::vector<float>& values) {
  const float largest = values.empty() ? 0.0F : *std::max_element(values.begin(), values.end());
  for (float& v : values) v = largest > 0.0F ? v / largest * 255.0F : 0.0F;
}

}  // namespace

std::int64_t overlay_slice(std::span<const std::int16_t> labels, const imaging::Extent3& extent) {
  const auto slices = static_cast<std::size_t>(extent[0]);
  const auto per_slice = static_cast<std::size_t>(extent[1] * extent[2]);
  std::map<std::int16_t, std::vector<double>> counts;
  for (std::size_t z = 0; z < slices; ++z) {
    for (const std::int16_t label : labels.subspan(z * per_slice, per_slice)) {
      if (label <= 0) continue;
      std::vector<double>& count = counts[label];
      if (count.empty()) count.resize(slices);
      count[z] += 1.0;
    }
  }
  std::vector<double> shares(slices, 0.0);
  double total = 0.0;
  for (const auto& [label, count] : counts) {
    double voxels = 0.0;
    for (const double n : count) voxels += n;
    const double divisor = total + voxels;
    for (std::size_t z = 0; z < slices; ++z) shares[z] += count[z] / divisor;
    total += voxels / divisor;
  }
  return std::distance(shares.begin(), std::max_element(shares.begin(), shares.end()));
}

std::vector<std::uint8_t> overlay_picture(std::span<const float> image,
                                          std::span<const std::int16_t> labels,
                                          double intensity) {
  std::map<std::int16_t, std::size_t> colour_of;
  for (const std::int16_t label : labels) colour_of[std::max<std::int16_t>(label, 0)] = 0;
  if (colour_of.size() > kColours.size()) throw std::invalid_argument("more labels than colours");
  std::size_t next = 0;
  for (auto& [label, index] : colour_of) index = next++;

  std::vector<float> gray(image.begin(), image.end());
  const float smallest = gray.empty() ? 0.0F : *std::min_element(gray.begin(), gray.end());
  for (float& v : gray) v -= smallest;
  scale_to_255(gray);

  std::vector<float> rgb(gray.size() * 3);
  for (std::size_t i = 0; i < gray.size(); ++i) {
    const Colour& colour = kColours[colour_of[std::max<std::int16_t>(labels[i], 0)]];
    for (std::size_t c = 0; c < 3; ++c) {
      rgb[3 * i + c] = static_cast<float>(static_cast<double>(gray[i]) + intensity * colour[c]);
    }
  }
  scale_to_255(rgb);
  std::vector<std::uint8_t> picture(rgb.size());
  std::transform(rgb.begin(), rgb.end(), picture.begin(),
                 [](float v) { return static_cast<std::uint8_t>(v); });
  return picture;
}

}  // namespace nnflow::io
