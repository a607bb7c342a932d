// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "trainers.hpp"

#include <stdexcept>

#include "../../pipeline/program.hpp"

namespace nnflow::test {

std::filesystem::path trainers_folder() {
  return std::filesystem::path(NNFLOW_SOURCE_DIR) / "tests" / "golden" / "trainers";
}

nnunet::Json stages_of(const std::string& trainer) {
  const Answer answer = run({program().string(), "validate", "train", "--resolved", "--json",
                             "--set", "vars.dataset=d", "--set", "vars.configuration=c", "--set",
                             "vars.fold=0", "--set", "vars.trainer=" + trainer});
  if (answer.code != 0) throw std::runtime_error(trainer + ": " + answer.text);
  return nnunet::parse_json(answer.text, trainer).at("resolved").at("stages");
}

}  // namespace nnflow::test
