// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "augment/kernels/intensity/brightness_shift.hpp"

namespace nnflow::augment {

void apply_brightness_shift(std::span<const ChannelFactor> shifts,
                            std::span<float> image,
                            std::int64_t voxels) {
  const auto count = static_cast<std::size_t>(voxels);
  for (const ChannelFactor& entry : shifts) {
    for (float& v : image.subspan(static_cast<std::size_t>(entry.channel) * count, count)) {
      v += entry.factor;
    }
  }
}

}  // namespace nnflow::augment
