// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>

#include "nnflow/imaging/extent.hpp"

namespace nnflow::imaging {

/// Spacing of a TIFF stack from `<name>.json` beside it, `{"spacing": [z, y, x]}` in mm; `<name>`
/// is the file name without its ending and, for images, without `_CCCC` (nnunet-data 2.6). Nothing
/// when there is no side-car.
[[nodiscard]] std::optional<Spacing3> read_sidecar_spacing(const std::filesystem::path& image);

}  // namespace nnflow::imaging
