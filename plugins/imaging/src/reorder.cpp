// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "reorder.hpp"

#include <algorithm>
#include <cmath>

namespace nnflow::imaging {
namespace {

/// numpy's `allclose`: below it, nibabel keeps the voxel sizes of the header.
bool all_close(const Affine& a, const Affine& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) {
    return std::abs(x - y) <= 1e-8 + 1e-5 * std::abs(y);
  });
}

/// To single precision and back, as a header stores it. Not inlined: GCC 12 drops the rounding
/// where it vectorises several of them at -O3.
[[gnu::noinline]] double stored(double value) { return static_cast<float>(value); }

}  // namespace

void reorder(RawImage& raw, const AxisMap& map) {
  if (map.is_identity()) return;
  ImageHeader& header = raw.header;
  const Extent3 extent = header.extent;
  header.geometry = reordered(header.geometry, map, extent);
  header.extent = reordered(extent, map);
  const auto& mm = header.geometry.spacing;
  header.spacing = {mm[2], mm[1], mm[0]};
  if (raw.voxels.empty()) return;
  const auto components = static_cast<std::size_t>(raw.components);
  const std::size_t element = scalar_bytes(raw.scalar) * (raw.planar ? 1 : components);
  const std::size_t blocks = raw.planar ? components : 1;
  const std::size_t bytes = raw.voxels.size() / blocks;
  std::vector<std::byte> out;
  out.reserve(raw.voxels.size());
  for (std::size_t block = 0; block < blocks; ++block) {
    const auto part =
        reordered(std::span(raw.voxels).subspan(block * bytes, bytes), element, extent, map);
    out.insert(out.end(), part.begin(), part.end());
  }
  raw.voxels = std::move(out);
}

void set_nibabel_geometry(RawImage& raw, const Affine& affine, bool reorient) {
  ImageHeader& header = raw.header;
  if (!reorient) {
    header.geometry = nibabel_geometry(affine, std::nullopt, header.spacing);
    return;
  }
  const AxisMap map = to_canonical(affine);
  const Affine turned = map.is_identity() ? affine : reordered(affine, map, header.extent);
  const Spacing3 original = header.spacing;
  reorder(raw, map);
  header.spacing = original;
  if (!map.is_identity() && !all_close(turned, affine)) {
    const auto lengths = column_lengths(turned);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      header.spacing[2 - axis] = stored(lengths[axis]);
    }
  }
  header.geometry = nibabel_geometry(affine, turned, header.spacing);
}

}  // namespace nnflow::imaging
