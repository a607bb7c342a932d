// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nnflow/nnunet/labels.hpp>
#include <nnflow/nnunet/logits.hpp>
#include <nnflow/nnunet/plans.hpp>
#include <nnflow/nnunet/properties.hpp>
#include <vector>

#include "postprocess/kernels/export_labels.hpp"

namespace nnflow::postprocess {

/// Where the network grid of a case lies in its image, and how plans want its logits resampled.
/// Throws Error(kInvalidData) when the parts contradict each other or the plans ask for another
/// resampling than linear.
[[nodiscard]] ExportGeometry export_geometry(const imaging::Extent3& grid,
                                             const nnunet::CaseProperties& properties,
                                             const nnunet::Plans& plans,
                                             const nnunet::ConfigurationPlan& configuration);

/// The same for logits that go to the grid of the next stage of a cascade, `target`: there is no
/// crop and no transposition, and both spacings of the resampling are those of the logits
/// (nnunet-data 5.5).
[[nodiscard]] ExportGeometry next_stage_geometry(const imaging::Extent3& grid,
                                                 const imaging::Extent3& target,
                                                 const nnunet::CaseProperties& properties,
                                                 const nnunet::Plans& plans,
                                                 const nnunet::ConfigurationPlan& configuration);

/// Of regions the label of each head (regions_class_order); empty without regions.
[[nodiscard]] std::vector<std::int16_t> region_labels(const nnunet::LabelManager& labels);

/// Rounding that gives nnU-Net's result: its default resampler returns the type of the logits, its
/// Torch resampler float32.
[[nodiscard]] LogitRounding export_rounding(const nnunet::Logits& logits,
                                            const nnunet::ConfigurationPlan& configuration);

}  // namespace nnflow::postprocess
