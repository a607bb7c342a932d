// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Every trainer class of nnU-Net has a file that trains with the same numbers.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "patches/kernels/sampling.hpp"
#include "train/trainer.hpp"
#include "trainers.hpp"

namespace nnflow::test {
namespace {

using nnunet::Json;

std::optional<bool> optional_bool(const Json& params, const char* name) {
  const auto found = params.find(name);
  if (found == params.end() || found->is_null()) return std::nullopt;
  return found->get<bool>();
}

/// Axes of a stage with `axes` and a flag for the last one; null for none, as nnU-Net has it.
Json axes_of(const Json& params, const char* axes, const char* last, int dimensions) {
  train::TrainerOptions options;
  if (params.contains(axes) && !params.at(axes).is_null())
    options.mirror_axes = params.at(axes).get<std::vector<int>>();
  options.mirror_last_axis = params.at(last).get<bool>();
  const std::vector<int> result = train::mirror_axes_of(options, dimensions);
  return result.empty() ? Json() : Json(result);
}

void expect_equal(const Json& stages, const Json& expected, const nnunet::ConfigurationPlan& plan) {
  const int dimensions = plan.is_2d() ? 2 : 3;
  const imaging::Extent3 patch = plan.patch_extent();
  const Json& network = stages.at("network").at("params");
  EXPECT_EQ(network.at("epochs"), expected.at("epochs"));
  EXPECT_EQ(network.at("initial_lr").get<double>(), expected.at("initial_lr").get<double>());
  EXPECT_EQ(network.at("deep_supervision"), expected.at("deep_supervision"));
  EXPECT_EQ(axes_of(network, "mirror_axes", "mirror_last_axis", dimensions),
            expected.at("inference_mirror_axes"));
  const Json mirror = stages.contains("mirror") ? axes_of(stages.at("mirror").at("params"), "axes",
                                                          "last_axis", dimensions)
                                                : Json();
  EXPECT_EQ(mirror, expected.at("mirror_axes"));

  const Json& sample = stages.at("sample").at("params");
  const auto dummy_2d = optional_bool(sample, "dummy_2d");
  const imaging::Extent3 initial =
      sample.at("enlarge").get<bool>()
          ? nnunet::initial_patch_extent(patch, dimensions,
                                         sample.at("smallest_scale").get<double>(), dummy_2d)
          : patch;
  EXPECT_EQ(std::vector<std::int64_t>(initial.begin() + (3 - dimensions), initial.end()),
            expected.at("initial_patch").get<std::vector<std::int64_t>>());
  for (const char* stage : {"sample", "val_sample"}) {
    const Json& params = stages.at(stage).at("params");
    const std::string rule = params.at("foreground_rule");
    const auto share = params.at("oversample").get<double>();
    EXPECT_EQ(rule != "last", expected.at("probabilistic").get<bool>()) << stage;
    EXPECT_EQ(rule == "drawn_as_last" ? patches::forced_share(plan.batch_size, share) : share,
              expected.at("oversample").get<double>())
        << stage;
  }

  const Json& spatial = expected.at("spatial");
  ASSERT_EQ(stages.contains("spatial"), !spatial.is_null());
  if (spatial.is_null()) return;
  const Json& params = stages.at("spatial").at("params");
  EXPECT_EQ(optional_bool(params, "dummy_2d"), dummy_2d);
  EXPECT_EQ(optional_bool(stages.at("low_resolution").at("params"), "dummy_2d"), dummy_2d);
  const auto rule = nnunet::augmentation_rule(patch, dimensions, dummy_2d);
  EXPECT_EQ(rule.dummy_2d, expected.at("dummy_2d").get<bool>());
  EXPECT_NEAR(rule.rotation_limit, expected.at("rotation").at(1).get<double>(), 1e-12);
  EXPECT_EQ(params.at("rotation_probability").get<double>(),
            spatial.at("p_rotation").get<double>());
  EXPECT_EQ(params.at("axis_rotation_probability").get<double>(),
            spatial.at("p_rot_per_axis").get<double>());
  EXPECT_EQ(params.at("scaling_probability").get<double>(), spatial.at("p_scaling").get<double>());
  EXPECT_EQ(params.at("scaling").get<std::vector<double>>(),
            spatial.at("scaling").get<std::vector<double>>());
  EXPECT_EQ(params.at("equal_scaling").get<bool>() ? 1 : 0,
            spatial.at("p_synchronize_scaling_across_axes").get<int>());
  for (const char* kind : {"image", "seg"}) {
    const std::string name = kind == std::string("image") ? "image" : "label";
    EXPECT_EQ(params.at(name + "_interpolation") == "nearest",
              spatial.at(std::string("mode_") + kind) == "nearest")
        << kind;
  }
}

TEST(GoldenTrainers, EveryClassHasAFileWithItsNumbers) {
  const Json classes = nnunet::read_json(trainers_folder() / "trainers.json");
  const auto plans = nnunet::Plans::read(trainers_folder() / "plans.json");
  for (const auto& [name, configurations] : classes.items()) {
    SCOPED_TRACE(name);
    const Json stages = stages_of(name);
    EXPECT_EQ(stages.at("network").at("params").at("trainer"), name);
    for (const auto& [configuration, expected] : configurations.items()) {
      SCOPED_TRACE(configuration);
      expect_equal(stages, expected, plans.configuration(configuration));
    }
  }
}

TEST(Trainers, DisturbThePreviousStageOfCascadesAsTheReferenceDoes) {
  const Json expected =
      nnunet::read_json(trainers_folder().parent_path() / "augment/cascade.json").at("trainers");
  ASSERT_FALSE(expected.empty());
  for (const auto& [trainer, settings] : expected.items()) {
    SCOPED_TRACE(trainer);
    const Json stages = stages_of(trainer);
    EXPECT_EQ(stages.contains("previous"), settings.at("one_hot").get<bool>());
    for (const auto& [stage, key, range] : {std::tuple{"previous_shapes", "operators", "radius"},
                                            {"previous_parts", "removed", "largest_share"}}) {
      const Json& params = stages.at(stage).at("params");
      const Json& numbers = settings.at(key);
      if (numbers.is_null()) {
        EXPECT_EQ(params.at("probability").get<double>(), 0.0);
        continue;
      }
      EXPECT_EQ(params.at("probability").get<double>(), numbers.at(0).get<double>());
      EXPECT_EQ(params.at("channel_probability").get<double>(), numbers.at(1).get<double>());
      const auto values = [](const Json& json) {
        return json.is_array() ? json.get<std::vector<double>>() : std::vector{json.get<double>()};
      };
      EXPECT_EQ(values(params.at(range)), values(numbers.at(2)));
    }
  }
}

}  // namespace
}  // namespace nnflow::test
