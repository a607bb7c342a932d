// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/export.hpp"

namespace nnflow {

/// How a type travels between stages. Specialise it for every payload type:
///
///     template <> struct nnflow::PayloadTraits<Volume> {
///       static constexpr std::string_view kId = "imaging.volume/1";   // versioned, never typeid
///       static std::size_t bytes(const Volume& value);                // memory it holds
///       static void save(const Volume& value, std::string& out);      // optional: append a byte
///       image static Volume load(std::string_view bytes);                   // optional: its
///       inverse
///     };
///
/// Types with `save` and `load` can be cached, and once values are digested by content.
/// Equal values must save to equal bytes.
template <class T>
struct PayloadTraits;

inline namespace abi_v2 {

/// What the engine knows of a payload type.
struct PayloadType {
  std::string_view id;
  std::size_t (*bytes)(const void* value);
  void (*save)(const void* value, std::string& out);      ///< null when not storable
  std::shared_ptr<void> (*load)(std::string_view bytes);  ///< null when not storable
};

namespace detail {
template <class T>
concept Storable = requires(const T& value, std::string& out, std::string_view bytes) {
  PayloadTraits<T>::save(value, out);
  { PayloadTraits<T>::load(bytes) } -> std::convertible_to<T>;
};

template <class T>
const PayloadType& payload_type() {
  static const PayloadType kType = [] {
    PayloadType type{
        PayloadTraits<T>::kId,
        [](const void* value) { return PayloadTraits<T>::bytes(*static_cast<const T*>(value)); },
        nullptr, nullptr};
    if constexpr (Storable<T>) {
      type.save = [](const void* value, std::string& out) {
        PayloadTraits<T>::save(*static_cast<const T*>(value), out);
      };
      type.load = [](std::string_view bytes) -> std::shared_ptr<void> {
        return std::make_shared<T>(PayloadTraits<T>::load(bytes));
      };
    }
    return type;
  }();
  return kType;
}
}  // namespace detail

/// A shared, type-erased value. Copies share it; readers see it as const.
class Payload {
 public:
  Payload() = default;

  template <class T>
  [[nodiscard]] static Payload make(T value) {
    return Payload(&detail::payload_type<T>(), std::make_shared<T>(std::move(value)));
  }
  [[nodiscard]] static Payload from_raw(const PayloadType* type, std::shared_ptr<void> value) {
    return Payload(type, std::move(value));
  }

  [[nodiscard]] bool empty() const { return type_ == nullptr; }
  [[nodiscard]] std::string_view id() const { return empty() ? std::string_view{} : type_->id; }
  [[nodiscard]] std::size_t bytes() const { return empty() ? 0 : type_->bytes(value_.get()); }
  [[nodiscard]] const PayloadType* type() const { return type_; }
  [[nodiscard]] const void* raw() const { return value_.get(); }

  /// Throws Error(kInternal) when the payload is of another type.
  template <class T>
  [[nodiscard]] const T& get() const {
    check(PayloadTraits<T>::kId);
    return *static_cast<const T*>(value_.get());
  }

  /// The value itself: moved out when nobody shares it, copied otherwise. Leaves the payload empty.
  template <class T>
  [[nodiscard]] T take() {
    check(PayloadTraits<T>::kId);
    std::shared_ptr<void> value = std::move(value_);
    type_ = nullptr;
    if (value.use_count() == 1) {
      // use_count() does not wait for what other owners did before they let go; a release of one
      // more owner does.
      std::shared_ptr<void>(value).reset();
      return std::move(*static_cast<T*>(value.get()));
    }
    return *static_cast<const T*>(value.get());
  }

 private:
  Payload(const PayloadType* type, std::shared_ptr<void> value)
      : type_(type), value_(std::move(value)) {}
  void check(std::string_view id) const {
    if (this->id() != id) {
      throw Error(ErrorCode::kInternal, "payload is '" + std::string(this->id()) + "', expected '" +
                                            std::string(id) + "'");
    }
  }

  const PayloadType* type_ = nullptr;
  std::shared_ptr<void> value_;
};

}  // namespace abi_v2
}  // namespace nnflow
