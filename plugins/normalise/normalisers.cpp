// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "normalise/kernels/schemes.hpp"
#include "normalise/stages.hpp"

namespace nnflow::normalise {
namespace {

double number(const Value& arguments, std::string_view key) {
  const Value* intensity = arguments.find("intensity");
  const Value* value = intensity == nullptr ? nullptr : intensity->find(key);
  if (value == nullptr || !value->is_number()) {
    throw Error(ErrorCode::kInvalidData, "CTNormalization needs the number '" + std::string(key) +
                                             "' in foreground_intensity_properties_per_channel");
  }
  return value->as_number();
}

}  // namespace

ZScoreNormaliser::ZScoreNormaliser(const Value& arguments) {
  const Value* mask = arguments.find("use_mask");
  use_mask_ = mask != nullptr && mask->is_bool() && mask->as_bool();
}

void ZScoreNormaliser::run(std::span<float> voxels, std::span<const std::int16_t> labels) const {
  if (!use_mask_) {
    zscore(voxels);
  } else if (labels.empty() && !voxels.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "z-score within the mask needs a label map, there is none");
  } else {
    masked_zscore(voxels, labels);
  }
}

CtNormaliser::CtNormaliser(const Value& arguments)
    : mean_(number(arguments, "mean")),
      deviation_(number(arguments, "std")),
      lower_(number(arguments, "percentile_00_5")),
      upper_(number(arguments, "percentile_99_5")) {}

void CtNormaliser::run(std::span<float> voxels, std::span<const std::int16_t>) const {
  ct(voxels, {mean_, deviation_, lower_, upper_});
}

void RescaleNormaliser::run(std::span<float> voxels, std::span<const std::int16_t>) const {
  rescale_to_0_1(voxels);
}

void RgbNormaliser::run(std::span<float> voxels, std::span<const std::int16_t>) const {
  try {
    rgb_to_0_1(voxels);
  } catch (const std::domain_error& error) {
    throw Error(ErrorCode::kInvalidData, error.what());
  }
}

std::shared_ptr<nnunet::Normaliser> built_in(std::string_view scheme, const Value& arguments) {
  if (scheme == "ZScoreNormalization") return std::make_shared<ZScoreNormaliser>(arguments);
  if (scheme == "CTNormalization") return std::make_shared<CtNormaliser>(arguments);
  if (scheme == "RescaleTo01Normalization") return std::make_shared<RescaleNormaliser>(arguments);
  if (scheme == "RGBTo01Normalization") return std::make_shared<RgbNormaliser>(arguments);
  if (scheme == "NoNormalization") return std::make_shared<NoNormaliser>(arguments);
  return nullptr;
}

}  // namespace nnflow::normalise
