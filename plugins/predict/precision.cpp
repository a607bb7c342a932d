// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "predict/precision.hpp"

#include <nnflow/error.hpp>
#include <nnflow/torch_bridge/workers.hpp>

namespace nnflow::predict {

networks::InferencePrecision network_precision(const std::string& text) {
  return text == "bf16" ? networks::InferencePrecision::kBfloat16
                        : networks::InferencePrecision::kSingle;
}

void require_precision(const std::string& text,
                       const std::string& device,
                       const std::string& stage) {
  if (network_precision(text) == networks::InferencePrecision::kSingle) return;
  std::string message("stage ");
  message += stage;
  message += ": precision: cannot use 'bf16': ";
  if (device != "cpu") {
    message += "it is for device cpu; on '" + device + "' the network runs in float16";
    throw Error(ErrorCode::kInvalidParam, message);
  }
  if (torch_bridge::has_fast_bfloat16()) return;
  message +=
      "this processor has no instructions for it (AVX-512 BF16), or ONEDNN_MAX_CPU_ISA "
      "forbids them; expected float32";
  throw Error(ErrorCode::kResource, message);
}

}  // namespace nnflow::predict
