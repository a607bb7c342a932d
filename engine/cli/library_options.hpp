// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli.hpp"

namespace nnflow::cli {

/// Takes the options out of the words that say where an external library is: before the command or
/// after it, `--NAME FOLDER` or `--NAME=FOLDER`. Each sets the variable that the library is looked
/// for with, so it must be called before there is a second thread.
void take_library_options(Words& words);

/// What these options are.
[[nodiscard]] std::vector<HelpLine> library_options();

}  // namespace nnflow::cli
