// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "nnflow/interface.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::nnunet {

/// Makes `dataset` name the class that a plans file names, as `overwrite_image_reader_writer`: what
/// reads and writes the files of a folder of predictions (nnunet-inference 6, 7). Throws Error(kIo)
/// or Error(kInvalidData) for a file that holds no plans, and for a class that does not exist,
/// naming the file and the classes that do.
NNFLOW_NNUNET_EXPORT void take_reader_of_plans(const std::filesystem::path& plans,
                                               const InterfaceCatalog& catalog,
                                               DatasetDescription& dataset);

/// Class that reads and writes files of `dataset`: that of `plans`, which must exist; else the one
/// that `dataset` names, if it exists; else an empty name, the choice of the file's ending or
/// geometry. Either may be null.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string named_reader(const Plans* plans,
                                                            const DatasetDescription* dataset,
                                                            const InterfaceCatalog& catalog);

}  // namespace nnflow::nnunet
