// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "nnflow/payload.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// Port constants of a stage. An *item* port carries one value per item; a *once* port carries one
/// value per run, delivered before the first item. `static constexpr nnflow::In<Volume>
/// kImage{"image"};`
template <class T>
struct In {
  std::string_view name;
};
template <class T>
struct Out {
  std::string_view name;
};
template <class T>
struct OnceIn {
  std::string_view name;
};
template <class T>
struct OnceOut {
  std::string_view name;
};

}  // namespace abi_v2
}  // namespace nnflow
