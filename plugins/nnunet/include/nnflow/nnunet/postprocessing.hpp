// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/labels.hpp"

namespace nnflow::nnunet {

/// One "keep the largest component" step of postprocessing.pkl (nnunet-inference 6.4).
struct PostprocessingStep {
  std::vector<LabelOrRegion> labels_or_regions;  ///< merged into one mask
  bool is_list = false;                          ///< written as a list, also with a single entry
  std::int64_t background_label = 0;

  friend bool operator==(const PostprocessingStep&, const PostprocessingStep&) = default;
};

[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<PostprocessingStep> postprocessing_from_pickle(
    std::string_view bytes, std::string_view source);
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<PostprocessingStep> read_postprocessing(
    const std::filesystem::path& path);
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string postprocessing_to_pickle(
    const std::vector<PostprocessingStep>& steps);
NNFLOW_NNUNET_EXPORT void write_postprocessing(const std::filesystem::path& path,
                                               const std::vector<PostprocessingStep>& steps);

}  // namespace nnflow::nnunet
