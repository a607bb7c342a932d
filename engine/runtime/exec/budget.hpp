// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace nnflow::runtime {

/// Threads of the process: `asked`, or the CPUs this process may use when 0.
[[nodiscard]] int thread_budget(int asked);

/// Bytes that items in flight may hold: `asked`, or half of the memory that is free now when 0.
[[nodiscard]] std::int64_t memory_budget(std::int64_t asked);

/// Items in flight: enough to keep all threads busy and to fill two of the largest groups.
[[nodiscard]] std::uint64_t in_flight_limit(int asked, int threads, std::uint64_t largest_group);

/// The factor of a memory hint "4*input"; 1 when there is none.
[[nodiscard]] double memory_factor(std::string_view hint);

}  // namespace nnflow::runtime
