// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

// Promise: a plugin that does not fit is refused, with its path and the reason.
#include <gtest/gtest.h>

#include "nnflow/error.hpp"
#include "plugin/loader.hpp"

namespace nnflow::runtime::testing {
namespace {

struct Broken {
  const char* name;
  const char* text;
};

class BrokenPlugin : public ::testing::TestWithParam<Broken> {};

TEST_P(BrokenPlugin, IsRefusedWithItsPathAndTheReason) {
  const std::filesystem::path library =
      std::filesystem::path(NNFLOW_BROKEN_DIR) / plugin_file_name(GetParam().name);
  try {
    (void)load_plugin(library);
    FAIL() << "was loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kPlugin);
    EXPECT_EQ(std::string(error.what()), library.string() + ": " + GetParam().text);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    BrokenPlugin,
    ::testing::Values(
        Broken{"broken_no_symbol", "is not an nnflow plugin: it has no symbol nnflow_plugin"},
        Broken{"broken_magic", "is not an nnflow plugin: bad magic in its descriptor"},
        Broken{"broken_abi", "was built for plugin ABI 3.1, this nnflow takes 2.0 to 2.1"},
        Broken{"broken_build_tag",
               "was built as elsewhere/libfoo/none, this nnflow as " NNFLOW_BUILD_TAG},
        Broken{"broken_file_name",
               "holds the plugin 'another_name', expected in a file named "
               "libnnflow_plugin_another_name.so"},
        Broken{"broken_docs",
               "registration failed: stage broken_docs.nothing: summary ends with a full stop"},
        Broken{"broken_throws", "registration failed: no licence found"},
        Broken{"broken_duplicate",
               "registration failed: stage broken_duplicate.nothing is registered twice"},
        Broken{"broken_probe", "cannot run here: it needs a coprocessor"}),
    [](const auto& broken) { return std::string(broken.param.name); });

}  // namespace
}  // namespace nnflow::runtime::testing
