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

  void sample_nearest(std::span<Label> out) const {
    for (std::size_t x = 0; x < out.size(); ++x) out[x] = nearest(x);
  }

  void sample(std::span<Label> out) const {
    if (labels_.count == 1) {
      std::fill(out.begin(), out.end(), labels_.label[0]);
      return;
    }
    const auto [first, last] = row_.interior();
    for (std::size_t x = 0; x < first; ++x) out[x] = decide(x);
    if (row_.planar()) {
      for (std::size_t x = first; x < last; ++x) out[x] = inside_plane(x);
    } else {
      for (std::size_t x = first; x < last; ++x) out[x] = inside_volume(x);
    }
    for (std::size_t x = last; x < out.size(); ++x) out[x] = decide(x);
  }

 private:
  // Two labels side by side, the one at the lower x in the low half.
  static std::uint32_t pair(const Label* at) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
  }

  [[nodiscard]] Label inside_plane(std::size_t x) const {
    const Label* const p = map_ + row_.offset()[x];
    const std::array<std::uint32_t, 2> pairs{pair(p), pair(p + extent_[2])};
    return same(pairs) ? *p : of_two(pairs, x);
  }

  [[nodiscard]] Label inside_volume(std::size_t x) const {
    const Label* const p = map_ + row_.offset()[x];
    const Label* const q = p + extent_[1] * extent_[2];
    const std::array<std::uint32_t, 4> pairs{pair(p), pair(p + extent_[2]), pair(q),
                                             pair(q + extent_[2])};
    return same(pairs) ? *p : of_two(pairs, x);
  }

  template <std::size_t N>
  static bool same(const std::array<std::uint32_t, N>& pairs) {
    const std::uint32_t low = pairs[0] & 0xffffU;
    const std::uint32_t both = low << 16U | low;
    std::uint32_t other = 0;
    for (const std::uint32_t word : pairs) other |= word ^ both;
    return other == 0;
  }

  // Corners of just two labels, as they mostly are: the scores add up to the whole, so one of them
  // tells the winner unless they are about equal.
  template <std::size_t N>
  [[nodiscard]] Label of_two(const std::array<std::uint32_t, N>& pairs, std::size_t x) const {
    constexpr float kTieZone = 0.002F;  // four times the step of the scores, which are of 1000
    std::array<std::uint32_t, 2 * N> corner;
    for (std::size_t k = 0; k < N; ++k) {
      corner[2 * k] = pairs[k] & 0xffffU;
      corner[2 * k + 1] = pairs[k] >> 16U;
    }
    const std::uint32_t a = corner[0];
    std::uint32_t b = a;
    for (const std::uint32_t c : corner) b = c == a ? b : c;
    bool two = true;
    std::array<float, 2 * N> is_a;
    for (std::size_t k = 0; k < 2 * N; ++k) {
      two = two && (corner[k] == a || corner[k] == b);
      is_a[k] = corner[k] == a ? 1.0F : 0.0F;
    }
    if (!two) return decide(x);
    const auto between = [](float low, float high, float part) {
      return low + part * (high - low);
    };
    const float fx = row_.fraction(2)[x];
    const float fy = row_.fraction(1)[x];
    float score = between(between(is_a[0], is_a[1], fx), between(is_a[2], is_a[3], fx), fy);
    if constexpr (N == 4) {
      const float far = between(between(is_a[4], is_a[5], fx), between(is_a[6], is_a[7], fx), fy);
      score = between(score, far, row_.fraction(0)[x]);
    }
    if (std::abs(score - 0.5F) < kTieZone) return decide(x);
    return static_cast<Label>(score > 0.5F ? a : b);
  }

  [[nodiscard]] Label decide(std::size_t x) const {
    if (row_.outside(x)) return kOutside;
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
  const bool planar = SourceRow(parameters.affine, in_extent, out_extent).planar();
  // Planar transforms treat every slice as a map of its own, with its own set of labels.
  const auto unit_of = [planar](const Extent3& extent) {
    return planar ? Extent3{1, extent[1], extent[2]} : extent;
  };
  const Extent3 unit = unit_of(in_extent);
  const Extent3 out_unit = unit_of(out_extent);
  const auto unit_voxels = static_cast<std::size_t>(imaging::voxel_count(unit));
  SourceRow row(parameters.affine, unit, out_unit);
  for (std::int64_t slice = 0; slice < out_extent[0]; slice += out_unit[0]) {
    const LabelSampler sampler(
        in.subspan(static_cast<std::size_t>(slice) * unit_voxels, unit_voxels), unit, row);
    for (std::int64_t z = 0; z < out_unit[0]; ++z) {
      for (std::int64_t y = 0; y < out_unit[1]; ++y) {
        row.move_to(z, y);
        const std::span<Label> line = out.subspan(
            static_cast<std::size_t>(imaging::linear_index(out_extent, slice + z, y, 0)),
            static_cast<std::size_t>(out_extent[2]));
        if (parameters.label == Interpolation::kNearest) {
          sampler.sample_nearest(line);
        } else {
          sampler.sample(line);
        }
      }
    }
  }
}

}  // namespace nnflow::augment
