// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <nnflow/nnunet/preprocessor.hpp>
#include <utility>

#include "normalise/stages.hpp"

namespace nnflow::normalise {
namespace {

Value arguments_of(const nnunet::Plans& plans,
                   const nnunet::ConfigurationPlan& configuration,
                   std::size_t channel) {
  Value arguments;
  arguments.set("channel", static_cast<std::int64_t>(channel));
  arguments.set("use_mask", static_cast<bool>(configuration.use_mask_for_norm[channel]));
  const auto& channels = plans.header().foreground_intensity_properties_per_channel;
  if (channel >= channels.size()) return arguments;
  const nnunet::IntensityProperties& p = channels[channel];
  Value intensity;
  intensity.set("max", p.max);
  intensity.set("mean", p.mean);
  intensity.set("median", p.median);
  intensity.set("min", p.min);
  intensity.set("percentile_00_5", p.percentile_00_5);
  intensity.set("percentile_99_5", p.percentile_99_5);
  intensity.set("std", p.std);
  arguments.set("intensity", std::move(intensity));
  return arguments;
}

void normalise_channels(const InterfaceCatalog& catalog,
                        const nnunet::Plans& plans,
                        const nnunet::ConfigurationPlan& configuration,
                        std::span<const std::int16_t> labels,
                        imaging::Volume& image) {
  const auto& schemes = configuration.normalization_schemes;
  for (std::size_t channel = 0; channel < schemes.size(); ++channel) {
    const Value arguments = arguments_of(plans, configuration, channel);
    auto normaliser = built_in(schemes[channel], arguments);
    if (normaliser == nullptr)
      normaliser = catalog.make<nnunet::Normaliser>(schemes[channel], arguments);
    try {
      normaliser->run(image.channel(static_cast<std::int64_t>(channel)), labels);
    } catch (Error& error) {
      throw error.with_context("channel " + std::to_string(channel));
    }
  }
}

}  // namespace

void PlannedStage::describe(StageSpec& spec) {
  spec.summary("Normalise every channel by the scheme that the plans name")
      .cache_version(2)
      .memory_hint("2*input");
  spec.doc(
      "The schemes of nnU-Net are known; any other name is looked up among the implementations of "
      "nnunet.normaliser/1 "
      "that plugins registered. Plans whose preprocessor_name is not DefaultPreprocessor hand the "
      "image to that implementation of nnunet.preprocessor/1, which normalises or does not. An "
      "image with another number of channels than the plans is an error.");
  spec.input(kImageIn, "cropped image, before resampling");
  spec.optional_input(
      kLabel, "label map, -1 outside the non-zero mask; needed where the plans use the mask");
  spec.input(kPlans, "plans with the schemes and the intensities of the data set");
  spec.optional_input(kModel, "a model whose configuration is taken instead of the parameter");
  spec.output(kImage, "normalised image");
  spec.params<Params>().field("configuration", &Params::configuration,
                              "name of the configuration in the plans, where no model is given");
}

void PlannedStage::process(Context& ctx) const {
  const nnunet::Plans& plans = ctx.get(kPlans);
  const std::string& name = ctx.has(kModel) ? ctx.get(kModel).configuration : params_.configuration;
  const nnunet::ConfigurationPlan& configuration = plans.configuration(name);
  imaging::Volume image = ctx.take(kImageIn);
  const auto& schemes = configuration.normalization_schemes;
  if (schemes.size() != static_cast<std::size_t>(image.channels())) {
    ctx.fail("the image has " + std::to_string(image.channels()) + " channels, expected " +
             std::to_string(schemes.size()) + " as configuration '" + name + "' of the plans");
  }
  std::span<const std::int16_t> labels;
  if (ctx.has(kLabel)) labels = ctx.get(kLabel).voxels();
  const auto normalise = [&](imaging::Volume& volume) {
    normalise_channels(ctx.interfaces(), plans, configuration, labels, volume);
  };
  if (configuration.preprocessor_name == nnunet::Preprocessor::kDefault) {
    normalise(image);
  } else {
    Value arguments;
    arguments.set("configuration", configuration.name);
    const auto preprocessor =
        ctx.interfaces().make<nnunet::Preprocessor>(configuration.preprocessor_name, arguments);
    const imaging::Extent3 extent = image.extent();
    const std::int64_t channels = image.channels();
    preprocessor->run(image, labels, normalise);
    if (image.extent() != extent || image.channels() != channels) {
      ctx.fail("the preprocessor " + configuration.preprocessor_name +
               " changed the extent or the channels of the image");
    }
  }
  ctx.emit(kImage, std::move(image));
}

}  // namespace nnflow::normalise
