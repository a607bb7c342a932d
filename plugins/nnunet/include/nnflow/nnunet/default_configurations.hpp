// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace nnflow::nnunet {

/// Whether a configuration is one that nnU-Net plans by itself. Plans of a data set may lack some
/// of these (commands name them all by default); any other name that they lack is a mistake.
[[nodiscard]] inline bool is_default_configuration(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"2d", "3d_fullres", "3d_lowres",
                                                   "3d_cascade_fullres"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace nnflow::nnunet
