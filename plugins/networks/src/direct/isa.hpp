// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 warns of the undefined registers in its own intrinsics.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#define NNFLOW_HAS_DIRECT_KERNELS 1
/// Code for CPUs with AVX-512, in a file for all CPUs. Compilers use the bfloat16 instructions,
/// which fewer CPUs have, only where they are called by name.
#define NNFLOW_AVX512_CODE \
  __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma")))
#else
#define NNFLOW_HAS_DIRECT_KERNELS 0
#endif
