// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/catalog.hpp"

namespace nnflow::runtime::test {

/// Descriptions of a few stages over numbers, as manifests would give them.
class FakeCatalog final : public StageCatalog {
 public:
  FakeCatalog();
  [[nodiscard]] std::shared_ptr<const StageDescription> find(std::string_view stage_id,
                                                             std::string& why) const override;
  [[nodiscard]] std::vector<std::string> stage_ids() const override;
  [[nodiscard]] std::vector<std::string> implementations(
      std::string_view interface_id) const override;
  [[nodiscard]] std::string plugin_version(std::string_view stage_id) const override;

 private:
  void add(StageDescription description);
  std::map<std::string, std::shared_ptr<const StageDescription>, std::less<>> stages_;
};

}  // namespace nnflow::runtime::test
