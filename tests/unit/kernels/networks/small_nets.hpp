// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/networks/spec.hpp"

namespace nnflow::test {

/// The networks of nnunet-training, appendices A and B.
inline networks::NetworkSpec small_net(networks::NetworkKind kind) {
  networks::NetworkSpec spec;
  spec.kind = kind;
  spec.features = {4, 8, 16};
  spec.kernel_sizes = {{1, 3, 3}, {3, 3, 3}, {3, 3, 3}};
  spec.strides = {{1, 1, 1}, {1, 2, 2}, {2, 2, 2}};
  const bool plain = kind == networks::NetworkKind::kPlainConvUNet;
  spec.blocks_per_stage =
      plain ? std::vector<std::int64_t>{2, 2, 2} : std::vector<std::int64_t>{1, 2, 2};
  spec.decoder_convs = plain ? std::vector<std::int64_t>{2, 2} : std::vector<std::int64_t>{1, 1};
  return spec;
}

}  // namespace nnflow::test
