// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>

namespace nnflow::torch_bridge {

/// Calls `task(i)` for i in [0, count) on up to `workers` threads of Torch's team, each of which
/// runs Torch's operators by itself, without threads inside them. Every free thread takes the next
/// i. Of several exceptions one is thrown on. To be called on the device's thread; `task` sets what
/// Torch keeps per thread, such as InferenceMode.
void for_each_on_workers(std::int64_t count,
                         int workers,
                         const std::function<void(std::int64_t)>& task);

/// Whether the processor computes in bfloat16 (AVX-512 BF16) and oneDNN is not told to do
/// without (ONEDNN_MAX_CPU_ISA).
[[nodiscard]] bool has_fast_bfloat16();

}  // namespace nnflow::torch_bridge
