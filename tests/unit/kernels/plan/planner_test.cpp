// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stdexcept>

#include "plan/kernels/experiment.hpp"

namespace nnflow::plan {
namespace {

using Sizes = std::vector<std::int64_t>;

struct Case {
  std::vector<Spacing3> spacings;
  std::vector<Extent3> shapes;
  std::int64_t num_training;
  std::int64_t label_keys;
};

Case uniform(const Spacing3& spacing,
             const Extent3& shape,
             std::int64_t num_training,
             std::int64_t labels) {
  return {std::vector<Spacing3>(3, spacing), std::vector<Extent3>(3, shape), num_training, labels};
}

Experiment planned(const Case& c,
                   const char* planner = "ExperimentPlanner",
                   double memory = 0.0,
                   const std::optional<Spacing3>& spacing = {}) {
  const Preset& preset = *find_preset(planner);
  return plan_experiment(preset, memory > 0.0 ? memory : preset.memory_gb,
                         {c.spacings, c.shapes, c.num_training, c.label_keys}, spacing);
}

const Case kHippocampus = uniform({1, 1, 1}, {36, 50, 35}, 260, 3);
const Case kTrunk = uniform({3, .76, .76}, {148, 512, 512}, 30, 14);

TEST(Planner, CaseA) {
  const auto plan = planned(kHippocampus);
  EXPECT_EQ(plan.flat.topology.patch, (Sizes{56, 40}));
  EXPECT_EQ(plan.flat.batch_size, 366);
  ASSERT_TRUE(plan.fullres);
  EXPECT_EQ(plan.fullres->topology.patch, (Sizes{40, 56, 40}));
  EXPECT_EQ(plan.fullres->batch_size, 9);
  EXPECT_EQ(plan.fullres->topology.stages(), 4U);
  EXPECT_FALSE(plan.lowres);
  EXPECT_EQ(planned(kHippocampus, "nnUNetPlannerResEncM").flat.batch_size, 1618);
  EXPECT_EQ(planned(kHippocampus, "nnUNetPlannerResEncM").fullres->batch_size, 58);
  EXPECT_EQ(planned(kHippocampus, "nnUNetPlannerResEncL").fullres->batch_size, 178);
  EXPECT_EQ(planned(kHippocampus, "nnUNetPlannerResEncXL").flat.batch_size, 6711);
}

TEST(Planner, CaseB) {
  const auto plan = planned(kTrunk);
  EXPECT_EQ(plan.flat.topology.patch, (Sizes{512, 512}));
  EXPECT_EQ(plan.flat.batch_size, 12);
  EXPECT_EQ(plan.flat.topology.stages(), 8U);
  EXPECT_EQ(plan.fullres->topology.patch, (Sizes{48, 192, 192}));
  EXPECT_EQ(plan.fullres->topology.kernel_sizes.front(), (Sizes{1, 3, 3}));
  EXPECT_EQ(plan.fullres->topology.strides,
            (std::vector<Sizes>{{1, 1, 1}, {1, 2, 2}, {2, 2, 2}, {2, 2, 2}, {2, 2, 2}, {1, 2, 2}}));
  ASSERT_TRUE(plan.lowres);
  EXPECT_EQ(plan.lowres->spacing,
            (std::vector<double>{3.0, 1.5449235209099075, 1.5449235209099075}));
  EXPECT_EQ(plan.lowres->median_size, (std::vector<double>{148, 252, 252}));
  EXPECT_EQ(plan.lowres->topology.patch, (Sizes{96, 160, 160}));
  const auto medium = planned(kTrunk, "nnUNetPlannerResEncM");
  EXPECT_DOUBLE_EQ(medium.lowres->spacing[1], 1.639009363333321);
  EXPECT_EQ(medium.lowres->topology.patch, (Sizes{80, 160, 160}));
  const auto large = planned(kTrunk, "nnUNetPlannerResEncL");
  EXPECT_EQ(large.flat.batch_size, 34);
  EXPECT_EQ(large.fullres->topology.patch, (Sizes{80, 256, 256}));
  EXPECT_FALSE(large.lowres);
}

TEST(Planner, CaseBWithMoreMemoryAndWithAnotherSpacing) {
  const auto more = planned(kTrunk, "ExperimentPlanner", 16.0);
  EXPECT_EQ(more.flat.batch_size, 24);
  EXPECT_EQ(more.fullres->topology.patch, (Sizes{64, 256, 224}));
  EXPECT_EQ(more.lowres->topology.patch, (Sizes{96, 192, 192}));
  const auto isotropic = planned(kTrunk, "ExperimentPlanner", 0.0, Spacing3{1, 1, 1});
  EXPECT_EQ(isotropic.fullres->median_size, (std::vector<double>{444, 389, 389}));
  EXPECT_EQ(isotropic.flat.topology.patch, (Sizes{448, 448}));
  EXPECT_EQ(isotropic.flat.batch_size, 16);
  EXPECT_EQ(isotropic.lowres->spacing, std::vector<double>(3, 2.0327941064604045));
}

TEST(Planner, CaseCUsesTheFinerSlicesOfAnisotropicData) {
  Case c = uniform({10, 1.5625, 1.5625}, {9, 237, 208}, 200, 4);
  c.spacings.resize(200, {10, 1.5625, 1.5625});
  c.shapes.resize(200, {9, 237, 208});
  for (std::size_t i = 0; i < 100; ++i) c.spacings[i][0] = 5.0;
  const auto plan = planned(c);
  EXPECT_EQ(plan.fullres->spacing, (std::vector<double>{5, 1.5625, 1.5625}));
  EXPECT_EQ(plan.fullres->median_size, (std::vector<double>{13.5, 237, 208}));
  EXPECT_EQ(plan.flat.topology.patch, (Sizes{256, 224}));
  EXPECT_EQ(plan.flat.batch_size, 56);
  EXPECT_EQ(plan.fullres->topology.patch, (Sizes{14, 256, 224}));
  EXPECT_EQ(plan.fullres->batch_size, 5);
}

TEST(Planner, CaseEIsFlat) {
  const auto plan = planned(uniform({999, 1, 1}, {1, 1500, 1500}, 100, 2));
  EXPECT_FALSE(plan.fullres);
  EXPECT_EQ(plan.flat.topology.patch, (Sizes{1280, 1024}));
  EXPECT_EQ(plan.flat.batch_size, 2);
  EXPECT_EQ(plan.flat.topology.stages(), 9U);
}

TEST(Planner, CaseHPutsTheCoarsestAxisFirst) {
  const auto plan = planned(uniform({.5, .5, 2.5}, {300, 300, 50}, 20, 3));
  EXPECT_EQ(plan.transpose_forward, (std::array<int, 3>{2, 0, 1}));
  EXPECT_EQ(plan.transpose_backward, (std::array<int, 3>{1, 2, 0}));
  EXPECT_EQ(plan.fullres->topology.patch, (Sizes{32, 224, 224}));
}

TEST(Planner, RefusesWhatCannotBePlanned) {
  EXPECT_THROW((void)planned({{}, {}, 1, 2}), std::invalid_argument);
  EXPECT_THROW((void)planned(kHippocampus, "ExperimentPlanner", 0.0, Spacing3{1, 0, 1}),
               std::invalid_argument);
  EXPECT_THROW((void)planned(kHippocampus, "ExperimentPlanner", 1e-6), std::invalid_argument);
  EXPECT_EQ(find_preset("Mine"), nullptr);
}

TEST(FeatureMapElements, EqualTheReference) {
  const auto estimate = [](const std::vector<double>& spacing, const std::vector<double>& size,
                           std::int64_t keys, Encoder encoder) {
    const Topology topology = pool_topology(spacing, size);
    Sizes features;
    Sizes depth;
    for (std::size_t s = 0; s < topology.stages(); ++s) {
      features.push_back(
          std::min<std::int64_t>(std::int64_t{32} << s, spacing.size() == 2 ? 512 : 320));
      depth.push_back(encoder == Encoder::kPlain
                          ? 2
                          : std::array<std::int64_t, 4>{1, 3, 4, 6}[std::min<std::size_t>(s, 3)]);
    }
    const Sizes decoder(topology.stages() - 1, encoder == Encoder::kPlain ? 2 : 1);
    return feature_map_elements(topology, features, depth, decoder, encoder, keys);
  };
  EXPECT_EQ(estimate({1, 1, 1}, {40, 56, 40}, 3, Encoder::kPlain), 19174400);
  EXPECT_EQ(estimate({1, 1, 1}, {40, 56, 40}, 3, Encoder::kResidual), 23609600);
  EXPECT_EQ(estimate({1, 1, 1}, {128, 128, 128}, 4, Encoder::kPlain), 454893568);
  EXPECT_EQ(estimate({3, .76, .76}, {48, 192, 192}, 14, Encoder::kResidual), 672136704);
  EXPECT_EQ(estimate({1, 1}, {512, 512}, 14, Encoder::kPlain), 85770240);
}

TEST(PoolTopology, PadsFractionalSizes) {
  const Topology t =
      pool_topology(std::vector<double>{5, 1.5625, 1.5625}, std::vector<double>{13.5, 237, 208});
  EXPECT_EQ(t.divisor, (Sizes{2, 32, 32}));
  EXPECT_EQ(t.patch, (Sizes{14, 256, 224}));
  const Topology u =
      pool_topology(std::vector<double>{3, .76, .76}, std::vector<double>{70, 512, 512});
  EXPECT_EQ(u.patch, (Sizes{80, 512, 512}));
  EXPECT_EQ(u.divisor, (Sizes{16, 128, 128}));
}

}  // namespace
}  // namespace nnflow::plan
