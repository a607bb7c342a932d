// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace nnflow::networks::kernels {

/// Memory that starts at a cache line, not initialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::int64_t count = 0) { reserve(count); }
  /// Room for `count` elements; what was there is lost when it grows.
  void reserve(std::int64_t count) {
    if (count <= count_) return;
    data_.reset(static_cast<T*>(
        ::operator new (static_cast<std::size_t>(count) * sizeof(T), std::align_val_t{kLine})));
    count_ = count;
  }
  [[nodiscard]] T* data() const { return data_.get(); }

 private:
  static constexpr std::size_t kLine = 64;
  struct Free {
    void operator()(T* data) const { ::operator delete (data, std::align_val_t{kLine}); }
  };
  std::unique_ptr<T, Free> data_;
  std::int64_t count_ = 0;
};

}  // namespace nnflow::networks::kernels
