// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/networks/precision.hpp"

#include "nnflow/error.hpp"
#include "nnflow/torch_bridge/device.hpp"

namespace nnflow::networks {

bool cpu_has_avx512() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("fma") != 0;
#else
  return false;
#endif
}

bool cpu_has_bf16() {
#if defined(__x86_64__)
  return cpu_has_avx512() && __builtin_cpu_supports("avx512bf16") != 0;
#else
  return false;
#endif
}

Precision parse_precision(std::string_view text) {
  if (text == "float32") return Precision::kFloat32;
  if (text == "bf16") return Precision::kBf16;
  throw Error(ErrorCode::kInvalidParam,
              "precision: expected float32 or bf16, got '" + std::string(text) + "'");
}

void require_precision(std::string_view text, std::string_view device, const std::string& stage) {
  try {
    if (parse_precision(text) == Precision::kFloat32) return;
    if (torch_bridge::parse_device(device).cuda) {
      throw Error(ErrorCode::kInvalidParam,
                  "precision: expected float32 with device '" + std::string(device) +
                      "', got 'bf16', which is for the CPU; half_precision is that of CUDA");
    }
    if (!cpu_has_bf16()) {
      throw Error(ErrorCode::kResource,
                  "precision: cannot use 'bf16': this CPU has no bfloat16 instructions "
                  "(avx512_bf16); expected float32");
    }
  } catch (Error& error) {
    throw error.with_context("stage " + stage);
  }
}

}  // namespace nnflow::networks
