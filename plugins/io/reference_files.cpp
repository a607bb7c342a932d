// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/reference_files.hpp"

#include <nnflow/error.hpp>

namespace nnflow::io {

std::filesystem::path reference_folder(const nnunet::DatasetDescription& dataset) {
  return dataset.roots().require_preprocessed() / dataset.name / "gt_segmentations";
}

std::filesystem::path reference_folder(const std::string& given,
                                       const nnunet::DatasetDescription* dataset) {
  if (!given.empty()) return given;
  if (dataset != nullptr) return reference_folder(*dataset);
  throw Error(ErrorCode::kInvalidParam,
              "references: expected a folder, or a data set that has them");
}

std::filesystem::path reference_file(const nnunet::DatasetDescription& dataset,
                                     const std::string& id) {
  const std::filesystem::path copied = reference_folder(dataset) / (id + dataset.file_ending);
  if (std::filesystem::exists(copied)) return copied;
  if (dataset.explicit_cases) {
    for (const auto& files : *dataset.explicit_cases) {
      if (files.id == id && files.label) return *files.label;
    }
  }
  const std::filesystem::path raw = dataset.folder / "labelsTr" / (id + dataset.file_ending);
  if (std::filesystem::exists(raw)) return raw;
  throw Error(ErrorCode::kIo, "case " + id + ": no reference segmentation, expected " +
                                  copied.string() + " or " + raw.string());
}

}  // namespace nnflow::io
