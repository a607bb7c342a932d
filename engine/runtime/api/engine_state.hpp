// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "nnflow/engine.hpp"
#include "pipeline/resolved.hpp"
#include "plugin/plugin_set.hpp"

namespace nnflow {

struct Engine::State {
  explicit State(const EngineOptions& given) : options(given), plugins(given.plugin_dirs) {}

  const EngineOptions options;
  runtime::PluginSet plugins;
  std::map<std::string, bool> ends;  ///< stages of the program, by id; whether it feeds them
};

}  // namespace nnflow
