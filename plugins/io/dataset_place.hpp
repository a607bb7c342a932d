// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace nnflow::io {

/// Where the description of a data set lies.
struct DatasetPlace {
  std::filesystem::path file;  ///< dataset.json
  bool raw = true;             ///< beside the images and labels that it describes
};

/// Of `dataset`: a dataset.json, a folder that holds one, or a name or number below nnUNet_raw (of
/// the environment, else of `workspace`). With `or_preprocessed` one that is named and has no raw
/// folder is the copy in its preprocessed folder. Throws Error(kIo) or Error(kInvalidParam) where
/// there is none.
[[nodiscard]] DatasetPlace find_dataset(const std::string& dataset,
                                        const std::string& workspace,
                                        bool or_preprocessed);

}  // namespace nnflow::io
