// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "plan/plans_document.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include <nnflow/error.hpp>

#include "plan/kernels/experiment.hpp"

namespace nnflow::plan {
namespace {

using nnunet::Architecture;
using nnunet::ConfigurationPlan;
using nnunet::DatasetDescription;
using nnunet::Fingerprint;
using nnunet::Json;

constexpr double kMaskThreshold = 0.75;  // of the image left after cropping

const Preset& preset_of(const PlanOptions& options) {
  if (const Preset* preset = find_preset(options.planner)) return *preset;
  std::string known;
  for (const Preset& preset : presets())
    known += (known.empty() ? "" : ", ") + std::string(preset.name);
  throw Error(ErrorCode::kInvalidParam,
              "planner '" + options.planner + "' is unknown, expected one of " + known);
}

std::optional<Spacing3> spacing_of(const PlanOptions& options) {
  const auto& values = options.overwrite_target_spacing;
  if (values.empty()) return std::nullopt;
  if (values.size() != 3 ||
      std::any_of(values.begin(), values.end(), [](double v) { return !(v > 0.0); })) {
    throw Error(ErrorCode::kInvalidParam,
                "overwrite_target_spacing has " + std::to_string(values.size()) +
                    " entries, expected three positive numbers (mm along z, y, x)");
  }
  return Spacing3{values[0], values[1], values[2]};
}

void check(const DatasetDescription& dataset, const Fingerprint& fingerprint) {
  const std::size_t measured = fingerprint.foreground_intensity_properties_per_channel.size();
  if (measured != dataset.channels.size()) {
    throw Error(ErrorCode::kInvalidData, "data set " + dataset.name +
                                             ": the fingerprint describes " +
                                             std::to_string(measured) + " channels, dataset.json " +
                                             std::to_string(dataset.channels.size()));
  }
  if (fingerprint.spacings.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "data set " + dataset.name + ": the fingerprint holds no case");
  }
}

Architecture architecture_of(const Configuration& c,
                             const Preset& preset,
                             const PlanOptions& options) {
  const std::string dimension = c.spacing.size() == 2 ? "2d" : "3d";
  Architecture a;
  a.network_class_name =
      std::string("dynamic_network_architectures.architectures.unet.") +
      (preset.encoder == Encoder::kPlain ? "PlainConvUNet" : "ResidualEncoderUNet");
  a.n_stages = static_cast<std::int64_t>(c.topology.stages());
  a.features_per_stage = c.features;
  for (std::size_t s = 0; s < c.features.size() && !options.features.empty(); ++s) {
    a.features_per_stage[s] = options.features[std::min(s, options.features.size() - 1)];
  }
  a.conv_op = "torch.nn.modules.conv.Conv" + dimension;
  a.kernel_sizes = c.topology.kernel_sizes;
  a.strides = c.topology.strides;
  a.n_conv_per_stage = c.encoder_depth;
  a.n_conv_per_stage_decoder = c.decoder_depth;
  a.norm_op = "torch.nn.modules.instancenorm.InstanceNorm" + dimension;
  a.nonlin = "torch.nn.LeakyReLU";
  return a;
}

/// One of the three resampling entries of a configuration (nnunet-data 6.6).
nnunet::Resampling resampling_of(Resampler resampler, bool is_seg) {
  nnunet::Resampling how;
  how.is_seg = is_seg;
  how.kwargs = Json::object();
  how.function = "no_resampling_hack";
  if (resampler == Resampler::kNone) return how;
  how.function = "resample_torch_fornnunet";
  how.kwargs["is_seg"] = is_seg;
  how.kwargs["force_separate_z"] = false;
  how.kwargs["memefficient_seg_resampling"] = false;
  if (resampler == Resampler::kTorchSeparateZ) {
    how.kwargs["force_separate_z"] = nullptr;
    how.kwargs["separate_z_anisotropy_threshold"] = 3;
  }
  return how;
}

/// Builds the entries of `configurations`.
class Document {
 public:
  Document(const DatasetDescription& dataset,
           const Fingerprint& fingerprint,
           const PlanOptions& options,
           const Preset& preset)
      : options_(options), preset_(preset) {
    const bool cropped = fingerprint.median_relative_size_after_cropping < kMaskThreshold;
    for (const nnunet::Channel& channel : dataset.channels) {
      const auto scheme = nnunet::normalization_scheme(channel.name);
      schemes_.push_back(scheme.class_name);
      masks_.push_back(cropped && scheme.may_use_mask);
    }
  }

  [[nodiscard]] ConfigurationPlan entry(const std::string& name,
                                        const Configuration& c,
                                        bool batch_dice) const {
    ConfigurationPlan plan;
    plan.name = name;
    const bool shared = preset_.shares_default_data && name != "3d_lowres";
    plan.data_identifier = (shared ? "nnUNetPlans" : plans_name(options_)) + "_" + name;
    plan.preprocessor_name = options_.preprocessor_name;
    plan.batch_size = options_.batch_size > 0 ? options_.batch_size : c.batch_size;
    plan.patch_size = c.topology.patch;
    plan.median_image_size_in_voxels = c.median_size;
    plan.median_size_is_integer = name == "3d_lowres";
    plan.spacing = c.spacing;
    plan.normalization_schemes = schemes_;
    plan.use_mask_for_norm = masks_;
    if (preset_.resampler != Resampler::kDefault) {
      plan.resampling_data = resampling_of(preset_.resampler, false);
      plan.resampling_seg = resampling_of(preset_.resampler, true);
      plan.resampling_probabilities = plan.resampling_data;
    }
    plan.architecture = architecture_of(c, preset_, options_);
    plan.batch_dice = batch_dice;
    return plan;
  }

 private:
  const PlanOptions& options_;
  const Preset& preset_;
  std::vector<std::string> schemes_;
  std::vector<bool> masks_;
};

void keep_others(std::vector<std::pair<std::string, Json>>& entries, const Json& previous) {
  const auto old = previous.find("configurations");
  if (old == previous.end() || !old->is_object()) return;
  const std::size_t planned = entries.size();
  for (const auto& [name, value] : old->items()) {
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(planned);
    const bool again = std::any_of(entries.begin(), end,
                                   [&n = name](const auto& entry) { return entry.first == n; });
    if (!again) entries.emplace_back(name, value);
  }
}

}  // namespace

std::string plans_name(const PlanOptions& options) {
  return options.plans_name.empty() ? std::string(preset_of(options).plans_name)
                                    : options.plans_name;
}

std::string reader_name(const DatasetDescription& dataset, bool flat) {
  constexpr std::array<std::string_view, 6> kKnown{
      "NaturalImage2DIO", "SimpleITKIO",           "Tiff3DIO",
      "NibabelIO",        "NibabelIOWithReorient", "SimpleITKIOWithReorient"};
  const auto& wanted = dataset.overwrite_image_reader_writer;
  if (wanted && std::find(kKnown.begin(), kKnown.end(), *wanted) != kKnown.end()) return *wanted;
  std::string ending = dataset.file_ending;
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto is_one_of = [&ending](std::initializer_list<std::string_view> endings) {
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
  };
  if (is_one_of({".png", ".bmp"}) || (flat && ending == ".tif")) return "NaturalImage2DIO";
  if (is_one_of({".nii.gz", ".nrrd", ".mha", ".gipl"})) return "SimpleITKIO";
  if (is_one_of({".tif", ".tiff"})) return "Tiff3DIO";
  if (ending == ".nii") return "NibabelIO";
  throw Error(ErrorCode::kInvalidData,
              "data set " + dataset.name + ": no reader for file_ending \"" + dataset.file_ending +
                  "\", expected one of .nii.gz .nii .nrrd .mha .gipl .png .bmp .tif .tiff");
}

nnunet::Plans make_plans(const DatasetDescription& dataset,
                         const Fingerprint& fingerprint,
                         const PlanOptions& options,
                         const Json* previous) {
  const Preset& preset = preset_of(options);
  check(dataset, fingerprint);
  const DatasetFacts facts{fingerprint.spacings, fingerprint.shapes_after_crop,
                           dataset.num_training, dataset.num_label_keys()};
  const double memory =
      options.gpu_memory_target > 0.0 ? options.gpu_memory_target : preset.memory_gb;
  Experiment experiment;
  try {
    experiment =
        plan_experiment(preset, memory, facts, spacing_of(options), options.suppress_transpose);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::kInvalidData, "data set " + dataset.name + ": " + error.what());
  }

  const Document document(dataset, fingerprint, options, preset);
  std::vector<std::pair<std::string, Json>> entries;
  entries.emplace_back("2d", document.entry("2d", experiment.flat, true).to_json());
  if (experiment.lowres) {
    ConfigurationPlan lowres = document.entry("3d_lowres", *experiment.lowres, false);
    lowres.next_stages = {"3d_cascade_fullres"};
    entries.emplace_back("3d_lowres", lowres.to_json());
  }
  if (experiment.fullres) {
    const bool cascade = experiment.lowres.has_value();
    entries.emplace_back("3d_fullres",
                         document.entry("3d_fullres", *experiment.fullres, cascade).to_json());
    if (cascade) {
      Json entry;
      entry["inherits_from"] = "3d_fullres";
      entry["previous_stage"] = "3d_lowres";
      entries.emplace_back("3d_cascade_fullres", std::move(entry));
    }
  }
  if (previous != nullptr) keep_others(entries, *previous);

  nnunet::PlansHeader header;
  header.dataset_name = dataset.name;
  header.plans_name = plans_name(options);
  header.original_median_spacing_after_transp = experiment.median_spacing;
  header.original_median_shape_after_transp = experiment.median_shape;
  header.image_reader_writer = options.image_reader_writer;
  if (options.image_reader_writer.empty()) {
    header.image_reader_writer =
        reader_name(dataset, std::all_of(fingerprint.shapes_after_crop.begin(),
                                         fingerprint.shapes_after_crop.end(),
                                         [](const Extent3& shape) { return shape[0] == 1; }));
  }
  header.transpose_forward = experiment.transpose_forward;
  header.transpose_backward = experiment.transpose_backward;
  header.experiment_planner_used = preset.name;
  header.foreground_intensity_properties_per_channel =
      fingerprint.foreground_intensity_properties_per_channel;
  return nnunet::Plans::make(header, entries);
}

}  // namespace nnflow::plan
