// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nnflow/imaging/volume.hpp>
#include <nnflow/nnflow.hpp>
#include <nnflow/nnunet/reader_writer.hpp>
#include <string>

namespace nnflow::io {

/// Publishes `<folder>/<name><ending>`, and for a TIFF stack its side-car `<name>.json`. `writer`
/// (may be null) writes the file.
void publish_labels(Context& ctx,
                    const std::filesystem::path& folder,
                    const std::string& name,
                    const std::string& ending,
                    const imaging::LabelMap& labels,
                    const nnunet::ImageReaderWriter* writer = nullptr);

/// Empty for an ending that images can be written with, else what is wrong with the parameter.
[[nodiscard]] std::string check_ending(const std::string& ending);

}  // namespace nnflow::io
