// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A plugin that cannot be opened unless a library outside the installation is open already: nothing
// tells the loader where it lies.
#include <string>

#include "nnflow/nnflow.hpp"

extern "C" int nnflow_fake_external();

namespace {

class Doctor final : public nnflow::Diagnostician {
 public:
  explicit Doctor(const nnflow::Value&) {}
  [[nodiscard]] std::vector<nnflow::Diagnosis> examine() const override {
    return {{"devices", "external", std::to_string(nnflow_fake_external()),
             nnflow::Diagnosis::Level::kGood, ""}};
  }
};

}  // namespace

NNFLOW_PLUGIN("needy", "1.0.0") {
  registry.add<nnflow::Diagnostician, Doctor>(std::string(nnflow::Diagnostician::kInterface),
                                              "external", "asks the external library");
}
