// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include "fuzz.hpp"
#include "nnflow/error.hpp"
#include "nnflow/nnunet/postprocessing.hpp"

// A postprocessing.pkl. What was read must be the same again once it is written here.
void read_input(std::string_view bytes) {
  const auto steps = nnflow::nnunet::postprocessing_from_pickle(bytes, "postprocessing.pkl");
  try {
    const std::string written = nnflow::nnunet::postprocessing_to_pickle(steps);
    if (nnflow::nnunet::postprocessing_from_pickle(written, "what was written") != steps)
      throw std::logic_error("another decision once it is written");
  } catch (const nnflow::Error& error) {
    throw std::logic_error(error.what());
  }
}
