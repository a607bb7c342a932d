// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/networks/spec.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/plans.hpp"

namespace nnflow::networks {

/// The network of an architecture (nnunet-training 1.1). Throws Error(kInvalidData), with `where`
/// in front, for network classes, layers and arguments that do not exist here.
[[nodiscard]] NetworkSpec network_spec(const nnunet::Architecture& architecture,
                                       std::int64_t input_channels,
                                       std::int64_t classes,
                                       const std::string& where);

/// The network of a configuration: channels and heads from the data set, plus one input channel per
/// foreground label when the configuration refines a previous stage.
[[nodiscard]] NetworkSpec network_spec(const nnunet::ConfigurationPlan& configuration,
                                       const nnunet::DatasetDescription& dataset);

/// Dropout changes nothing in a prediction, and trainings here have none: throws
/// Error(kInvalidData), with `where` in front, where an architecture that is to be trained has it.
void refuse_dropout(const nnunet::Architecture& architecture, const std::string& where);

}  // namespace nnflow::networks
