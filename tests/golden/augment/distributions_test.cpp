// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the stages of the default trainer draw, against the distributions of nnunet-training 2.3 to
// 2.5 and 3: 100,000 draws each, with the parameters of the trainer's file and the random streams
// that a run gives its patches.
#include <gtest/gtest.h>

#include <map>
#include <numbers>
#include <set>

#include "augment/kernels/intensity/brightness.hpp"
#include "augment/kernels/intensity/contrast.hpp"
#include "augment/kernels/intensity/gamma.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/gaussian_noise.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/spatial/mirror.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "drawing.hpp"
#include "nnflow/nnunet/augmentation_rule.hpp"
#include "nnflow/nnunet/spatial_choice.hpp"
#include "patches/kernels/sampling.hpp"

namespace nnflow::augment {
namespace {

using namespace nnflow::test;  // NOLINT(google-build-using-namespace)
using imaging::Extent3;

constexpr double kDegree = std::numbers::pi / 180.0;
const Trainer& trainer() {
  static const Trainer kTrainer("nnUNetTrainer");
  return kTrainer;
}

// The checks themselves must be able to fail.
TEST(Statistics, RejectWhatIsSlightlyWrong) {
  Rng rng(1, "control", "");
  std::vector<double> draws;
  std::int64_t hits = 0;
  std::vector<std::int64_t> dice(6);
  for (std::int64_t i = 0; i < kDraws; ++i) {
    draws.push_back(rng.uniform(-30.0, 30.0));
    hits += rng.uniform() < 0.2 ? 1 : 0;
    ++dice[rng.integer(6)];
  }
  EXPECT_EQ(ks_verdict(draws, uniform_cdf(-30.0, 30.0)), "");
  EXPECT_NE(ks_verdict(draws, uniform_cdf(-31.0, 31.0)), "");
  EXPECT_NE(ks_verdict(draws, two_ranges_cdf(-30.0, 1.0, 1.0, 30.0)), "");
  EXPECT_NE(ks_verdict({}, uniform_cdf(0.0, 1.0)), "");
  EXPECT_EQ(rate_verdict(hits, kDraws, 0.2), "");
  EXPECT_NE(rate_verdict(hits, kDraws, 0.21), "");
  EXPECT_EQ(even_verdict(dice), "");
  dice[0] += dice[0] / 8;
  EXPECT_NE(even_verdict(dice), "");
  std::vector<double> other = draws;
  EXPECT_NE(uncorrelated_verdict(draws, other), "");
}

struct Pose {
  std::array<double, 3> angle{};
  double factor = 1.0;
};

// Rz Ry Rx f, angles below 90 degrees; of in-plane transforms the last angle.
Pose pose_of(const Matrix3& m, bool in_plane) {
  Pose pose;
  if (in_plane) {
    pose.factor = std::hypot(m[1][1], m[2][1]);
    pose.angle[2] = std::atan2(m[2][1], m[1][1]);
    return pose;
  }
  pose.factor = std::hypot(m[0][0], m[1][0], m[2][0]);
  pose.angle = {std::atan2(m[2][1], m[2][2]), -std::asin(m[2][0] / pose.factor),
                std::atan2(m[1][0], m[0][0])};
  return pose;
}

SpatialSettings spatial_settings(const Extent3& patch, int dimension) {
  const auto& params = trainer().params("spatial");
  EXPECT_TRUE(!params.contains("rotation_degrees"));
  EXPECT_TRUE(!params.contains("dummy_2d"));
  const double limit = nnunet::augmentation_rule(patch, dimension).rotation_limit;
  return {params.at("rotation_probability").get<double>(),
          params.at("scaling_probability").get<double>(),
          {-limit, limit},
          params.at("scaling").get<Range>(),
          params.at("axis_rotation_probability").get<double>(),
          params.at("equal_scaling").get<bool>()};
}

TEST(DefaultTrainer, RotatesAndScalesAFifthOfThePatchesEach) {
  const SpatialSettings settings = spatial_settings({128, 128, 128}, 3);
  std::int64_t rotated = 0;
  std::int64_t scaled = 0;
  std::int64_t both = 0;
  std::int64_t neither = 0;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = trainer().rng("spatial", i);
    const auto choice =
        nnunet::spatial_choice(Trainer::kSeed, Trainer::item(i), settings.rotation_probability,
                               settings.scaling_probability);
    const SpatialParameters drawn = draw_spatial(rng, settings, choice.rotate, choice.scale, false);
    const Pose pose = pose_of(drawn.affine, false);
    const bool turns = std::abs(pose.angle[0]) > 1e-9;
    const bool resizes = std::abs(pose.factor - 1.0) > 1e-9;
    rotated += turns ? 1 : 0;
    scaled += resizes ? 1 : 0;
    both += turns && resizes ? 1 : 0;
    neither += drawn.interpolate ? 0 : 1;
  }
  EXPECT_EQ(rate_verdict(rotated, kDraws, 0.2), "");
  EXPECT_EQ(rate_verdict(scaled, kDraws, 0.2), "");
  EXPECT_EQ(rate_verdict(both, kDraws, 0.04), "");
  EXPECT_EQ(rate_verdict(neither, kDraws, 0.64), "");
  for (const char* key : {"rotation_probability", "scaling_probability"}) {
    EXPECT_EQ(trainer().params("read_patch").at(key), trainer().params("spatial").at(key)) << key;
  }
}

// Patches of all kinds: cubes, thin volumes (slice by slice), squares and long rectangles.
TEST(DefaultTrainer, DrawsAnglesAndFactorsUniformly) {
  struct Kind {
    Extent3 patch;
    int dimension;
    double degrees;
    bool in_plane;
  };
  for (const Kind& kind :
       {Kind{{128, 128, 128}, 3, 30.0, false}, Kind{{48, 128, 160}, 3, 180.0, true},
        Kind{{56, 128, 160}, 3, 30.0, false}, Kind{{16, 256, 256}, 3, 180.0, true},
        Kind{{1, 256, 256}, 2, 180.0, true}, Kind{{1, 512, 320}, 2, 15.0, true}}) {
    SCOPED_TRACE(kind.patch[0]);
    SpatialSettings settings = spatial_settings(kind.patch, kind.dimension);
    settings.rotation_probability = 1.0;
    settings.scaling_probability = 1.0;
    const bool in_plane =
        kind.dimension == 2 || nnunet::augmentation_rule(kind.patch, kind.dimension).dummy_2d;
    ASSERT_EQ(in_plane, kind.in_plane);
    std::array<std::vector<double>, 4> values;
    for (std::int64_t i = 0; i < kDraws; ++i) {
      Rng rng = trainer().rng("spatial", i);
      const Pose pose = pose_of(draw_spatial(rng, settings, in_plane).affine, in_plane);
      for (std::size_t a = 0; a < 3; ++a) values[a].push_back(pose.angle[a] / kDegree);
      values[3].push_back(pose.factor);
    }
    for (std::size_t a = in_plane ? 2 : 0; a < 3; ++a) {
      EXPECT_EQ(ks_verdict(values[a], uniform_cdf(-kind.degrees, kind.degrees)), "") << a;
      EXPECT_EQ(uncorrelated_verdict(values[a], values[3]), "") << a;
    }
    if (!in_plane) {
      EXPECT_EQ(uncorrelated_verdict(values[0], values[1]), "");
      EXPECT_EQ(uncorrelated_verdict(values[1], values[2]), "");
    }
    EXPECT_EQ(ks_verdict(values[3], uniform_cdf(0.7, 1.4)), "");
  }
}

TEST(DefaultTrainer, AddsNoise) {
  const auto& params = trainer().params("noise");
  const NoiseSettings settings{params.at("probability").get<double>(),
                               params.at("sigma").get<Range>()};
  std::vector<double> sigmas;
  std::set<std::uint64_t> seeds;
  trainer().expect_rate("noise", 0.1, [&](Rng& rng) {
    const NoiseParameters drawn = draw_noise(rng, settings);
    sigmas.push_back(drawn.sigma);
    seeds.insert(drawn.seed);
  });
  EXPECT_EQ(ks_verdict(sigmas, uniform_cdf(0.0, 0.1)), "");
  EXPECT_EQ(seeds.size(), sigmas.size());
}

TEST(DefaultTrainer, AddsANormalFieldOfTheDrawnDeviation) {
  std::vector<float> image(kDraws);
  apply_noise({0.07, 12345}, image);
  std::vector<double> field(image.begin(), image.end());
  EXPECT_EQ(ks_verdict(field, normal_cdf(0.07)), "");
  EXPECT_NE(ks_verdict(field, normal_cdf(0.075)), "");
  for (const std::size_t lag : {1U, 2U, 64U, 128U, 256U, 512U}) {
    EXPECT_EQ(uncorrelated_verdict({field.begin(), field.end() - static_cast<std::ptrdiff_t>(lag)},
                                   {field.begin() + static_cast<std::ptrdiff_t>(lag), field.end()}),
              "")
        << lag;
  }
  std::vector<float> other(kDraws);
  apply_noise({0.07, 12346}, other);
  EXPECT_EQ(uncorrelated_verdict(field, {other.begin(), other.end()}), "");
  std::vector<double> squares(field);
  for (double& v : squares) v *= v;
  EXPECT_EQ(uncorrelated_verdict({squares.begin(), squares.end() - 128},
                                 {squares.begin() + 128, squares.end()}),
            "");
}

TEST(DefaultTrainer, Blurs) {
  const auto& params = trainer().params("blur");
  const BlurSettings settings{
      params.at("probability").get<double>(), params.at("channel_probability").get<double>(),
      params.at("sigma_voxels").get<Range>(), params.at("equal_axes").get<bool>()};
  std::array<std::vector<double>, 3> sigmas;
  std::vector<std::int64_t> chosen(4);
  trainer().expect_rate("blur", 0.2, [&](Rng& rng) {
    const BlurParameters drawn = draw_blur(rng, settings, 2, {64, 64, 64});
    std::size_t pattern = 0;
    for (const auto& channel : drawn.channels) {
      pattern += channel.channel == 0 ? 1 : 2;
      for (std::size_t a = 0; a < 3; ++a) sigmas[a].push_back(channel.sigma[a]);
    }
    ++chosen[pattern];
  });
  EXPECT_EQ(even_verdict(chosen), "");  // each of two channels with probability 1/2
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_EQ(ks_verdict(sigmas[a], uniform_cdf(0.5, 1.0)), "") << a;
    EXPECT_EQ(uncorrelated_verdict(sigmas[a], sigmas[(a + 1) % 3]), "") << a;
  }
  std::vector<double> in_slice;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = trainer().rng("blur", i);
    for (const auto& channel : draw_blur(rng, settings, 2, {1, 64, 64}).channels) {
      ASSERT_EQ(channel.sigma[0], 0.0);
      in_slice.push_back(channel.sigma[1]);
    }
  }
  EXPECT_EQ(ks_verdict(in_slice, uniform_cdf(0.5, 1.0)), "");
}

// Factors of the stages that draw one for every channel.
void expect_factors(
    const std::string& stage, const std::string& key, double rate, const Cdf& cdf, double largest) {
  const auto& params = trainer().params(stage);
  const Range range = params.at(key).get<Range>();
  const auto probability = params.at("channel_probability").get<double>();
  std::array<std::vector<double>, 2> factors;
  trainer().expect_rate(stage, rate, [&](Rng& rng) {
    for (const auto& entry : draw_channel_factors(rng, range, probability, 2)) {
      factors.at(static_cast<std::size_t>(entry.channel)).push_back(entry.factor);
    }
  });
  for (const auto& channel : factors) {
    EXPECT_EQ(channel.size(), static_cast<std::size_t>(kDraws)) << stage;
    EXPECT_EQ(ks_verdict(channel, cdf), "") << stage;
    // A plain uniform draw would put another share below 1, or spread the values otherwise.
    EXPECT_NE(ks_verdict(channel, uniform_cdf(range[0] - 0.02, largest)), "") << stage;
  }
  EXPECT_EQ(uncorrelated_verdict(factors[0], factors[1]), "") << stage;
}

TEST(DefaultTrainer, ChangesBrightnessContrastAndGamma) {
  expect_factors("brightness", "factor", 0.15, two_ranges_cdf(0.75, 1.0, 1.0, 1.25), 1.25);
  expect_factors("contrast", "factor", 0.15, two_ranges_cdf(0.75, 1.0, 1.0, 1.25), 1.25);
  expect_factors("gamma_inverted", "gamma", 0.1, two_ranges_cdf(0.7, 1.0, 1.0, 1.5), 1.5);
  expect_factors("gamma", "gamma", 0.3, two_ranges_cdf(0.7, 1.0, 1.0, 1.5), 1.5);
  EXPECT_TRUE(trainer().params("contrast").at("preserve_range").get<bool>());
  EXPECT_TRUE(trainer().params("gamma_inverted").at("invert").get<bool>());
  EXPECT_FALSE(trainer().params("gamma").at("invert").get<bool>());
}

TEST(DefaultTrainer, DrawsTheTransformsOfAPatchIndependently) {
  const std::vector<std::pair<std::string, double>> stages{
      {"noise", 0.1},           {"blur", 0.2},           {"brightness", 0.15}, {"contrast", 0.15},
      {"low_resolution", 0.25}, {"gamma_inverted", 0.1}, {"gamma", 0.3}};
  std::map<std::pair<std::size_t, std::size_t>, std::int64_t> both;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    std::vector<bool> applied;
    for (const auto& [stage, share] : stages) {
      Rng rng = trainer().rng(stage, i);
      applied.push_back(draw_chance(rng, share));
    }
    for (std::size_t a = 0; a < stages.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) both[{a, b}] += applied[a] && applied[b] ? 1 : 0;
    }
  }
  for (const auto& [pair, count] : both) {
    EXPECT_EQ(rate_verdict(count, kDraws, stages[pair.first].second * stages[pair.second].second),
              "")
        << stages[pair.first].first << " and " << stages[pair.second].first;
  }
}

TEST(DefaultTrainer, LowersTheResolution) {
  const auto& params = trainer().params("low_resolution");
  for (const bool thin : {false, true}) {
    const LowResolutionSettings settings{params.at("probability").get<double>(),
                                         params.at("channel_probability").get<double>(),
                                         params.at("scale").get<Range>(), thin};
    std::vector<double> scales;
    std::vector<std::int64_t> chosen(4);
    trainer().expect_rate("low_resolution", 0.25, [&](Rng& rng) {
      std::size_t pattern = 0;
      for (const auto& channel : draw_low_resolution(rng, settings, 2).channels) {
        pattern += channel.channel == 0 ? 1 : 2;
        scales.push_back(static_cast<double>(channel.scale[2]));
        ASSERT_EQ(channel.scale[1], channel.scale[2]);
        ASSERT_EQ(channel.scale[0], thin ? 1.0F : channel.scale[2]);
      }
      ++chosen[pattern];
    });
    EXPECT_EQ(even_verdict(chosen), "");
    EXPECT_EQ(ks_verdict(scales, uniform_cdf(0.5, 1.0)), "");
  }
}

TEST(DefaultTrainer, MirrorsEachAxisHalfOfTheTime) {
  const auto& params = trainer().params("mirror");
  EXPECT_TRUE(!params.contains("axes"));
  EXPECT_TRUE(params.at("last_axis").get<bool>());
  for (const bool volume : {true, false}) {
    std::vector<std::int64_t> outcomes(volume ? 8 : 4);
    for (std::int64_t i = 0; i < kDraws; ++i) {
      Rng rng = trainer().rng("mirror", i);
      const MirrorParameters flip =
          draw_mirror(rng, {volume, true, true}, params.at("probability").get<double>());
      ++outcomes.at((flip[0] ? 4U : 0U) + (flip[1] ? 2U : 0U) + (flip[2] ? 1U : 0U));
    }
    EXPECT_EQ(even_verdict(outcomes), "");
  }
}

TEST(DefaultTrainer, DrawsCasesWithReplacementAndForcesTheLastThird) {
  const auto& params = trainer().params("sample");
  EXPECT_EQ(params.at("foreground_rule"), "last");
  const auto share = params.at("oversample").get<double>();
  EXPECT_EQ(share, 0.33);
  EXPECT_TRUE(params.at("enlarge").get<bool>());
  EXPECT_EQ(params.at("smallest_scale").get<double>(), 0.85);
  constexpr std::int64_t kBatch = 2;
  std::vector<std::int64_t> cases(7);
  std::int64_t forced = 0;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = trainer().rng("patches.sample", i);
    ++cases[rng.integer(cases.size())];
    forced += patches::draw_forced(rng, patches::ForegroundRule::kLast, i % kBatch, kBatch, share)
                  ? 1
                  : 0;
  }
  EXPECT_EQ(even_verdict(cases), "");
  EXPECT_EQ(forced, kDraws / 2);
}

// Two classes, one with many more voxels: classes are even, then voxels of the class are.
TEST(DefaultTrainer, CentresForcedPatchesOnEvenClassesAndVoxels) {
  std::vector<std::array<std::int32_t, 3>> few;
  std::vector<std::array<std::int32_t, 3>> many;
  for (std::int32_t i = 0; i < 4; ++i) few.push_back({50, 50, 50 + i});
  for (std::int32_t i = 0; i < 40; ++i) many.push_back({70, 30 + i, 60});
  const std::vector<patches::ClassVoxels> classes{{few}, {many}, {{}}};
  std::vector<std::int64_t> of_class(2);
  std::vector<std::int64_t> of_few(4);
  std::vector<std::int64_t> of_many(40);
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = trainer().rng("read_patch", i);
    const auto box =
        patches::draw_box(rng, {120, 120, 120}, {40, 40, 40}, {32, 32, 32}, true, classes);
    const bool second = box.lower[0] == 50;
    ++of_class[second ? 1 : 0];
    if (second) {
      ++of_many.at(static_cast<std::size_t>(box.lower[1] - 10));
    } else {
      ++of_few.at(static_cast<std::size_t>(box.lower[2] - 30));
    }
  }
  EXPECT_EQ(even_verdict(of_class), "");
  EXPECT_EQ(even_verdict(of_few), "");
  EXPECT_EQ(even_verdict(of_many), "");
}

TEST(DefaultTrainer, PlacesOtherPatchesUniformly) {
  // nnunet-training 2.5: from -(40 - 31) / 2, rounded down, to shape + half the rest - 40.
  std::array<std::vector<std::int64_t>, 3> starts{
      std::vector<std::int64_t>(71), std::vector<std::int64_t>(21), std::vector<std::int64_t>(11)};
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = trainer().rng("read_patch", i);
    const auto box = patches::draw_box(rng, {100, 50, 40}, {40, 40, 40}, {31, 31, 31}, false, {});
    for (std::size_t a = 0; a < 3; ++a) {
      ++starts[a].at(static_cast<std::size_t>(box.lower[a] + 5));
    }
  }
  for (std::size_t a = 0; a < 3; ++a) EXPECT_EQ(even_verdict(starts[a]), "") << a;
}

}  // namespace
}  // namespace nnflow::augment
