// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// One value of a pickle. Nodes belong to their `PickleDocument`; shared and even cyclic references
/// are possible.
struct NNFLOW_NNUNET_EXPORT PickleNode {
  enum class Kind {
    kNone,
    kBool,     ///< `integer` 0 or 1
    kInt,      ///< `integer`; also numpy integer scalars
    kBigInt,   ///< an integer beyond 64 bit; `real` approximates it
    kReal,     ///< `real`; also numpy float scalars
    kString,   ///< `text`, UTF-8
    kBytes,    ///< `text`, raw
    kList,     ///< `items`
    kTuple,    ///< `items`
    kSet,      ///< `items`
    kDict,     ///< `entries`, insertion order; OrderedDict too
    kGlobal,   ///< `module`, `text` = name: a class or function that was only named
    kObject,   ///< anything else that was built: `callee`, `items` = arguments, `state`
    kArray,    ///< numpy array: `dtype`, `shape`, `fortran_order`, `text` = raw bytes
    kStorage,  ///< torch storage: `module` = type name (FloatStorage), `text` = key, `integer` =
               ///< elements
    kTensor,   ///< torch tensor: `storage`, `integer` = offset, `shape`, `strides`; in elements
  };

  Kind kind = Kind::kNone;
  std::int64_t integer = 0;
  double real = 0.0;
  std::string text;
  std::string module;
  std::string dtype;  ///< numpy type string with byte order, "<f4", "|b1"; also of numpy scalars
  std::vector<const PickleNode*> items;
  std::vector<std::pair<const PickleNode*, const PickleNode*>> entries;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;
  bool fortran_order = false;
  const PickleNode* callee = nullptr;
  const PickleNode* state = nullptr;
  const PickleNode* storage = nullptr;

  [[nodiscard]] bool is(Kind other) const { return kind == other; }
  [[nodiscard]] bool is_sequence() const { return kind == Kind::kList || kind == Kind::kTuple; }
  /// Int, bool or real as a double.
  [[nodiscard]] bool is_number() const {
    return kind == Kind::kInt || kind == Kind::kReal || kind == Kind::kBool ||
           kind == Kind::kBigInt;
  }
  [[nodiscard]] double number() const {
    return kind == Kind::kReal || kind == Kind::kBigInt ? real : static_cast<double>(integer);
  }
  /// Value of a string key of a dict (the last one wins); null when absent or not a dict.
  [[nodiscard]] const PickleNode* find(std::string_view key) const;
  /// A global of this module and name.
  [[nodiscard]] bool is_global(std::string_view module_name, std::string_view name) const;
};

/// A decoded pickle, protocols 0 to 5. Nothing is ever executed: known constructors (numpy scalars
/// and arrays, torch tensors, OrderedDict, bytes) become plain values, everything else an opaque
/// object. Memory stays proportional to the input. Immutable after `parse`.
class NNFLOW_NNUNET_EXPORT PickleDocument {
 public:
  /// Throws Error(kInvalidData) "<source>: pickle offset <n>: ...".
  [[nodiscard]] static PickleDocument parse(std::string_view bytes, std::string_view source);

  PickleDocument(PickleDocument&&) noexcept;
  PickleDocument& operator=(PickleDocument&&) noexcept;
  ~PickleDocument();

  [[nodiscard]] const PickleNode& root() const { return *root_; }

 private:
  PickleDocument();
  std::unique_ptr<std::deque<PickleNode>> nodes_;
  const PickleNode* root_ = nullptr;
};

/// Numbers of a 1D-flattened numeric array node, in C order, any dtype of bool, int, uint or float
/// (2, 4, 8 bytes). Throws Error(kInvalidData) for other dtypes or when the bytes do not match the
/// shape.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<double> array_as_doubles(const PickleNode& array,
                                                                        std::string_view source);
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::vector<std::int64_t> array_as_integers(
    const PickleNode& array, std::string_view source);

/// Emits a pickle value by value, in protocol 2 (what torch files use) or 4. Values are written in
/// the order of the calls; containers are `begin_*`, contents, `end_*`. No memo is used, so equal
/// input gives equal bytes.
class NNFLOW_NNUNET_EXPORT PickleWriter {
 public:
  explicit PickleWriter(int protocol = 4);

  PickleWriter& none();
  PickleWriter& boolean(bool value);
  PickleWriter& integer(std::int64_t value);
  PickleWriter& real(double value);
  PickleWriter& string(std::string_view utf8);
  PickleWriter& bytes(std::string_view raw);
  /// Contents: the items.
  PickleWriter& begin_list();
  PickleWriter& end_list();
  /// Contents: the items.
  PickleWriter& begin_tuple();
  PickleWriter& end_tuple();
  /// Contents: key, value, key, value, ...
  PickleWriter& begin_dict();
  PickleWriter& end_dict();
  PickleWriter& global(std::string_view module, std::string_view name);
  /// Applies the callable and the argument tuple written just before.
  PickleWriter& reduce();
  /// Sets the state written just before on the object below it.
  PickleWriter& build();
  /// Turns the value written just before into a persistent id.
  PickleWriter& persistent();
  /// A numpy array of little-endian elements, `dtype` such as "i8", "f8", "f4".
  PickleWriter& numpy_array(std::string_view dtype,
                            std::span<const std::int64_t> shape,
                            std::string_view raw);
  /// A tensor whose storage is record `data/<key>` of a torch file; offset, size and stride in
  /// elements.
  PickleWriter& tensor(std::string_view storage_type,
                       std::string_view key,
                       std::int64_t storage_elements,
                       std::int64_t offset,
                       std::span<const std::int64_t> size,
                       std::span<const std::int64_t> stride);

  /// Ends the pickle and gives its bytes.
  [[nodiscard]] std::string finish();

 private:
  int protocol_;
  std::string out_;
};

}  // namespace nnflow::nnunet
