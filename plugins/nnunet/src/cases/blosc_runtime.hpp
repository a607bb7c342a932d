// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <b2nd.h>

#include <memory>
#include <string>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {

/// Blosc2 registers its codecs and file access once a process.
inline void ensure_blosc() {
  static const bool kReady = [] {
    blosc2_init();
    return true;
  }();
  static_cast<void>(kReady);
}

struct FreeArray {
  void operator()(b2nd_array_t* array) const { b2nd_free(array); }
};
using BloscArray = std::unique_ptr<b2nd_array_t, FreeArray>;

/// Throws when a Blosc2 call failed.
inline void check_blosc(int code, ErrorCode kind, const std::string& what) {
  if (code >= 0) return;
  throw Error(kind, what + ": " + blosc2_error_string(code));
}

}  // namespace nnflow::nnunet
