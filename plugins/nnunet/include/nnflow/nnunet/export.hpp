// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks what the nnflow::nnunet library offers to others.
#define NNFLOW_NNUNET_EXPORT __attribute__((visibility("default")))
