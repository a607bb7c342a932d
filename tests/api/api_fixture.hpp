// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <nnflow/engine.hpp>

#include "support/temp_dir.hpp"

namespace fake {

/// The payloads of tests/fakes/fake.cpp, as a program that shares their ids declares them.
struct Number {
  std::int64_t value = 0;
};
struct Total {
  std::int64_t sum = 0;
  std::string order;
};

}  // namespace fake

template <>
struct nnflow::PayloadTraits<fake::Number> {
  static constexpr std::string_view kId = "fake.number/1";
  static std::size_t bytes(const fake::Number&) { return sizeof(fake::Number); }
};
template <>
struct nnflow::PayloadTraits<fake::Total> {
  static constexpr std::string_view kId = "fake.total/1";
  static std::size_t bytes(const fake::Total& total) { return total.order.size(); }
};

namespace nnflow::test {

namespace fs = std::filesystem;
using fake::Number;
using fake::Total;

inline constexpr const char* kHead = "nnflow: 1\nname: t\nsummary: A test\n";

/// An engine with the plugin `fake`, and ends for numbers.
class Api : public ::testing::Test {
 protected:
  Api() : engine_({.plugin_dirs = {NNFLOW_FAKES_DIR}, .cache_dir = dir_.path() / "cache"}) {
    engine_.add_source<Number>("app.input");
    engine_.add_sink<Number>("app.output");
  }

  [[nodiscard]] fs::path write(const std::string& name, const std::string& text) const {
    const fs::path file = dir_.path() / name;
    std::ofstream(file) << text;
    return file;
  }
  [[nodiscard]] Pipeline parse(const std::string& stages) const {
    return engine_.parse(kHead + stages, dir_.path() / "t.yaml");
  }
  [[nodiscard]] RunOptions options(int threads = 2) const {
    RunOptions options;
    options.run_dir = dir_.path() / "run";
    options.threads = threads;
    return options;
  }
  /// The text of the Error that a call throws, and its code.
  template <class F>
  static std::string thrown(ErrorCode code, F&& call) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code) << error.full_message();
      return error.full_message();
    }
    return "(nothing was thrown)";
  }

  TempDir dir_;
  Engine engine_;
};

}  // namespace nnflow::test
