// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks what the SDK's shared library exports.
#define NNFLOW_SDK_EXPORT __attribute__((visibility("default")))
/// Marks the one symbol that a plugin exports.
#define NNFLOW_PLUGIN_EXPORT __attribute__((visibility("default")))
