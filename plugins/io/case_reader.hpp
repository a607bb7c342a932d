// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <string>

namespace nnflow::io {

/// Takes a remark that does not stop the work.
using Warn = std::function<void(const std::string&)>;

/// Text of an extent, "12 x 34 x 56 voxels (z, y, x)".
[[nodiscard]] std::string extent_text(const imaging::Extent3& extent);

/// Reads the files of a case into one volume, channels in file order. `dataset` may be null; with
/// it the number of channels is checked. Throws Error(kInvalidData) for files whose shape or
/// spacing differs from the first's and for values that are not finite; other origins and
/// directions are only remarked (nnunet-data 2.6).
[[nodiscard]] imaging::Volume read_case_image(const nnunet::CaseFiles& files,
                                              const nnunet::DatasetDescription* dataset,
                                              const Warn& warn);

/// Reads the label map of a case, which must fit its image; with `dataset`, every value must be
/// declared.
[[nodiscard]] imaging::LabelMap read_case_label(const nnunet::CaseFiles& files,
                                                const imaging::Volume& image,
                                                const nnunet::DatasetDescription* dataset,
                                                const Warn& warn);

}  // namespace nnflow::io
