// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// \file
/// `NNFLOW_WIDE_VECTORS` before a function of the file compiles it for wider vectors as well; the
/// processor chooses at run time. For loops whose results do not depend on the width: element by
/// element, without reassociation. Sanitizers do not support it.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define NNFLOW_WIDE_VECTORS __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define NNFLOW_WIDE_VECTORS
#endif
