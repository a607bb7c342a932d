// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/state_layout.hpp"

namespace nnflow::networks {
namespace {

std::vector<std::int64_t> weight_shape(const NetworkSpec& spec,
                                       std::int64_t a,
                                       std::int64_t b,
                                       const Extent3& kernel) {
  std::vector<std::int64_t> shape{a, b};
  shape.insert(shape.end(), kernel.begin() + (3 - spec.dimensions), kernel.end());
  return shape;
}

std::vector<ConvUnit> encoder_units(const NetworkSpec& spec) {
  std::vector<ConvUnit> units;
  if (spec.kind == NetworkKind::kPlainConvUNet) {
    for (auto& stage : plain_encoder(spec)) units.insert(units.end(), stage.begin(), stage.end());
    return units;
  }
  units.push_back(residual_stem(spec));
  for (const auto& stage : residual_encoder(spec)) {
    for (const ResidualBlock& block : stage) {
      units.push_back(block.first);
      units.push_back(block.second);
      units.insert(units.end(), block.projection.begin(), block.projection.end());
    }
  }
  return units;
}

std::vector<ConvUnit> decoder_units(const NetworkSpec& spec) {
  std::vector<ConvUnit> units;
  for (const auto& stage : decoder_stages(spec))
    units.insert(units.end(), stage.begin(), stage.end());
  return units;
}

class LayoutBuilder {
 public:
  explicit LayoutBuilder(const NetworkSpec& spec) : spec_(spec) {}

  void unit(const std::string& prefix, const ConvUnit& unit) {
    const std::string path = prefix + unit.path;
    add(path + ".conv.weight", weight_shape(spec_, unit.out, unit.in, unit.kernel),
        ParameterRole::kConvWeight);
    if (unit.bias) {
      add(path + ".conv.bias", {unit.out}, ParameterRole::kConvBias);
      result.back().cancelled_by_norm = spec_.norm == NormKind::kInstance;
    }
    if (!spec_.norm_affine) return;
    add(path + ".norm.weight", {unit.out}, ParameterRole::kNormWeight);
    result.back().zero_norm = unit.zero_norm;
    add(path + ".norm.bias", {unit.out}, ParameterRole::kNormBias);
  }

  void add(std::string name, std::vector<std::int64_t> shape, ParameterRole role) {
    result.push_back({std::move(name), std::move(shape), role, false, false});
  }

  std::vector<ParameterInfo> result;

 private:
  const NetworkSpec& spec_;
};

constexpr const char* kStatistics[] = {"running_mean", "running_var", "num_batches_tracked"};

/// Where the tensors of the next unit are in the lists.
struct Place {
  std::size_t parameter = 0;
  std::size_t buffer = 0;
};

/// Appends the keys of `units` below `prefix`; returns the place behind the last one.
Place append_unit_keys(std::vector<StateKey>& keys,
                       const NetworkSpec& spec,
                       const std::vector<ConvUnit>& units,
                       const std::string& prefix,
                       Place place) {
  const bool batch_norm = spec.norm == NormKind::kBatch;
  const std::string norm_alias = spec.has_dropout ? ".all_modules.2." : ".all_modules.1.";
  for (const ConvUnit& unit : units) {
    const std::string path = prefix + unit.path;
    const std::size_t norm = place.parameter + (unit.bias ? 2U : 1U);
    const auto conv_keys = [&](const std::string& middle) {
      keys.push_back({path + middle + "weight", place.parameter});
      if (unit.bias) keys.push_back({path + middle + "bias", place.parameter + 1});
    };
    const auto norm_keys = [&](const std::string& middle) {
      if (spec.norm_affine) {
        keys.push_back({path + middle + "weight", norm});
        keys.push_back({path + middle + "bias", norm + 1});
      }
      for (std::size_t i = 0; batch_norm && i < 3; ++i)
        keys.push_back({path + middle + kStatistics[i], place.buffer + i});
    };
    conv_keys(".conv.");
    norm_keys(".norm.");
    conv_keys(".all_modules.0.");
    norm_keys(norm_alias);
    place.parameter = norm + (spec.norm_affine ? 2U : 0U);
    if (batch_norm) place.buffer += 3;
  }
  return place;
}

}  // namespace

std::vector<ParameterInfo> parameter_layout(const NetworkSpec& spec) {
  LayoutBuilder builder(spec);
  for (const ConvUnit& unit : encoder_units(spec)) builder.unit("encoder.", unit);
  for (const ConvUnit& unit : decoder_units(spec)) builder.unit("decoder.", unit);
  const std::size_t n = spec.features.size();
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const std::string path = "decoder.transpconvs." + std::to_string(i);
    const std::int64_t below = spec.features[n - 1 - i];
    const std::int64_t here = spec.features[n - 2 - i];
    builder.add(path + ".weight", weight_shape(spec, below, here, spec.strides[n - 1 - i]),
                ParameterRole::kTransposedWeight);
    if (spec.conv_bias) builder.add(path + ".bias", {here}, ParameterRole::kConvBias);
  }
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const std::string path = "decoder.seg_layers." + std::to_string(i);
    builder.add(path + ".weight",
                weight_shape(spec, spec.classes, spec.features[n - 2 - i], {1, 1, 1}),
                ParameterRole::kConvWeight);
    builder.add(path + ".bias", {spec.classes}, ParameterRole::kConvBias);
  }
  return std::move(builder.result);
}

std::vector<ParameterInfo> buffer_layout(const NetworkSpec& spec) {
  std::vector<ParameterInfo> result;
  if (spec.norm != NormKind::kBatch) return result;
  const auto add = [&](const std::string& prefix, const std::vector<ConvUnit>& units) {
    for (const ConvUnit& unit : units) {
      const std::string path = prefix + unit.path + ".norm.";
      result.push_back({path + kStatistics[0], {unit.out}, ParameterRole::kRunningMean});
      result.push_back({path + kStatistics[1], {unit.out}, ParameterRole::kRunningVariance});
      result.push_back({path + kStatistics[2], {}, ParameterRole::kBatchCount});
    }
  };
  add("encoder.", encoder_units(spec));
  add("decoder.", decoder_units(spec));
  return result;
}

std::vector<StateKey> state_keys(const NetworkSpec& spec) {
  std::vector<StateKey> keys;
  const std::vector<ParameterInfo> layout = parameter_layout(spec);
  const Place start{0, layout.size()};
  const std::vector<ConvUnit> encoder = encoder_units(spec);
  const Place encoder_end = append_unit_keys(keys, spec, encoder, "encoder.", start);
  append_unit_keys(keys, spec, encoder, "decoder.encoder.", start);
  std::size_t parameter =
      append_unit_keys(keys, spec, decoder_units(spec), "decoder.", encoder_end).parameter;
  for (; parameter < layout.size(); ++parameter)
    keys.push_back({layout[parameter].name, parameter});
  return keys;
}

std::string_view strip_wrapper_prefixes(std::string_view key) {
  for (;;) {
    if (key.starts_with("module.")) {
      key.remove_prefix(7);
    } else if (key.starts_with("_orig_mod.")) {
      key.remove_prefix(10);
    } else {
      return key;
    }
  }
}

}  // namespace nnflow::networks
