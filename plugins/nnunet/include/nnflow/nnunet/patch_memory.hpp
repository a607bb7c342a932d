// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// Memory of patches goes round: new pages cost more than filling them does. Safe from any thread.

/// Values whose contents are unspecified: memory that was given back, or new.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<float> take_image_memory(std::size_t values);
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::int16_t> take_seg_memory(std::size_t values);

/// Keeps it for a later `take` of the same size, up to 512 MiB in all; frees what is beyond.
NNFLOW_NNUNET_EXPORT void give_back_memory(std::vector<float> image);
NNFLOW_NNUNET_EXPORT void give_back_memory(std::vector<std::int16_t> seg);

}  // namespace nnflow::nnunet
