// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// A plugin that knows something about the machine and has no stage.
#include <string>

#include "nnflow/nnflow.hpp"

namespace {

using nnflow::Diagnosis;

class Doctor final : public nnflow::Diagnostician {
 public:
  explicit Doctor(const nnflow::Value&) {}
  [[nodiscard]] std::vector<Diagnosis> examine() const override {
    return {{"devices", "abacus:0", "ten rods", Diagnosis::Level::kGood, ""},
            {"devices", "abacus:1", "a rod is bent", Diagnosis::Level::kNote, "straighten it"}};
  }
};

}  // namespace

NNFLOW_PLUGIN("fake_doctor", "1.0.0") {
  registry.add<nnflow::Diagnostician, Doctor>(std::string(nnflow::Diagnostician::kInterface),
                                              "abacus", "looks for an abacus");
}
