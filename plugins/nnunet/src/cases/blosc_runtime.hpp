// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <b2nd.h>

#include <memory>
#include <string>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {

/// Runs the parts of one of Blosc2's jobs, one after the other.
inline void run_jobs(
    void* /*data*/, void (*job)(void*), int count, std::size_t bytes, void* arguments) {
  for (int i = 0; i < count; ++i) {
    job(static_cast<char*>(arguments) + static_cast<std::size_t>(i) * bytes);
  }
}

/// Blosc2 registers its codecs and file access once a process. It compresses the index of every
/// frame with four threads of its own, whatever its parameters say; here stages are what runs in
/// parallel, and starting those threads would take longer than the compression.
inline void ensure_blosc() {
  static const bool kReady = [] {
    blosc2_init();
    blosc2_set_threads_callback(&run_jobs, nullptr);
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
