// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nnflow/networks/precision.hpp"
#include "nnflow/networks/spec.hpp"
#include "nnflow/networks/state_layout.hpp"
#include "nnflow/torch_bridge/device.hpp"

namespace at {
class Tensor;
}

namespace nnflow::networks {

/// What convolutions of inference compute with.
enum class InferencePrecision {
  kSingle,    ///< float32
  kBfloat16,  ///< bfloat16 with float32 sums; only fast where the processor has such instructions
};

/// nnU-Net's plain and residual-encoder U-Nets (nnunet-training 1.2 to 1.6): a list of parameters
/// and a function of them. Every call belongs on the device's thread (see DeviceThread).
class UNet {
 public:
  /// Parameters on the CPU: convolutions zero, norms as they start. Throws Error(kInvalidData) on a
  /// bad spec.
  explicit UNet(NetworkSpec spec);
  UNet(UNet&&) noexcept;
  UNet& operator=(UNet&&) noexcept;
  UNet(const UNet&) = delete;
  UNet& operator=(const UNet&) = delete;
  ~UNet();

  [[nodiscard]] const NetworkSpec& spec() const;
  /// Names and shapes of `parameters()`, in nnU-Net's parameter order.
  [[nodiscard]] const std::vector<ParameterInfo>& layout() const;
  [[nodiscard]] const std::vector<at::Tensor>& parameters() const;
  /// Running statistics of batch norms, as buffer_layout has them.
  [[nodiscard]] const std::vector<at::Tensor>& buffers() const;
  /// Whether batch norms use and remember the statistics of the batch; false at the start. Means
  /// nothing for instance norms.
  void set_training(bool training);
  /// How `forward` and its gradients are computed; float32 at the start. kBf16 is for CPUs that
  /// have it. Parameters, their gradients and the logits are float32 with both.
  void set_precision(Precision precision);

  /// He initialisation (nnunet-training 1.6). A parameter's values depend on `seed` and its index
  /// only.
  void initialise(std::uint64_t seed);
  /// Moves the parameters.
  void move_to(const torch_bridge::DeviceSpec& device);
  /// Whether gradients are tracked; false at the start.
  void require_gradients(bool required);

  /// For parameters on the CPU that will not change: `forward` without deep supervision and without
  /// gradients runs faster from now on, on copies of them in layouts of its own.
  void prepare_inference(InferencePrecision precision);

  /// Logits, full resolution first: `stages - 1` of them with deep supervision, else one.
  /// `input` is (n, c, z, y, x), or (n, c, y, x) for 2D networks; spatial extents divisible by
  /// `spec().divisor()`. Without gradients the intermediate results are overwritten in place.
  [[nodiscard]] std::vector<at::Tensor> forward(const at::Tensor& input,
                                                bool deep_supervision) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nnflow::networks
