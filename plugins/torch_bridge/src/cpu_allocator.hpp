// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace nnflow::torch_bridge {

/// Lets Torch's CPU tensors take large blocks from a BlockCache, from now on and for the whole
/// process.
void install_cpu_allocator();

/// Frees what the cache keeps.
void release_cpu_blocks();

}  // namespace nnflow::torch_bridge
