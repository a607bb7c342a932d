// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/imaging/volume.hpp>
#include <utility>

#include "io/kernels/phantom.hpp"

namespace nnflow::io {

/// A phantom as image and label map in a grid whose axes point left to right and back to front, as
/// scanners write it.
[[nodiscard]] std::pair<imaging::Volume, imaging::LabelMap> phantom_case(const Phantom& phantom);

}  // namespace nnflow::io
