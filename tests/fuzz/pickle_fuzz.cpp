// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"
#include "nnflow/error.hpp"
#include "nnflow/nnunet/properties.hpp"

// The properties of a case. What was read must be readable again as it is written here.
void read_input(std::string_view bytes) {
  using nnflow::nnunet::CaseProperties;
  const auto properties = CaseProperties::from_pickle(bytes, "case.pkl");
  const std::string written = properties.to_pickle();
  try {
    static_cast<void>(CaseProperties::from_pickle(written, "what was written"));
  } catch (const nnflow::Error& error) {
    throw std::logic_error(error.what());
  }
}
