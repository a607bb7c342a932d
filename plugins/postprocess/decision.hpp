// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/postprocessing.hpp>
#include <nnflow/payload.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace nnflow::postprocess {

/// The post-processing that a model needs: steps to apply one after another, none when nothing
/// helps.
struct Decision {
  std::vector<nnunet::PostprocessingStep> steps;
};

}  // namespace nnflow::postprocess

namespace nnflow {

template <>
struct PayloadTraits<postprocess::Decision> {
  static constexpr std::string_view kId = "nnunet.postprocessing/1";
  static std::size_t bytes(const postprocess::Decision& value) {
    return value.steps.size() * sizeof(nnunet::PostprocessingStep);
  }
  static void save(const postprocess::Decision& value, std::string& out) {
    out += nnunet::postprocessing_to_pickle(value.steps);
  }
  static postprocess::Decision load(std::string_view bytes) {
    return {nnunet::postprocessing_from_pickle(bytes, "stored decision")};
  }
};

}  // namespace nnflow
