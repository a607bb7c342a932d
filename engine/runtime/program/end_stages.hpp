// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "channel.hpp"
#include "exec/gate.hpp"
#include "nnflow/stage.hpp"
#include "plugin/loader.hpp"

namespace nnflow::runtime {

/// The one port of the stages that a program feeds or collects from.
inline constexpr std::string_view kProgramPort = "value";

/// A stage whose other end is the program around the engine.
class ProgramStage {
 public:
  virtual ~ProgramStage() = default;
  /// The channel of this stage; before the run, once. Throws Error(kInvalidPipeline) when there is
  /// none, or one of the other direction.
  virtual void bind(std::shared_ptr<Channel> channel) = 0;
  /// The graph that is about to run, and the stage's place in it.
  virtual void attach(std::shared_ptr<Gate> gate, std::size_t position) = 0;
  /// Of a source: next() found nothing, but more may come.
  [[nodiscard]] virtual bool waiting() const = 0;
};

/// A source of items of one type that the program pushes.
[[nodiscard]] LoadedStage make_program_source(const std::string& id,
                                              const PayloadType& type,
                                              const std::string& summary);
/// A sink for items of one type that the program takes, in item order.
[[nodiscard]] LoadedStage make_program_sink(const std::string& id,
                                            const PayloadType& type,
                                            const std::string& summary);

}  // namespace nnflow::runtime
