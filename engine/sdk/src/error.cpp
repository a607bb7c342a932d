// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0

#include "nnflow/error.hpp"

namespace nnflow {
inline namespace abi_v2 {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidPipeline:
      return "invalid pipeline";
    case ErrorCode::kInvalidParam:
      return "invalid parameter";
    case ErrorCode::kPlugin:
      return "plugin";
    case ErrorCode::kIo:
      return "input/output";
    case ErrorCode::kInvalidData:
      return "invalid data";
    case ErrorCode::kResource:
      return "resource";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "unknown";
}

Error::Error(ErrorCode code, const std::string& message)
    : std::runtime_error(message), code_(code) {}

Error::~Error() = default;

Error& Error::with_context(std::string context) {
  context_.push_back(std::move(context));
  return *this;
}

std::string Error::full_message() const {
  std::string text;
  for (auto it = context_.rbegin(); it != context_.rend(); ++it) text += *it + ": ";
  return text + what();
}

}  // namespace abi_v2
}  // namespace nnflow
