// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "nnflow/error.hpp"
#include "nnflow/imaging/extent.hpp"

namespace nnflow::nnunet {

/// The elements of an array in a file, as they are stored. Files are `.b2nd`, `.npy` or a member of
/// an `.npz`.
class StoredArray {
 public:
  explicit StoredArray(std::string path) : path_(std::move(path)) {}
  StoredArray(const StoredArray&) = delete;
  StoredArray& operator=(const StoredArray&) = delete;
  virtual ~StoredArray() = default;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] int dimension() const { return dimension_; }
  [[nodiscard]] std::int64_t channels() const { return channels_; }
  [[nodiscard]] const imaging::Extent3& extent() const { return extent_; }
  /// numpy type string without byte order.
  [[nodiscard]] const std::string& dtype() const { return dtype_; }
  [[nodiscard]] std::size_t item_bytes() const { return item_bytes_; }

  /// Reads a box that lies inside the array, of every channel, (c, dz, dy, dx). Safe for concurrent
  /// use.
  virtual void read(const imaging::Box3& box, char* out, std::size_t bytes) const = 0;

  /// Takes the elements `first`, `first + 1`, ... in the order of the file.
  using Take = std::function<void(std::int64_t first, const char* items, std::int64_t count)>;
  /// Hands out every element once, in the order of the file, piece by piece.
  virtual void stream(const Take& take) const;
  /// Whether the first axis is the fastest in the file.
  [[nodiscard]] virtual bool reversed() const { return false; }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ErrorCode::kInvalidData, path_ + ": " + what);
  }

 protected:
  /// Checks and takes the shape, 3 or 4 axes; returns the number of elements.
  std::int64_t set_shape(const std::int64_t* shape, int dimension);
  /// Checks and takes numpy's type string, such as "<f4".
  void set_type(std::string_view type);

 private:
  std::string path_;
  int dimension_ = 4;
  std::int64_t channels_ = 1;
  imaging::Extent3 extent_{};
  std::string dtype_;
  std::size_t item_bytes_ = 0;
};

/// Throw Error(kInvalidData) naming the file, Error(kIo) where it cannot be read.
[[nodiscard]] std::unique_ptr<StoredArray> open_b2nd(const std::string& path);
/// `member` names the array of an `.npz`; an `.npy` has only one.
[[nodiscard]] std::unique_ptr<StoredArray> open_numpy(const std::string& path,
                                                      const std::string& member);

}  // namespace nnflow::nnunet
