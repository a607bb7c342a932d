// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/imaging/extent.hpp"
#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/fingerprint.hpp"
#include "nnflow/nnunet/py_json.hpp"
#include "nnflow/payload.hpp"

namespace nnflow::nnunet {

/// A network as plans.json describes it. Per-axis lists have as many entries as the configuration
/// has axes.
struct NNFLOW_NNUNET_EXPORT Architecture {
  std::string network_class_name;  ///< dotted Python name
  std::int64_t n_stages = 0;
  std::vector<std::int64_t> features_per_stage;
  std::string conv_op;
  std::vector<std::vector<std::int64_t>> kernel_sizes;  ///< stage, axis
  std::vector<std::vector<std::int64_t>> strides;       ///< stage, axis
  /// Convolutions (plain) or residual blocks (`n_blocks_per_stage`) of the encoder, by stage.
  std::vector<std::int64_t> n_conv_per_stage;
  std::vector<std::int64_t> n_conv_per_stage_decoder;
  bool conv_bias = true;
  std::string norm_op;  ///< empty: null
  double norm_eps = 1e-5;
  bool norm_affine = true;
  std::string dropout_op;  ///< empty: null
  std::string nonlin;      ///< empty: null
  double nonlin_negative_slope = 0.01;

  Json json;  ///< the `architecture` object verbatim; what is written

  /// `ResidualEncoderUNet` rather than `PlainConvUNet`.
  [[nodiscard]] bool is_residual() const;
  /// Last component of `network_class_name`.
  [[nodiscard]] std::string class_name() const;
  /// Number of spatial axes, from the strides.
  [[nodiscard]] std::int64_t dimension() const;
  /// The object as the planners write it, for an architecture put together in memory
  /// (nnunet-data 4.14).
  [[nodiscard]] Json to_json() const;
  [[nodiscard]] static Architecture from_json(const Json& json,
                                              std::string_view where,
                                              std::vector<std::string>& findings);
};

/// One of the three resampling entries of a configuration.
struct NNFLOW_NNUNET_EXPORT Resampling {
  std::string function = "resample_data_or_seg_to_shape";
  bool is_seg = false;
  int order = 3;
  int order_z = 0;
  std::optional<bool> force_separate_z;  ///< absent: null, decide from the spacing
  double separate_z_anisotropy_threshold = 3.0;
  Json kwargs;  ///< verbatim when read

  /// `kwargs`, or the members as the planners write them.
  [[nodiscard]] Json kwargs_json() const;

  [[nodiscard]] static Resampling image() { return make(false, 3); }
  [[nodiscard]] static Resampling segmentation() { return make(true, 1); }
  [[nodiscard]] static Resampling probabilities() { return make(false, 1); }

 private:
  static Resampling make(bool is_seg, int order);
};

/// One entry of `configurations`, `inherits_from` resolved and old keys converted. Everything is in
/// array axis order after `transpose_forward`; per-axis lists have 2 entries for 2D configurations.
struct NNFLOW_NNUNET_EXPORT ConfigurationPlan {
  std::string name;
  std::string data_identifier;  ///< folder of the preprocessed data
  std::string preprocessor_name = "DefaultPreprocessor";
  std::int64_t batch_size = 0;
  std::vector<std::int64_t> patch_size;
  std::vector<double> median_image_size_in_voxels;
  bool median_size_is_integer = false;             ///< written as integers (3d_lowres)
  std::vector<double> spacing;                     ///< mm
  std::vector<std::string> normalization_schemes;  ///< per channel
  std::vector<bool> use_mask_for_norm;             ///< per channel
  Resampling resampling_data = Resampling::image();
  Resampling resampling_seg = Resampling::segmentation();
  Resampling resampling_probabilities = Resampling::probabilities();
  Architecture architecture;
  bool batch_dice = false;
  std::optional<std::string>
      previous_stage;  ///< cascade: the configuration whose output is an input here
  std::vector<std::string> next_stages;  ///< `next_stage`, a string or a list

  Json json;  ///< the resolved object verbatim

  [[nodiscard]] bool is_2d() const { return patch_size.size() == 2; }
  /// The patch with a leading 1 for 2D.
  [[nodiscard]] imaging::Extent3 patch_extent() const;
  /// Target spacing of a case: for 2D the case's own out-of-plane spacing stays.
  [[nodiscard]] imaging::Spacing3 target_spacing(
      const imaging::Spacing3& transposed_case_spacing) const;
  /// The object as the planners write it (nnunet-data 4.14).
  [[nodiscard]] Json to_json() const;
};

/// Global part of a plans file, for building one.
struct PlansHeader {
  std::string dataset_name;
  std::string plans_name = "nnUNetPlans";
  imaging::Spacing3 original_median_spacing_after_transp{1.0, 1.0, 1.0};
  imaging::Extent3 original_median_shape_after_transp{};
  std::string image_reader_writer = "SimpleITKIO";
  std::array<int, 3> transpose_forward{0, 1, 2};
  std::array<int, 3> transpose_backward{0, 1, 2};
  std::string experiment_planner_used = "ExperimentPlanner";
  std::string label_manager = "LabelManager";
  std::vector<IntensityProperties> foreground_intensity_properties_per_channel;
};

/// A plans file. The document is kept verbatim; the header is read at once, configurations on
/// demand.
class NNFLOW_NNUNET_EXPORT Plans {
 public:
  Plans() = default;
  /// Throws Error(kInvalidData) listing all findings of the global part.
  [[nodiscard]] static Plans from_json(Json document, std::string_view source);
  [[nodiscard]] static Plans read(const std::filesystem::path& path);
  /// Puts a plans document together; `configurations` in the order they are written.
  [[nodiscard]] static Plans make(const PlansHeader& header,
                                  const std::vector<std::pair<std::string, Json>>& configurations);

  [[nodiscard]] const PlansHeader& header() const { return header_; }
  [[nodiscard]] const Json& document() const { return document_; }
  /// Where it was read, for messages.
  [[nodiscard]] const std::string& source() const { return source_; }
  void write(const std::filesystem::path& path) const;

  [[nodiscard]] std::vector<std::string> configuration_names() const;
  [[nodiscard]] bool has_configuration(std::string_view name) const;
  /// The configuration with inheritance resolved. Throws Error(kInvalidParam) for an unknown name
  /// (listing the known ones) and Error(kInvalidData) for a bad configuration. Read at the first
  /// call, by whichever thread; valid as long as these plans or a copy of them.
  [[nodiscard]] const ConfigurationPlan& configuration(std::string_view name) const&;
  [[nodiscard]] ConfigurationPlan configuration(std::string_view name) &&;

  /// Axis order of the network: entry i of the result is entry `transpose_forward[i]` of `value`.
  template <class T>
  [[nodiscard]] std::array<T, 3> transposed(const std::array<T, 3>& value) const {
    std::array<T, 3> result{};
    for (std::size_t i = 0; i < 3; ++i) {
      result[i] = value[static_cast<std::size_t>(header_.transpose_forward[i])];
    }
    return result;
  }

 private:
  struct Configurations {
    std::mutex mutex;
    std::map<std::string, ConfigurationPlan, std::less<>> read;
  };

  [[nodiscard]] ConfigurationPlan read_configuration(const std::string& name) const;

  PlansHeader header_;
  Json document_ = Json::object();
  std::string source_ = "plans";
  std::shared_ptr<Configurations> configurations_ = std::make_shared<Configurations>();
};

/// Normalisation scheme class of a channel name and whether it may use the non-zero mask
/// (nnunet-data 2.4).
struct NormalizationScheme {
  std::string class_name;
  bool may_use_mask = false;
};
[[nodiscard]] NNFLOW_NNUNET_EXPORT NormalizationScheme
normalization_scheme(std::string_view channel_name);

}  // namespace nnflow::nnunet

namespace nnflow {

template <>
struct NNFLOW_NNUNET_EXPORT PayloadTraits<nnunet::Plans> {
  static constexpr std::string_view kId = "nnunet.plans/1";
  static std::size_t bytes(const nnunet::Plans& value);
  static void save(const nnunet::Plans& value, std::string& out);
  static nnunet::Plans load(std::string_view bytes);
};

}  // namespace nnflow
