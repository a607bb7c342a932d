// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/spec.hpp>

namespace nnflow::runtime {

/// What the validator knows about stages. Answers come from manifests; no plugin is opened for
/// them.
class StageCatalog {
 public:
  virtual ~StageCatalog() = default;

  /// The description of a stage, or null; `why` then says what was looked for and where (it may
  /// stay empty when the plugin is there but has no such stage).
  [[nodiscard]] virtual std::shared_ptr<const StageDescription> find(std::string_view stage_id,
                                                                     std::string& why) const = 0;
  /// All known stage ids, sorted; for suggestions and lists.
  [[nodiscard]] virtual std::vector<std::string> stage_ids() const = 0;
  /// Ids of the implementations of an interface, sorted.
  [[nodiscard]] virtual std::vector<std::string> implementations(
      std::string_view interface_id) const = 0;
  /// Version of the plugin that has this stage, or "".
  [[nodiscard]] virtual std::string plugin_version(std::string_view stage_id) const = 0;
};

}  // namespace nnflow::runtime
