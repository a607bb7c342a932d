// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "normalise/kernels/schemes.hpp"
#include "normalise/stages.hpp"

namespace nnflow::normalise {

/// A stage that applies one scheme. `Scheme` has `Params` with the list `channels`, `kSummary`,
/// `describe_params` and `run(span, labels, params)`.
template <class Scheme>
class SchemeStage final : public MapStage {
 public:
  using Params = typename Scheme::Params;
  static constexpr In<imaging::Volume> kImageIn{"image"};
  static constexpr In<imaging::LabelMap> kLabel{"label"};
  static constexpr Out<imaging::Volume> kImage{"image"};

  static void describe(StageSpec& spec) {
    spec.summary(Scheme::kSummary).cache_version(1).memory_hint("2*input");
    spec.input(kImageIn, "image");
    spec.optional_input(kLabel, "label map, -1 outside the non-zero mask");
    spec.output(kImage, "normalised image");
    auto params = spec.params<Params>();
    params.field("channels", &Params::channels,
                 "channels to normalise, counted from 0; none given: all of them");
    Scheme::describe_params(params);
  }
  explicit SchemeStage(const StageConfig& config) : params_(config.params<Params>()) {}

  void process(Context& ctx) const override {
    imaging::Volume image = ctx.take(kImageIn);
    std::span<const std::int16_t> labels;
    if (ctx.has(kLabel)) labels = ctx.get(kLabel).voxels();
    std::vector<std::int64_t> channels = params_.channels;
    for (std::int64_t c = 0; params_.channels.empty() && c < image.channels(); ++c)
      channels.push_back(c);
    for (const std::int64_t channel : channels) {
      if (channel < 0 || channel >= image.channels()) {
        throw Error(ErrorCode::kInvalidParam, "channels: there is no channel " +
                                                  std::to_string(channel) + ", the image has " +
                                                  std::to_string(image.channels()));
      }
      Scheme::run(image.channel(channel), labels, params_);
    }
    ctx.emit(kImage, std::move(image));
  }

 private:
  const Params params_;
};

struct ZScoreScheme {
  static constexpr const char* kSummary = "Scale intensities to mean 0 and standard deviation 1";
  struct Params {
    std::vector<std::int64_t> channels;
    bool use_mask = false;
  };
  static void describe_params(ParamsSpec<Params>& params) {
    params.field("use_mask", &Params::use_mask,
                 "measure and change only voxels whose label is not negative");
  }
  static void run(std::span<float> voxels,
                  std::span<const std::int16_t> labels,
                  const Params& params) {
    Value arguments;
    arguments.set("use_mask", params.use_mask);
    ZScoreNormaliser(arguments).run(voxels, labels);
  }
};

struct CtScheme {
  static constexpr const char* kSummary = "Clip intensities to a window, then shift and scale them";
  struct Params {
    std::vector<std::int64_t> channels;
    double mean = 0.0;
    double deviation = 1.0;
    double lower = 0.0;
    double upper = 0.0;
  };
  static void describe_params(ParamsSpec<Params>& params) {
    params.field("mean", &Params::mean, "subtracted after clipping", Required{})
        .field("deviation", &Params::deviation, "divisor after clipping", Minimum{0.0}, Required{})
        .field("lower", &Params::lower, "smallest intensity kept", Required{})
        .field("upper", &Params::upper, "largest intensity kept", Required{})
        .check([](const Params& p) {
          return p.lower <= p.upper ? "" : "lower must not exceed upper";
        });
  }
  static void run(std::span<float> voxels, std::span<const std::int16_t>, const Params& params) {
    ct(voxels, {params.mean, params.deviation, params.lower, params.upper});
  }
};

/// Schemes without parameters of their own.
struct PlainParams {
  std::vector<std::int64_t> channels;
};

struct RescaleScheme {
  static constexpr const char* kSummary = "Scale intensities to the range 0 to 1";
  using Params = PlainParams;
  static void describe_params(ParamsSpec<Params>&) {}
  static void run(std::span<float> voxels, std::span<const std::int16_t>, const Params&) {
    rescale_to_0_1(voxels);
  }
};

struct RgbScheme {
  static constexpr const char* kSummary = "Divide 8-bit intensities by 255";
  using Params = PlainParams;
  static void describe_params(ParamsSpec<Params>&) {}
  static void run(std::span<float> voxels, std::span<const std::int16_t> labels, const Params&) {
    RgbNormaliser(Value()).run(voxels, labels);
  }
};

struct NoScheme {
  static constexpr const char* kSummary = "Leave intensities as they are";
  using Params = PlainParams;
  static void describe_params(ParamsSpec<Params>&) {}
  static void run(std::span<float>, std::span<const std::int16_t>, const Params&) {}
};

}  // namespace nnflow::normalise
