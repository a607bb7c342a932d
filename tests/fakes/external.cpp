// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// The library that the plugin `needy` needs.
extern "C" int nnflow_fake_external();
extern "C" int nnflow_fake_external() { return 42; }
