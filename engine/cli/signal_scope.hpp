// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

#include "nnflow/runtime/run.hpp"

namespace nnflow::cli {

/// What "nnflow stop" sends. Unlike an interrupt, a second one changes nothing.
inline constexpr int kStopSignal = SIGUSR1;

/// While it lives, an interrupt from the keyboard sets `stop`, which lets what has begun be
/// finished. The next signal, or the first one to terminate, sets `cancel`, which keeps finished
/// items only; one more ends the process. One at a time.
class SignalScope {
 public:
  explicit SignalScope(StopFlags& flags);
  ~SignalScope();
  SignalScope(const SignalScope&) = delete;
  SignalScope& operator=(const SignalScope&) = delete;

 private:
  struct sigaction interrupt_ {};
  struct sigaction terminate_ {};
  struct sigaction stop_ {};
};

}  // namespace nnflow::cli
