// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "graph/run_figures.hpp"

#include <array>
#include <cstdio>
#include <string_view>

#include <nnflow/error.hpp>
#include <nnflow/value.hpp>

#include "cache/files.hpp"

namespace nnflow::cli {
namespace {

namespace fs = std::filesystem;

std::int64_t count(const Value& stage, std::string_view key) {
  const Value* value = stage.find(key);
  return value != nullptr && value->is_integer() ? value->as_integer() : 0;
}

/// Adds what the runs of a foreach's elements did.
void add_elements(const fs::path& folder, StageFigures& figures) {
  std::error_code none;
  for (const auto& element : fs::directory_iterator(folder, none)) {
    if (!fs::exists(element.path() / "summary.json", none)) continue;
    for (const auto& [id, stage] : read_run_figures(element.path())) {
      figures.busy_seconds += stage.busy_seconds;
      figures.bytes_out += stage.bytes_out;
    }
  }
}

std::string with_one_digit(double number, std::string_view unit) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f ", number);
  return std::string(buffer.data()).append(unit);
}

}  // namespace

RunFigures read_run_figures(const fs::path& run_dir) {
  const fs::path file = run_dir / "summary.json";
  const auto text = runtime::read_file(file);
  if (!text)
    throw Error(ErrorCode::kIo, file.string() + ": cannot be read; expected the folder of a run");
  Value summary;
  try {
    summary = Value::parse_json(*text);
  } catch (const Error& error) {
    throw Error(ErrorCode::kInvalidData, file.string() + ": " + error.what());
  }
  const Value* stages = summary.find("stages");
  if (stages == nullptr || !stages->is_object())
    throw Error(ErrorCode::kInvalidData, file.string() + ": no object \"stages\"");
  RunFigures figures;
  for (const auto& [id, stage] : stages->as_object()) {
    StageFigures& own = figures[id];
    own = {count(stage, "done"), count(stage, "kept"), count(stage, "failed"), 0,
           count(stage, "bytes_out")};
    const Value* busy = stage.find("busy_seconds");
    if (busy != nullptr && busy->is_number()) own.busy_seconds = busy->as_number();
    add_elements(run_dir / id, own);
  }
  return figures;
}

std::string duration_text(double seconds) {
  if (seconds < 1) return std::to_string(static_cast<int>(seconds * 1000 + 0.5)) + " ms";
  if (seconds < 60) return with_one_digit(seconds, "s");
  const auto whole = static_cast<long>(seconds + 0.5);
  const bool hours = whole >= 3600;
  const long large = hours ? whole / 3600 : whole / 60;
  const long small = hours ? whole / 60 % 60 : whole % 60;
  std::string text = std::to_string(large) + (small < 10 ? ":0" : ":") + std::to_string(small);
  return text + (hours ? " h" : " min");
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<std::string_view, 4> kUnits{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  amount /= 1024;
  while (amount >= 1024 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  return with_one_digit(amount, kUnits[unit]);
}

}  // namespace nnflow::cli
