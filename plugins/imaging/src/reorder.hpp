// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "orientation.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {

/// Reorders the axes of an image of one frame: voxels, extent, spacing and ITK's geometry.
void reorder(RawImage& raw, const AxisMap& map);

/// Gives an image the geometry that nibabel's readers leave of a file with this affine, turned to
/// RAS+ with `reorient`. `raw.header.spacing` is that of the file. Throws std::invalid_argument for
/// an affine that has no orientation.
void set_nibabel_geometry(RawImage& raw, const Affine& affine, bool reorient);

}  // namespace nnflow::imaging
