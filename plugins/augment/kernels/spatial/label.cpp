// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstring>

#include "augment/kernels/spatial/source_row.hpp"

namespace nnflow::augment {
namespace {

using imaging::Extent3;
using Label = std::int16_t;

constexpr Label kOutside = -1;
constexpr float kScale = 1000.0F;

// Rounds to the nearest half-precision number, ties to even. Scores far below the best one need no
// care, so subnormals are not treated.
float round_to_half(float value) {
  auto bits = std::bit_cast<std::uint32_t>(value);
  bits += 0xfffU + ((bits >> 13U) & 1U);
  return std::bit_cast<float>(bits & ~0x1fffU);
}

// The distinct labels of a map in ascending order, or more than two of them ("many").
struct LabelSet {
  std::array<Label, 2> label{};
  std::size_t count = 0;
  [[nodiscard]] bool many() const { return count > 2; }

  void add(Label value) {
    if (many() || (count > 0 && label[0] == value) || (count > 1 && label[1] == value)) return;
    if (count < 2) label[count] = value;
    ++count;
    if (count == 2 && label[1] < label[0]) std::swap(label[0], label[1]);
  }
};

LabelSet distinct_labels(std::span<const Label> map) {
  constexpr std::size_t kBlock = 256;
  LabelSet set;
  for (std::size_t start = 0; start < map.size() && !set.many(); start += kBlock) {
    const std::span<const Label> block = map.subspan(start, std::min(kBlock, map.size() - start));
    const Label a = set.label[0];
    const Label b = set.label[set.count > 1 ? 1 : 0];
    unsigned other = set.count == 0 ? 1U : 0U;
    for (const Label v : block)
      other |= static_cast<unsigned>(v != a) & static_cast<unsigned>(v != b);
    if (other == 0) continue;
    for (const Label v : block) set.add(v);
  }
  return set;
}

class LabelSampler {
 public:
  LabelSampler(std::span<const Label> map, const Extent3& extent, const SourceRow& row)
      : map_(map.data()), extent_(extent), row_(row), pads_(row.may_leave()) {
    labels_ = distinct_labels(map);
    if (pads_) labels_.add(kOutside);
  }

  void sample_nearest(std::size_t width, Label* out) const {
    for (std::size_t x = 0; x < width; ++x) out[x] = nearest(x);
  }

  void sample(std::size_t width, Label* out) const {
    if (labels_.count == 1) {
      std::fill_n(out, width, labels_.label[0]);
      return;
    }
    for (std::size_t x = 0; x < width; ++x) {
      const std::int64_t offset = row_.interior_offset(x);
      out[x] = offset >= 0 && uniform(map_ + offset) ? map_[offset] : decide(x);
    }
  }

 private:
  // Whether all corner voxels carry one label: pairs along x are compared as one word.
  [[nodiscard]] bool uniform(const Label* p) const {
    const auto pair = [](const Label* at) {
      std::uint32_t word = 0;
      std::memcpy(&word, at, sizeof word);
      return word;
    };
    const std::uint32_t first = pair(p);
    if ((first >> 16U) != (first & 0xffffU) || pair(p + extent_[2]) != first) return false;
    if (row_.planar()) return true;
    const Label* const q = p + extent_[1] * extent_[2];
    return pair(q) == first && pair(q + extent_[2]) == first;
  }

  [[nodiscard]] Label decide(std::size_t x) const {
    const Corners corners = corners_of(row_, x);
    std::array<Label, 8> label;
    std::array<bool, 8> in;
    for (std::size_t k = 0; k < 8; ++k) {
      const Extent3 at = corners.voxel(k);
      in[k] = inside(at, extent_);
      label[k] = in[k] ? map_[imaging::linear_index(extent_, at[0], at[1], at[2])] : kOutside;
    }
    const auto score = [&](Label wanted) {
      const float floor = pads_ && wanted == kOutside ? -1.0F : 0.0F;
      float sum = 0.0F;
      for (std::size_t k = 0; k < 8; ++k) {
        if (in[k])
          sum += (static_cast<float>(label[k] == wanted) + floor) * kScale * corners.weight[k];
      }
      return round_to_half(floor < 0.0F ? sum + kScale : sum);
    };
    if (labels_.count == 2) {
      const float high = score(labels_.label[1]);
      if (high == kScale / 2.0F) return nearest(x);
      return labels_.label[high > kScale / 2.0F ? 1 : 0];
    }
    std::array<Label, 8> order = label;
    std::sort(order.begin(), order.end());
    const auto end = std::unique(order.begin(), order.end());
    Label winner = order[0];
    float best = score(winner);
    const Label near = nearest(x);
    float near_score = near == winner ? best : -1.0F;
    for (auto it = order.begin() + 1; it != end; ++it) {
      const float current = score(*it);
      if (*it == near) near_score = current;
      if (current > best) {
        best = current;
        winner = *it;
      }
    }
    return near_score == best ? near : winner;
  }

  [[nodiscard]] Label nearest(std::size_t x) const {
    const Extent3 at = row_.nearest(x);
    return inside(at, extent_) ? map_[imaging::linear_index(extent_, at[0], at[1], at[2])]
                               : kOutside;
  }

  const Label* map_;
  Extent3 extent_;
  const SourceRow& row_;
  bool pads_;
  LabelSet labels_;
};

}  // namespace

void transform_label(const SpatialParameters& parameters,
                     std::span<const Label> in,
                     const Extent3& in_extent,
                     std::span<Label> out,
                     const Extent3& out_extent) {
  if (!parameters.interpolate) {
    center_crop(in, in_extent, out, out_extent, kOutside);
    return;
  }
  const auto width = static_cast<std::size_t>(out_extent[2]);
  SourceRow row(parameters.affine, in_extent, out_extent);
  // Planar transforms treat every slice as a map of its own, with its own set of labels.
  const Extent3 unit = row.planar() ? Extent3{1, in_extent[1], in_extent[2]} : in_extent;
  const auto unit_voxels = static_cast<std::size_t>(imaging::voxel_count(unit));
  SourceRow unit_row(parameters.affine, unit,
                     row.planar() ? Extent3{1, out_extent[1], out_extent[2]} : out_extent);
  for (std::int64_t first = 0; first < out_extent[0]; first += row.planar() ? 1 : out_extent[0]) {
    const std::int64_t slices = row.planar() ? 1 : out_extent[0];
    const LabelSampler sampler(
        row.planar() ? in.subspan(static_cast<std::size_t>(first) * unit_voxels, unit_voxels) : in,
        unit, unit_row);
    for (std::int64_t z = 0; z < slices; ++z) {
      for (std::int64_t y = 0; y < out_extent[1]; ++y) {
        unit_row.move_to(z, y);
        Label* const line = out.data() + imaging::linear_index(out_extent, first + z, y, 0);
        if (parameters.label == Interpolation::kNearest) {
          sampler.sample_nearest(width, line);
        } else {
          sampler.sample(width, line);
        }
      }
    }
  }
}

}  // namespace nnflow::augment
