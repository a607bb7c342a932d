// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/torch_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/zip_archive.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;

ZipReader open_archive(const fs::path& path) {
  std::error_code ignored;
  const bool archived = archived_path(path).has_value();
  if (!archived && !fs::is_regular_file(path, ignored)) {
    throw Error(ErrorCode::kIo, path.string() + ": no such checkpoint file");
  }
  try {
    return archived ? ZipReader(read_file(path), path) : ZipReader(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::kInvalidData) throw;
    throw Error(ErrorCode::kInvalidData,
                path.string() +
                    ": not a complete checkpoint: the zip archive is damaged, cut off, or older "
                    "than torch 1.6");
  }
}

/// Index of the last element of a tensor in its storage; nothing where it has no meaning.
std::optional<std::int64_t> last_element(const PickleNode& tensor) {
  std::int64_t last = tensor.integer;
  if (last < 0 || tensor.shape.size() != tensor.strides.size()) return {};
  for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
    std::int64_t step = 0;
    if (tensor.shape[axis] < 0 || tensor.strides[axis] < 0 ||
        __builtin_mul_overflow(tensor.shape[axis] - 1, tensor.strides[axis], &step) ||
        __builtin_add_overflow(last, step, &last)) {
      return {};
    }
  }
  return last;
}

}  // namespace

struct TorchFile::Impl {
  fs::path path;
  ZipReader archive;
  std::string prefix;  ///< the folder that all records lie in, with a final `/`
  std::optional<PickleDocument> document;

  [[nodiscard]] std::string record(const std::string& name) const {
    const ZipEntry* const entry = archive.find(prefix + name);
    if (entry == nullptr) {
      throw Error(ErrorCode::kInvalidData, path.string() + ": record '" + name + "' is missing");
    }
    try {
      return archive.read(*entry);
    } catch (const Error&) {
      throw Error(ErrorCode::kInvalidData,
                  path.string() + ": record '" + name + "' is damaged or cut off");
    }
  }
};

std::int64_t torch_element_bytes(std::string_view storage_type) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 10> kTypes{
      {{"FloatStorage", 4},
       {"DoubleStorage", 8},
       {"HalfStorage", 2},
       {"BFloat16Storage", 2},
       {"LongStorage", 8},
       {"IntStorage", 4},
       {"ShortStorage", 2},
       {"CharStorage", 1},
       {"ByteStorage", 1},
       {"BoolStorage", 1}}};
  for (const auto& [name, bytes] : kTypes) {
    if (name == storage_type) return bytes;
  }
  return 0;
}

TorchFile::TorchFile(const fs::path& path)
    : impl_(std::make_unique<Impl>(Impl{path, open_archive(path), {}, {}})) {
  for (const ZipEntry& entry : impl_->archive.entries()) {
    impl_->prefix = entry.name.substr(0, entry.name.find('/') + 1);
    if (!impl_->prefix.empty()) break;
  }
  const auto has = [&](const char* name) {
    return impl_->archive.find(impl_->prefix + name) != nullptr;
  };
  if (!has("data.pkl")) refuse("not a checkpoint: record 'data.pkl' is missing");
  if (has("byteorder") && impl_->record("byteorder") != "little") {
    refuse("written on a big-endian machine");
  }
  impl_->document = PickleDocument::parse(impl_->record("data.pkl"), path.string());
  if (!root().is(PickleNode::Kind::kDict)) refuse("not a checkpoint: its pickle is not a dict");
}
TorchFile::TorchFile(TorchFile&&) noexcept = default;
TorchFile& TorchFile::operator=(TorchFile&&) noexcept = default;
TorchFile::~TorchFile() = default;

const PickleNode& TorchFile::root() const { return impl_->document->root(); }

TorchFile::TensorBytes TorchFile::tensor(const PickleNode& node) const {
  if (!node.is(PickleNode::Kind::kTensor) || node.storage == nullptr) refuse("is no tensor");
  const PickleNode& storage = *node.storage;
  const std::int64_t element = torch_element_bytes(storage.module);
  if (element == 0) refuse("storage type '" + storage.module + "' is unknown");
  const std::string record = "data/" + storage.text;
  const auto last = last_element(node);
  if (!last)
    refuse("the sizes, strides and offset of a tensor of record '" + record + "' are impossible");
  TensorBytes result{std::make_shared<std::string>(impl_->record(record)), nullptr};
  const auto bytes = static_cast<std::int64_t>(result.storage->size());
  if (*last >= bytes / element || node.integer > bytes / element) {
    refuse("record '" + record + "' has " + std::to_string(bytes) +
           " bytes, fewer than its tensor needs");
  }
  result.begin = reinterpret_cast<std::byte*>(result.storage->data()) + node.integer * element;
  return result;
}

void TorchFile::refuse(const std::string& what) const {
  throw Error(ErrorCode::kInvalidData, impl_->path.string() + ": " + what);
}

}  // namespace nnflow::nnunet
