// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "nnflow/export.hpp"

/// ABI of the SDK: `major` changes when a class layout or a virtual table changes, `minor` when
/// something is added. The host takes plugins of the same major and a minor not above its own.
#define NNFLOW_ABI_MAJOR 2
#define NNFLOW_ABI_MINOR 1

#if defined(__clang__)
#define NNFLOW_BUILD_COMPILER "clang"
#elif defined(__GNUC__)
#define NNFLOW_BUILD_COMPILER "gcc"
#else
#error "unknown compiler"
#endif
#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define NNFLOW_BUILD_STDLIB "libstdc++-cxx11"
#elif defined(__GLIBCXX__)
#define NNFLOW_BUILD_STDLIB "libstdc++-cxx03"
#else
#define NNFLOW_BUILD_STDLIB "libc++"
#endif
#if defined(__SANITIZE_ADDRESS__)
#define NNFLOW_BUILD_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define NNFLOW_BUILD_SANITIZER "thread"
#else
#define NNFLOW_BUILD_SANITIZER "none"
#endif
/// What must be equal on both sides for C++ objects to cross.
#define NNFLOW_BUILD_TAG NNFLOW_BUILD_COMPILER "/" NNFLOW_BUILD_STDLIB "/" NNFLOW_BUILD_SANITIZER

namespace nnflow {
inline namespace abi_v2 {
class Registry;
}

/// The one symbol of a plugin, `nnflow_plugin`: plain data, readable before any code of the plugin
/// runs. Its layout never changes; new members take reserved slots.
struct PluginDescriptor {
  char magic[8];  ///< "NNFLOWPL"
  std::uint32_t abi_major;
  std::uint32_t abi_minor;
  std::uint32_t size;  ///< sizeof(PluginDescriptor) as the plugin knew it
  std::uint32_t reserved_flags;
  const char* build_tag;
  const char* name;  ///< equals the file name without libnnflow_plugin_ and .so
  const char* version;
  const char* (*probe)();  ///< null, or: null = can run here, else why not
  void (*register_all)(Registry& registry);
  const void* reserved[8];
};

inline constexpr char kPluginMagic[8] = {'N', 'N', 'F', 'L', 'O', 'W', 'P', 'L'};

}  // namespace nnflow
