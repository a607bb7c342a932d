// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "nnflow/export.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// One thing that `nnflow doctor` tells about the machine or the installation.
struct Diagnosis {
  enum class Level {
    kGood,     ///< as it should be
    kNote,     ///< missing, and only some things need it
    kProblem,  ///< wrong; something that is installed cannot be used
  };
  std::string group;  ///< heading: "devices", "environment", ...
  std::string name;   ///< "cuda:0", "SOME_VARIABLE", ...
  std::string value;  ///< what was found
  Level level = Level::kGood;
  std::string advice;  ///< what to do about it; empty when there is nothing to do
};

/// What a plugin knows about the machine: devices that its libraries see, environment variables
/// that it reads. A plugin registers an implementation with
///
///     registry.add<Diagnostician, Mine>(std::string(Diagnostician::kInterface), "acme",
///                                       "what acme needs");
///
/// It is made from an empty object and called on one thread.
class NNFLOW_SDK_EXPORT Diagnostician {
 public:
  static constexpr std::string_view kInterface = "nnflow.diagnostician/1";

  virtual ~Diagnostician();
  [[nodiscard]] virtual std::vector<Diagnosis> examine() const = 0;
};

}  // namespace abi_v2
}  // namespace nnflow
