// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "engine_state.hpp"
#include "nnflow/runtime/pipeline.hpp"
#include "pipeline/compose.hpp"
#include "pipeline/resolved.hpp"
#include "program/channel.hpp"

namespace nnflow {

struct Pipeline::Impl {
  Impl(std::shared_ptr<Engine::State> state, std::filesystem::path path, std::string shown)
      : engine(std::move(state)), file(std::move(path)), shown_as(std::move(shown)) {}

  /// Throws Error(kInvalidPipeline) when the text is no pipeline.
  void read();
  /// Null after findings with errors.
  [[nodiscard]] std::shared_ptr<const runtime::ResolvedPipeline> resolve(const RunOptions& options,
                                                                         Findings& findings) const;
  /// Throws Error(kInvalidPipeline) with the findings as text.
  [[nodiscard]] std::shared_ptr<const runtime::ResolvedPipeline> resolve(
      const RunOptions& options) const;
  /// Adds the end of a stage. Throws what Pipeline::feed() does.
  void add_channel(std::string_view stage,
                   std::string_view payload,
                   bool is_source,
                   std::shared_ptr<runtime::Channel> channel);
  /// A run that has not begun; it takes the channels.
  [[nodiscard]] std::unique_ptr<RunHandle::Impl> prepare(const RunOptions& options);

  std::shared_ptr<Engine::State> engine;
  std::filesystem::path file;
  std::string shown_as;
  std::string name;
  runtime::Overrides overrides;
  std::map<std::string, std::shared_ptr<runtime::Channel>> channels;  ///< of the next run
};

}  // namespace nnflow
