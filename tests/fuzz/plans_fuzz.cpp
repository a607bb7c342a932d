// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fuzz.hpp"
#include "nnflow/nnunet/plans.hpp"

// A plans file, of any version: its configurations are read too, at most some.
void read_input(std::string_view bytes) {
  using namespace nnflow::nnunet;
  constexpr std::size_t kMostConfigurations = 8;
  const Plans plans = Plans::from_json(parse_json(bytes, "plans.json"), "plans.json");
  auto names = plans.configuration_names();
  names.resize(std::min(names.size(), kMostConfigurations));
  for (const auto& name : names) {
    const ConfigurationPlan& configuration = plans.configuration(name);
    static_cast<void>(configuration.patch_extent());
    static_cast<void>(configuration.target_spacing({1.0, 1.0, 1.0}));
    static_cast<void>(dump_json(configuration.to_json()));
  }
  static_cast<void>(parse_json(dump_json(plans.document()), "what was written"));
}
