// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <thread>

#include "engine_state.hpp"
#include "nnflow/runtime/run.hpp"
#include "program/channel.hpp"
#include "run.hpp"

namespace nnflow {

struct RunHandle::Impl {
  ~Impl();
  /// Runs to the end, on the calling thread; ends the channels.
  void execute();

  std::shared_ptr<Engine::State> engine;
  std::shared_ptr<const runtime::ResolvedPipeline> pipeline;
  runtime::RunOptions options;  ///< its flags are never null
  StopFlags own_flags;
  RunResult result;
  std::exception_ptr error;  ///< it could not start
  std::atomic<bool> done{false};
  std::thread thread;
};

}  // namespace nnflow
