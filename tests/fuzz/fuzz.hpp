// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Each target defines this: reads `bytes` as a file of its format. Throws nnflow::Error where it
/// refuses them; whatever else is thrown is a finding.
void read_input(std::string_view bytes);

/// Calls `read_input`; false where it refused.
bool accepts(std::string_view bytes);

/// What libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
