// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "budget.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

namespace nnflow::runtime {

int thread_budget(int asked) {
  if (asked > 0) return asked;
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof(set), &set) == 0) return std::max(1, CPU_COUNT(&set));
  return static_cast<int>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
}

std::int64_t memory_budget(std::int64_t asked) {
  if (asked > 0) return asked;
  return std::int64_t{::sysconf(_SC_AVPHYS_PAGES)} * ::sysconf(_SC_PAGESIZE) / 2;
}

std::uint64_t in_flight_limit(int asked, int threads, std::uint64_t largest_group) {
  const std::uint64_t needed = 2 * largest_group;
  if (asked > 0)
    return std::max<std::uint64_t>(static_cast<std::uint64_t>(asked),
                                   largest_group > 1 ? needed : 1);
  return 2 * static_cast<std::uint64_t>(threads) + (largest_group > 1 ? needed : 0);
}

double memory_factor(std::string_view hint) {
  double factor = 1.0;
  const auto parsed = std::from_chars(hint.data(), hint.data() + hint.size(), factor);
  if (parsed.ec != std::errc{} ||
      std::string_view(parsed.ptr, hint.data() + hint.size()) != "*input")
    return 1.0;
  return std::max(factor, 1.0);
}

}  // namespace nnflow::runtime
