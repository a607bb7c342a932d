// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>

namespace nnflow::imaging {

struct FreeLarge {
  void operator()(void* memory) const { std::free(memory); }
};

/// Values that are not set. For hundreds of MiB that are written once: they lie in huge pages where
/// the system has them, since faults of small ones would take as long as the writing.
template <class T>
using LargeBuffer = std::unique_ptr<T[], FreeLarge>;

/// Throws std::bad_alloc.
template <class T>
[[nodiscard]] LargeBuffer<T> make_large_buffer(std::size_t count) {
  static_assert(std::is_trivial_v<T>);
  constexpr std::size_t kPage = std::size_t{2} << 20U;
  if (count > (~std::size_t{0} - kPage) / sizeof(T)) throw std::bad_alloc();
  const std::size_t bytes = (count * sizeof(T) + kPage - 1) / kPage * kPage;
  void* const memory = std::aligned_alloc(kPage, bytes);
  if (memory == nullptr) throw std::bad_alloc();
  (void)::madvise(memory, bytes, MADV_HUGEPAGE);  // a hint: without it all works
  return LargeBuffer<T>(static_cast<T*>(memory));
}

}  // namespace nnflow::imaging
