// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnunet/dataset.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <optional>
#include <string>

namespace nnflow::io {

/// Takes a remark that does not stop the work.
using Warn = std::function<void(const std::string&)>;

/// Text of an extent, "12 x 34 x 56 voxels (z, y, x)".
[[nodiscard]] std::string extent_text(const imaging::Extent3& extent);

/// A case in memory.
struct CaseImages {
  imaging::Volume image;  ///< channels in file order
  std::optional<imaging::LabelMap> label;
};

/// Reads the files of a case and checks all of them (nnunet-data 2.6, 2.7): files that cannot be
/// read, channels and label of another shape or spacing than the first channel, values that are not
/// finite and, where `dataset` is not null, another number of channels and label values that it
/// does not declare. Throws one Error with everything that is wrong, a line each; its code is that
/// of a single finding, else kInvalidData. Other origins, directions and affines are only remarked.
[[nodiscard]] CaseImages read_case(const nnunet::CaseFiles& files,
                                   const nnunet::DatasetDescription* dataset,
                                   const nnunet::ImageReaderWriter& reader,
                                   const Warn& warn);

}  // namespace nnflow::io
