// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "normalise/scheme_stage.hpp"
#include "normalise/stages.hpp"

NNFLOW_PLUGIN("normalise", "0.1.0") {
  using namespace nnflow::normalise;
  using nnflow::nnunet::Normaliser;
  registry.add<PlannedStage>("normalise.planned");
  registry.add<SchemeStage<ZScoreScheme>>("normalise.zscore");
  registry.add<SchemeStage<CtScheme>>("normalise.ct");
  registry.add<SchemeStage<RescaleScheme>>("normalise.rescale_to_0_1");
  registry.add<SchemeStage<RgbScheme>>("normalise.rgb_to_0_1");
  registry.add<SchemeStage<NoScheme>>("normalise.none");
  const std::string kId(Normaliser::kInterface);
  registry.add<Normaliser, ZScoreNormaliser>(kId, "ZScoreNormalization", ZScoreScheme::kSummary);
  registry.add<Normaliser, CtNormaliser>(kId, "CTNormalization", CtScheme::kSummary);
  registry.add<Normaliser, RescaleNormaliser>(kId, "RescaleTo01Normalization",
                                              RescaleScheme::kSummary);
  registry.add<Normaliser, RgbNormaliser>(kId, "RGBTo01Normalization", RgbScheme::kSummary);
  registry.add<Normaliser, NoNormaliser>(kId, "NoNormalization", NoScheme::kSummary);
}
