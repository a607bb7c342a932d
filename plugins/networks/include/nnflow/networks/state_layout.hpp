// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/networks/spec.hpp"

namespace nnflow::networks {

enum class ParameterRole {
  kConvWeight,
  kTransposedWeight,
  kConvBias,
  kNormWeight,
  kNormBias,
  kRunningMean,
  kRunningVariance,
  kBatchCount  ///< batches that the running statistics have seen; an integer
};

/// One distinct tensor of a network.
struct ParameterInfo {
  std::string name;  ///< shortest state-dict key, e.g. `encoder.stages.0.0.convs.0.conv.weight`
  std::vector<std::int64_t>
      shape;  ///< convolution (out, in, k...), transposed convolution (in, out, k...)
  ParameterRole role = ParameterRole::kConvWeight;
  bool cancelled_by_norm =
      false;               ///< a convolution bias that an instance norm removes: gradient exactly 0
  bool zero_norm = false;  ///< starts at 0 instead of 1 (nnunet-training 1.6)
};

/// All tensors in nnU-Net's parameter order, which is also the optimiser's (nnunet-training 1.5).
[[nodiscard]] std::vector<ParameterInfo> parameter_layout(const NetworkSpec& spec);

/// The running statistics of batch norms, three tensors for each in the order of the norms; none
/// for instance norms. No gradient changes them.
[[nodiscard]] std::vector<ParameterInfo> buffer_layout(const NetworkSpec& spec);

/// A key of nnU-Net's state dict and the tensor it names; several keys may name one tensor.
struct StateKey {
  std::string key;
  std::size_t parameter = 0;  ///< index in parameter_layout followed by buffer_layout
};

/// Every key of nnU-Net's state dict, aliases included, in its order (nnunet-training 1.5).
[[nodiscard]] std::vector<StateKey> state_keys(const NetworkSpec& spec);

/// `key` without any sequence of leading `module.` and `_orig_mod.`.
[[nodiscard]] std::string_view strip_wrapper_prefixes(std::string_view key);

}  // namespace nnflow::networks
