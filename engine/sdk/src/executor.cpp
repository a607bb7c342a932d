// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/executor.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <variant>

#include "nnflow/value.hpp"

namespace nnflow {
inline namespace abi_v2 {
namespace {

constexpr std::array kStatuses{RunStatus::kOk, RunStatus::kItemsSkipped, RunStatus::kFailed,
                               RunStatus::kInterrupted};
constexpr std::array kCodes{ErrorCode::kInvalidPipeline, ErrorCode::kInvalidParam,
                            ErrorCode::kPlugin,          ErrorCode::kIo,
                            ErrorCode::kInvalidData,     ErrorCode::kResource,
                            ErrorCode::kCancelled,       ErrorCode::kInternal};

std::string text_of(const Value& summary, std::string_view key) {
  const Value* const value = summary.find(key);
  return value == nullptr ? std::string() : value->as_string();
}

/// Throws std::bad_variant_access or Error for a file that no run wrote.
ElementResult from_summary(const Value& summary) {
  ElementResult result;
  const std::string status = text_of(summary, "status");
  bool known = false;
  for (const RunStatus candidate : kStatuses) {
    if (to_string(candidate) != status) continue;
    result.status = candidate;
    known = true;
  }
  if (!known) throw Error(ErrorCode::kIo, "status '" + status + "'");
  result.error = text_of(summary, "error");
  const std::string code = text_of(summary, "code");
  for (const ErrorCode candidate : kCodes) {
    if (to_string(candidate) == code) result.code = candidate;
  }
  if (const Value* const skipped = summary.find("skipped")) {
    for (const Value& text : skipped->as_array()) result.skipped.push_back(text.as_string());
  }
  return result;
}

}  // namespace

ExecutorHost::~ExecutorHost() = default;
Executor::~Executor() = default;

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::kOk:
      return "ok";
    case RunStatus::kItemsSkipped:
      return "items skipped";
    case RunStatus::kFailed:
      return "failed";
    case RunStatus::kInterrupted:
      return "interrupted";
  }
  return "unknown";
}

ElementResult read_element_result(const std::filesystem::path& run_dir) {
  const std::filesystem::path file = run_dir / "summary.json";
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    return {RunStatus::kFailed, ErrorCode::kIo, file.string() + ": the run did not write it", {}};
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try {
    return from_summary(Value::parse_json(text));
  } catch (const Error& error) {
    return {RunStatus::kFailed, ErrorCode::kIo, file.string() + ": " + error.what(), {}};
  } catch (const std::bad_variant_access&) {
    return {RunStatus::kFailed, ErrorCode::kIo, file.string() + ": is no summary of a run", {}};
  }
}

}  // namespace abi_v2
}  // namespace nnflow
