// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "signal_scope.hpp"

#include <unistd.h>

#include <atomic>

#include "cli.hpp"

namespace nnflow::cli {
namespace {

std::atomic<StopFlags*> active_flags{nullptr};

extern "C" void on_signal(int signal) {
  StopFlags* flags = active_flags.load();
  if (signal == kStopSignal) {
    if (flags != nullptr) flags->stop = true;
    return;
  }
  if (flags == nullptr) _exit(kInterrupted);
  if (signal == SIGINT && !flags->cancel && !flags->stop.exchange(true)) {
    constexpr char kText[] = "\nfinishing what has begun; interrupt again to end now\n";
    (void)!::write(STDERR_FILENO, kText, sizeof(kText) - 1);
    return;
  }
  if (flags->cancel.exchange(true)) _exit(kInterrupted);
}

}  // namespace

SignalScope::SignalScope(StopFlags& flags) {
  active_flags = &flags;
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, &interrupt_);
  sigaction(SIGTERM, &action, &terminate_);
  sigaction(kStopSignal, &action, &stop_);
}

SignalScope::~SignalScope() {
  sigaction(kStopSignal, &stop_, nullptr);
  sigaction(SIGINT, &interrupt_, nullptr);
  sigaction(SIGTERM, &terminate_, nullptr);
  active_flags = nullptr;
}

}  // namespace nnflow::cli
