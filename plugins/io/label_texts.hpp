// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nnflow/nnunet/labels.hpp>
#include <string>
#include <vector>

namespace nnflow::io {

/// Labels from texts: `NAME=VALUE` is a label, `NAME=VALUE,VALUE,...` a region, and a bare `NAME`
/// the label whose number is its place in the list, from 1. Background, 0, comes first where no
/// text names it. Throws Error(kInvalidParam) naming the text.
[[nodiscard]] std::vector<nnunet::LabelManager::Entry> parse_labels(
    const std::vector<std::string>& texts);

}  // namespace nnflow::io
