// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "predict/predictor.hpp"

namespace nnflow::predict {

/// What makes two predictors equal: weights, plans, labels and options. Empty where the weights
/// are not known by their content.
[[nodiscard]] std::string predictor_key(const nnunet::TrainedModel& model,
                                        const nnunet::Plans& plans,
                                        const nnunet::DatasetDescription& dataset,
                                        const PredictorOptions& options);

/// The predictor that an earlier run of this process left under `key`, or the one that `make`
/// makes. The process keeps the last one, and releases it before another one is made; it is never
/// destroyed at the end of the process, when Torch may be gone.
[[nodiscard]] std::shared_ptr<const Predictor> kept_predictor(
    const std::string& key, const std::function<std::shared_ptr<const Predictor>()>& make);

}  // namespace nnflow::predict
