// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "nnflow/nnunet/export.hpp"
#include "nnflow/nnunet/pickle.hpp"

namespace nnflow::nnunet {

/// A file that torch.save wrote as a zip archive (torch 1.6 and later; nnunet-training 6.4), read
/// without Torch; the path may lead through another archive, whose entry is then unpacked in
/// memory. Nothing in it is executed, and no more memory is taken than it holds. Every message
/// names the file: kIo when it cannot be read, kInvalidData when it is no such file, is cut off, or
/// holds a tensor that its bytes do not suffice for. One thread at a time.
class NNFLOW_NNUNET_EXPORT TorchFile {
 public:
  explicit TorchFile(const std::filesystem::path& path);
  TorchFile(TorchFile&&) noexcept;
  TorchFile& operator=(TorchFile&&) noexcept;
  ~TorchFile();

  /// What the pickle holds: a dict.
  [[nodiscard]] const PickleNode& root() const;

  /// The bytes of a storage; a tensor's elements lie there at `begin` and behind it, in the steps
  /// of its strides, little-endian.
  struct TensorBytes {
    std::shared_ptr<std::string> storage;
    std::byte* begin = nullptr;
  };
  /// Of a node of kind kTensor whose sizes and strides lie inside its storage.
  [[nodiscard]] TensorBytes tensor(const PickleNode& node) const;

  /// Throws Error(kInvalidData) with the path in front.
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Bytes of an element of a storage of this type, such as FloatStorage; 0 for another name.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::int64_t torch_element_bytes(std::string_view storage_type);

}  // namespace nnflow::nnunet
