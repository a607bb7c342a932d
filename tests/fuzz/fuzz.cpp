// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "fuzz.hpp"

#include "nnflow/error.hpp"

bool accepts(std::string_view bytes) {
  try {
    read_input(bytes);
    return true;
  } catch (const nnflow::Error&) {
    return false;
  }
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(accepts({reinterpret_cast<const char*>(data), size}));
  return 0;
}
