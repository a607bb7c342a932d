// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks what the imaging library exports.
#define NNFLOW_IMAGING_EXPORT __attribute__((visibility("default")))
