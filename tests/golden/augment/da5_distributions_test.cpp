// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// What the stages of the trainer DA5 draw where it differs from the default trainer, against the
// distributions of nnunet-training 3.13: 100,000 draws each.
#include <gtest/gtest.h>

#include <map>
#include <numbers>

#include "augment/kernels/intensity/blank_rectangles.hpp"
#include "augment/kernels/intensity/brightness_shift.hpp"
#include "augment/kernels/intensity/gaussian_blur.hpp"
#include "augment/kernels/intensity/low_resolution.hpp"
#include "augment/kernels/intensity/median_filter.hpp"
#include "augment/kernels/intensity/sharpen.hpp"
#include "augment/kernels/local/brightness_gradient.hpp"
#include "augment/kernels/local/local_gamma.hpp"
#include "augment/kernels/spatial/axis_map.hpp"
#include "augment/kernels/spatial/spatial.hpp"
#include "drawing.hpp"
#include "nnflow/nnunet/spatial_choice.hpp"

namespace nnflow::augment {
namespace {

using namespace nnflow::test;  // NOLINT(google-build-using-namespace)
using imaging::Extent3;

const Trainer& da5() {
  static const Trainer kTrainer("nnUNetTrainerDA5");
  return kTrainer;
}

double number(const std::string& stage, const std::string& key) {
  return da5().params(stage).at(key).get<double>();
}
Range range(const std::string& stage, const std::string& key) {
  return da5().params(stage).at(key).get<Range>();
}

TEST(Da5, RotatesAxesApartAndScalesThemApart) {
  SpatialSettings settings{number("spatial", "rotation_probability"),
                           number("spatial", "scaling_probability"),
                           {-std::numbers::pi / 6, std::numbers::pi / 6},
                           range("spatial", "scaling"),
                           number("spatial", "axis_rotation_probability"),
                           da5().params("spatial").at("equal_scaling").get<bool>()};
  std::int64_t rotated = 0;
  std::int64_t neither = 0;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = da5().rng("spatial", i);
    const auto choice =
        nnunet::spatial_choice(Trainer::kSeed, Trainer::item(i), settings.rotation_probability,
                               settings.scaling_probability);
    const SpatialParameters drawn = draw_spatial(rng, settings, choice.rotate, choice.scale, false);
    neither += drawn.interpolate ? 0 : 1;
    const Matrix3& m = drawn.affine;
    // Some axis turned: an eighth of the rotated patches has three angles of 0.
    const bool turned = std::abs(m[0][1]) + std::abs(m[0][2]) + std::abs(m[1][2]) > 1e-9;
    rotated += turned ? 1 : 0;
  }
  EXPECT_EQ(rate_verdict(neither, kDraws, 0.6 * 0.8), "");
  EXPECT_EQ(rate_verdict(rotated, kDraws, 0.4 * 0.875), "");
  for (const char* key : {"rotation_probability", "scaling_probability"}) {
    EXPECT_EQ(da5().params("read_patch").at(key), da5().params("spatial").at(key)) << key;
  }

  settings.scaling_probability = 1.0;
  settings.rotation_probability = 0.0;
  std::array<std::vector<double>, 3> factors;
  for (std::int64_t i = 0; i < kDraws; ++i) {
    Rng rng = da5().rng("spatial", i);
    const Matrix3 m = draw_spatial(rng, settings, false).affine;
    for (std::size_t a = 0; a < 3; ++a) factors[a].push_back(m[a][a]);
  }
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_EQ(ks_verdict(factors[a], uniform_cdf(0.7, 1.43)), "") << a;
    EXPECT_EQ(uncorrelated_verdict(factors[a], factors[(a + 1) % 3]), "") << a;
  }
  EXPECT_EQ(da5().params("sample").at("smallest_scale").get<double>(), 0.7);

  // One axis turned or not, by an angle of the whole range.
  settings.rotation_probability = 1.0;
  settings.scaling_probability = 0.0;
  std::vector<double> angles;
  std::int64_t still = 0;
  for (std::int64_t i = 0; i < 2 * kDraws; ++i) {
    Rng rng = da5().rng("spatial", i);
    const Matrix3 m = draw_spatial(rng, settings, true).affine;
    const double angle = std::atan2(m[2][1], m[1][1]);
    if (angle == 0.0) {
      ++still;
    } else {
      angles.push_back(angle);
    }
  }
  EXPECT_EQ(rate_verdict(still, 2 * kDraws, 0.5), "");
  EXPECT_EQ(ks_verdict(angles, uniform_cdf(-std::numbers::pi / 6, std::numbers::pi / 6)), "");
}

TEST(Da5, TurnsAndExchangesEqualAxesEvenly) {
  EXPECT_EQ(equal_axes({128, 128, 128}, 3), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(equal_axes({32, 160, 160}, 3), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(equal_axes({160, 96, 160}, 3), (std::vector<std::size_t>{0, 2}));
  EXPECT_TRUE(equal_axes({32, 160, 128}, 3).empty());
  EXPECT_EQ(equal_axes({1, 64, 64}, 2), (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(equal_axes({1, 64, 48}, 2).empty());
  for (const std::vector<std::size_t>& axes :
       {std::vector<std::size_t>{0, 1, 2}, std::vector<std::size_t>{1, 2}}) {
    std::map<std::string, std::int64_t> turns;
    std::map<std::string, std::int64_t> orders;
    const auto name = [](const AxisMap& map) {
      std::string text;
      for (std::size_t a = 0; a < 3; ++a) {
        text += map.reversed[a] ? "-" : "+";
        text += std::to_string(map.source[a]);
      }
      return text;
    };
    da5().expect_rate("quarter_turns", 0.5,
                      [&](Rng& rng) { ++turns[name(draw_quarter_turns(rng, std::span(axes)))]; });
    da5().expect_rate("transpose", 0.5,
                      [&](Rng& rng) { ++orders[name(draw_axis_order(rng, std::span(axes)))]; });
    const auto counts = [](const std::map<std::string, std::int64_t>& outcomes) {
      std::vector<std::int64_t> result;
      for (const auto& [key, count] : outcomes) result.push_back(count);
      return result;
    };
    // No turn is the same in each of the planes.
    EXPECT_EQ(rate_verdict(turns.at("+0+1+2"), kDraws, 0.25), "");
    turns.erase("+0+1+2");
    EXPECT_EQ(turns.size(), axes.size() == 3 ? 9U : 3U);
    EXPECT_EQ(even_verdict(counts(turns)), "");
    EXPECT_EQ(orders.size(), axes.size() == 3 ? 6U : 2U);
    EXPECT_EQ(even_verdict(counts(orders)), "");
  }
}

TEST(Da5, FiltersByMedianOrBlurs) {
  const MedianFilterSettings median{
      number("median", "probability"), number("median", "channel_probability"),
      da5().params("median").at("size_voxels").get<std::array<std::int64_t, 2>>()};
  std::vector<std::int64_t> sizes(6);
  std::int64_t channels = 0;
  da5().expect_rate("median", 0.2, [&](Rng& rng) {
    for (const auto& channel : draw_median_filter(rng, median, 1).channels) {
      ++sizes.at(static_cast<std::size_t>(channel.size - 2));
      ++channels;
    }
  });
  EXPECT_EQ(even_verdict(sizes), "");
  EXPECT_EQ(rate_verdict(channels, kDraws, 0.5), "");

  const BlurSettings blur{number("blur", "probability"), number("blur", "channel_probability"),
                          range("blur", "sigma_voxels"),
                          da5().params("blur").at("equal_axes").get<bool>()};
  std::vector<double> sigmas;
  da5().expect_rate("blur", 0.2, [&](Rng& rng) {
    for (const auto& channel : draw_blur(rng, blur, 1, {64, 64, 64}).channels) {
      sigmas.push_back(channel.sigma[0]);
      ASSERT_EQ(channel.sigma[1], channel.sigma[0]);
      ASSERT_EQ(channel.sigma[2], channel.sigma[0]);
    }
  });
  EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(sigmas.size()), kDraws, 0.5), "");
  EXPECT_EQ(ks_verdict(sigmas, uniform_cdf(0.3, 1.5)), "");
  for (const auto& [first, second] :
       {std::pair<std::string, std::string>{"median", "blur"}, {"contrast", "contrast_free"}}) {
    EXPECT_EQ(da5().params(first).at("choice"), da5().params(second).at("choice"));
    EXPECT_EQ(range(first, "choice_share"), (Range{0.0, 0.5}));
    EXPECT_EQ(range(second, "choice_share"), (Range{0.5, 1.0}));
  }
  EXPECT_NE(da5().params("median").at("choice"), da5().params("contrast").at("choice"));
}

TEST(Da5, ChangesBrightnessContrastAndGamma) {
  const BrightnessShiftSettings settings{number("brightness", "probability"),
                                         number("brightness", "channel_probability"),
                                         number("brightness", "deviation")};
  std::vector<double> shifts;
  da5().expect_rate("brightness", 0.1, [&](Rng& rng) {
    for (const auto& entry : draw_brightness_shift(rng, settings, 1))
      shifts.push_back(entry.factor);
  });
  EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(shifts.size()), kDraws, 0.5), "");
  EXPECT_EQ(ks_verdict(shifts, normal_cdf(0.5)), "");

  const std::vector<std::tuple<std::string, std::string, double, double, Cdf>> stages{
      {"contrast", "factor", 0.2, 0.5, two_ranges_cdf(0.5, 1.0, 1.0, 2.0)},
      {"contrast_free", "factor", 0.2, 0.5, two_ranges_cdf(0.5, 1.0, 1.0, 2.0)},
      {"gamma_inverted", "gamma", 0.1, 1.0, two_ranges_cdf(0.7, 1.0, 1.0, 1.5)},
      {"gamma", "gamma", 0.1, 1.0, two_ranges_cdf(0.7, 1.0, 1.0, 1.5)}};
  for (const auto& [stage, key, rate, share, cdf] : stages) {
    std::vector<double> factors;
    const Range factor = range(stage, key);
    const double probability = number(stage, "channel_probability");
    da5().expect_rate(stage, rate, [&](Rng& rng) {
      for (const auto& entry : draw_channel_factors(rng, factor, probability, 1)) {
        factors.push_back(entry.factor);
      }
    });
    EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(factors.size()), kDraws, share), "") << stage;
    EXPECT_EQ(ks_verdict(factors, cdf), "") << stage;
  }
  EXPECT_TRUE(da5().params("contrast").at("preserve_range").get<bool>());
  EXPECT_FALSE(da5().params("contrast_free").at("preserve_range").get<bool>());
  EXPECT_TRUE(da5().params("gamma").at("invert").get<bool>());
  EXPECT_TRUE(da5().params("gamma_inverted").at("invert").get<bool>());
}

TEST(Da5, LowersTheResolutionAndSharpens) {
  const LowResolutionSettings settings{number("low_resolution", "probability"),
                                       number("low_resolution", "channel_probability"),
                                       range("low_resolution", "scale"), false};
  std::vector<double> scales;
  da5().expect_rate("low_resolution", 0.15, [&](Rng& rng) {
    for (const auto& channel : draw_low_resolution(rng, settings, 1).channels) {
      scales.push_back(channel.scale[0]);
    }
  });
  EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(scales.size()), kDraws, 0.5), "");
  EXPECT_EQ(ks_verdict(scales, uniform_cdf(0.25, 1.0)), "");

  const SharpenSettings sharpen{number("sharpen", "probability"),
                                number("sharpen", "channel_probability"),
                                range("sharpen", "strength")};
  std::vector<double> strengths;
  da5().expect_rate("sharpen", 0.2, [&](Rng& rng) {
    for (const auto& entry : draw_sharpen(rng, sharpen, 1)) strengths.push_back(entry.factor);
  });
  EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(strengths.size()), kDraws, 0.5), "");
  EXPECT_EQ(ks_verdict(strengths, uniform_cdf(0.1, 1.0)), "");
}

TEST(Da5, PutsBlankRectanglesAnywhere) {
  const auto& params = da5().params("rectangles");
  const BlankRectanglesSettings settings{params.at("probability").get<double>(),
                                         params.at("channel_probability").get<double>(),
                                         params.at("count").get<std::array<std::int64_t, 2>>(),
                                         params.at("smallest_part").get<std::int64_t>(),
                                         params.at("largest_part").get<std::int64_t>()};
  constexpr Extent3 kPatch{24, 64, 96};
  std::vector<std::int64_t> counts(5);
  // Edges: from max(1, 24 / 10) to below 24 / 3 and so on.
  const Extent3 least{2, 6, 9};
  const Extent3 end{8, 21, 32};
  std::array<std::vector<std::int64_t>, 3> edges;
  std::array<std::vector<std::int64_t>, 3> starts;
  for (std::size_t a = 0; a < 3; ++a) {
    edges[a].resize(static_cast<std::size_t>(end[a] - least[a]));
    starts[a].resize(static_cast<std::size_t>(kPatch[a] - least[a] + 1));
  }
  da5().expect_rate("rectangles", 0.4, [&](Rng& rng) {
    const auto rectangles = draw_blank_rectangles(rng, settings, 1, kPatch);
    ++counts.at(rectangles.size());
    for (const BlankRectangle& rectangle : rectangles) {
      const Extent3 size = rectangle.box.extent();
      for (std::size_t a = 0; a < 3; ++a) {
        ++edges[a].at(static_cast<std::size_t>(size[a] - least[a]));
        if (size[a] == least[a]) ++starts[a].at(static_cast<std::size_t>(rectangle.box.lower[a]));
      }
    }
  });
  EXPECT_EQ(rate_verdict(counts[0], kDraws, 0.5), "");
  EXPECT_EQ(even_verdict({counts.begin() + 1, counts.end()}), "");
  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_EQ(even_verdict(edges[a]), "") << a;
    EXPECT_EQ(even_verdict(starts[a]), "") << a;
  }
  // Where nnU-Net finds no edge to draw, the smallest is taken.
  Rng rng(1);
  for (const auto& rectangle : draw_blank_rectangles(rng, {1.0, 1.0}, 50, {4, 3, 1})) {
    EXPECT_EQ(rectangle.box.extent(), (Extent3{1, 1, 1}));
  }
}

TEST(Da5, DrawsBumps) {
  constexpr Extent3 kPatch{20, 64, 128};
  const auto settings_of = [](const std::string& stage) {
    return BumpSettings{range(stage, "centre"),
                        da5().params(stage).at("smallest_part").get<std::int64_t>()};
  };
  const BrightnessGradientSettings gradient{number("brightness_gradient", "probability"),
                                            number("brightness_gradient", "channel_probability"),
                                            settings_of("brightness_gradient"),
                                            range("brightness_gradient", "strength")};
  const LocalGammaSettings gamma{
      number("local_gamma", "probability"), number("local_gamma", "channel_probability"),
      settings_of("local_gamma"), range("local_gamma", "brighter"), range("local_gamma", "darker")};
  const auto expect = [&](const std::string& stage, const auto& draw, const Cdf& values) {
    std::array<std::vector<double>, 3> centre;
    std::array<std::vector<double>, 3> width;
    std::vector<double> value;
    da5().expect_rate(stage, 0.3, [&](Rng& rng) {
      for (const LocalChange& change : draw(rng)) {
        for (std::size_t a = 0; a < 3; ++a) {
          centre[a].push_back(change.bump.centre[a]);
          width[a].push_back(std::log(change.bump.deviation[a]));
        }
        value.push_back(change.value);
      }
    });
    EXPECT_EQ(rate_verdict(static_cast<std::int64_t>(value.size()), kDraws, 0.5), "") << stage;
    const Extent3 smallest{3, 10, 21};
    for (std::size_t a = 0; a < 3; ++a) {
      EXPECT_EQ(ks_verdict(centre[a], uniform_cdf(-0.5, 1.5)), "") << stage;
      EXPECT_EQ(ks_verdict(width[a], uniform_cdf(std::log(static_cast<double>(smallest[a])),
                                                 std::log(static_cast<double>(kPatch[a])))),
                "")
          << stage;
      EXPECT_EQ(uncorrelated_verdict(centre[a], width[a]), "") << stage;
      EXPECT_EQ(uncorrelated_verdict(centre[a], centre[(a + 1) % 3]), "") << stage;
    }
    EXPECT_EQ(ks_verdict(value, values), "") << stage;
  };
  expect(
      "brightness_gradient",
      [&](Rng& rng) { return draw_brightness_gradient(rng, gradient, 1, kPatch); },
      two_ranges_cdf(-5.0, -1.0, 1.0, 5.0));
  expect(
      "local_gamma", [&](Rng& rng) { return draw_local_gamma(rng, gamma, 1, kPatch); },
      two_ranges_cdf(0.01, 0.8, 1.5, 4.0));
}

}  // namespace
}  // namespace nnflow::augment
