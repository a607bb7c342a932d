// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

namespace nnflow::resample {

/// Calls `work(first, last)` on up to `threads` equal parts of [0, count). `work` must not throw.
template <class Work>
void parallel_ranges(std::int64_t count, int threads, const Work& work) {
  const std::int64_t parts = std::clamp<std::int64_t>(threads, 1, std::max<std::int64_t>(count, 1));
  std::vector<std::jthread> workers;
  workers.reserve(static_cast<std::size_t>(parts - 1));
  for (std::int64_t part = 1; part < parts; ++part) {
    workers.emplace_back(
        [&work, count, part, parts] { work(count * part / parts, count * (part + 1) / parts); });
  }
  work(0, count / parts);
}

}  // namespace nnflow::resample
