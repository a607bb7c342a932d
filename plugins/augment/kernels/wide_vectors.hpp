// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Put before a function, compiles its loops for several vector widths, of which the program takes
/// the widest the processor has. Only for element-wise loops: nothing is reassociated and nothing
/// fused, so every width gives the same bits.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define NNFLOW_WIDE_VECTORS \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define NNFLOW_WIDE_VECTORS
#endif
