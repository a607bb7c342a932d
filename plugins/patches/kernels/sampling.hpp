// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::patches {

/// What the draws need of a generator; `nnflow::Rng` has it: a uniform integer in [0, bound).
template <class G>
concept IntegerDraws = requires(G& rng, std::uint64_t bound) {
  { rng.integer(bound) } -> std::convertible_to<std::uint64_t>;
};

/// Whether sample `index` of a batch must show foreground: the last samples do, about `fraction` of
/// them (nnunet-training 2.3). Rounds half to even.
[[nodiscard]] bool forces_foreground(std::int64_t index, std::int64_t batch_size, double fraction);

/// Which patches must show foreground.
enum class ForegroundRule {
  kLast,        ///< the last ones of each batch
  kDrawn,       ///< each with probability `fraction`
  kDrawnAsLast  ///< each with the share that kLast has at this batch size
};

/// Share of a batch that `forces_foreground` chooses.
[[nodiscard]] double forced_share(std::int64_t batch_size, double fraction);

/// Whether sample `index` of a batch must show foreground (nnunet-training 2.3). `kLast` draws
/// nothing.
template <class G>
[[nodiscard]] bool draw_forced(
    G& rng, ForegroundRule rule, std::int64_t index, std::int64_t batch_size, double fraction) {
  if (rule == ForegroundRule::kLast) return forces_foreground(index, batch_size, fraction);
  return rng.uniform() <
         (rule == ForegroundRule::kDrawn ? fraction : forced_share(batch_size, fraction));
}

/// First and last permitted start of a box of size `initial` along each axis, both inclusive
/// (nnunet-training 2.5).
struct StartRange {
  imaging::Extent3 first{};
  imaging::Extent3 last{};
};
[[nodiscard]] StartRange start_range(const imaging::Extent3& shape,
                                     const imaging::Extent3& initial,
                                     const imaging::Extent3& final_extent);

/// Voxels of one class, (z, y, x); `annotated` marks the key that stands for everything annotated.
struct ClassVoxels {
  std::span<const std::array<std::int32_t, 3>> voxels;
  bool annotated = false;
};

/// The class a forced patch shows: uniform among those with voxels, where "annotated" counts only
/// if it is alone. Nothing when no class has voxels.
template <IntegerDraws G>
[[nodiscard]] std::optional<std::size_t> draw_class(G& rng, std::span<const ClassVoxels> classes) {
  std::vector<std::size_t> eligible;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (!classes[i].voxels.empty()) eligible.push_back(i);
  }
  if (eligible.size() > 1) {
    std::erase_if(eligible, [&](std::size_t i) { return classes[i].annotated; });
  }
  if (eligible.empty()) return std::nullopt;
  return eligible[rng.integer(eligible.size())];
}

/// The box to read, of size `initial`; it may leave the image. Forced patches start so that a voxel
/// of the drawn class lies at index `initial / 2`, unless the lower bound moves them; unforced ones
/// are uniform, or, when the data set has an ignore label, centred on a voxel of the annotated key.
template <IntegerDraws G>
[[nodiscard]] imaging::Box3 draw_box(G& rng,
                                     const imaging::Extent3& shape,
                                     const imaging::Extent3& initial,
                                     const imaging::Extent3& final_extent,
                                     bool forced,
                                     std::span<const ClassVoxels> classes) {
  std::optional<std::size_t> chosen;
  if (forced) {
    chosen = draw_class(rng, classes);
  } else {
    const auto annotated = std::find_if(classes.begin(), classes.end(),
                                        [](const ClassVoxels& c) { return c.annotated; });
    if (annotated != classes.end() && !annotated->voxels.empty()) {
      chosen = static_cast<std::size_t>(annotated - classes.begin());
    }
  }
  const StartRange range = start_range(shape, initial, final_extent);
  imaging::Box3 box;
  if (chosen) {
    const auto voxels = classes[*chosen].voxels;
    const std::array<std::int32_t, 3>& voxel = voxels[rng.integer(voxels.size())];
    for (std::size_t a = 0; a < 3; ++a) {
      box.lower[a] = std::max(range.first[a], voxel[a] - initial[a] / 2);
    }
  } else {
    for (std::size_t a = 0; a < 3; ++a) {
      const auto choices = static_cast<std::uint64_t>(range.last[a] - range.first[a] + 1);
      box.lower[a] = range.first[a] + static_cast<std::int64_t>(rng.integer(choices));
    }
  }
  for (std::size_t a = 0; a < 3; ++a) box.upper[a] = box.lower[a] + initial[a];
  return box;
}

/// The part of a box that a centre crop of size `extent` keeps: it starts at
/// `floor(size / 2) - extent / 2` on each axis (nnunet-training 3.2).
[[nodiscard]] inline imaging::Box3 centre_box(const imaging::Box3& box,
                                              const imaging::Extent3& extent) {
  imaging::Box3 centre;
  const imaging::Extent3 size = box.extent();
  for (std::size_t a = 0; a < 3; ++a) {
    centre.lower[a] = box.lower[a] + size[a] / 2 - extent[a] / 2;
    centre.upper[a] = centre.lower[a] + extent[a];
  }
  return centre;
}

}  // namespace nnflow::patches
