// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/export.hpp"
#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// Implementations of versioned interfaces ("acme.filter/1"), registered by plugins beside their
/// stages. An interface is an abstract class of a support library with `static constexpr
/// std::string_view kInterface`.
class NNFLOW_SDK_EXPORT InterfaceCatalog {
 public:
  virtual ~InterfaceCatalog();

  /// Ids of the implementations of an interface, sorted.
  [[nodiscard]] virtual std::vector<std::string> implementations(
      std::string_view interface_id) const = 0;

  /// A new implementation made from `arguments`. Throws Error(kInvalidParam) listing the known ids.
  template <class Interface>
  [[nodiscard]] std::shared_ptr<Interface> make(std::string_view implementation,
                                                const Value& arguments) const {
    return std::static_pointer_cast<Interface>(
        make_raw(Interface::kInterface, implementation, arguments));
  }

 protected:
  /// A pointer to the interface's base sub-object.
  [[nodiscard]] virtual std::shared_ptr<void> make_raw(std::string_view interface_id,
                                                       std::string_view implementation,
                                                       const Value& arguments) const = 0;
};

}  // namespace abi_v2
}  // namespace nnflow
