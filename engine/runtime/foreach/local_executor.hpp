// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "nnflow/executor.hpp"

namespace nnflow::runtime {

/// One element after the other in this process; the first failure is the last element.
class LocalExecutor final : public Executor {
 public:
  void run(ExecutorHost& host) override {
    for (std::size_t i = 0; i < host.elements().size() && !host.cancelled(); ++i) {
      ElementResult result = host.run_here(i);
      const bool go_on =
          result.status == RunStatus::kOk || result.status == RunStatus::kItemsSkipped;
      host.report(i, std::move(result));
      if (!go_on) return;
    }
  }
};

}  // namespace nnflow::runtime
