// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "nnflow/export.hpp"

namespace nnflow {
inline namespace abi_v2 {

/// What went wrong, coarsely. Decides the exit code and whether one item may be skipped.
enum class ErrorCode {
  kInvalidPipeline,  ///< the pipeline text cannot be run
  kInvalidParam,     ///< a parameter or command-line value is unusable
  kPlugin,           ///< a plugin cannot be loaded
  kIo,               ///< a file cannot be read or written
  kInvalidData,      ///< a file was read but what it says is wrong
  kResource,         ///< memory, device or another resource is missing
  kCancelled,        ///< the run was told to end
  kInternal,         ///< a bug of nnflow or of a plugin
};

/// Lower-case text of a code, such as "invalid data".
[[nodiscard]] NNFLOW_SDK_EXPORT std::string_view to_string(ErrorCode code);

/// The one exception type of nnflow. The message names what was found and what was expected; layers
/// above put context in front ("stage read, item case_01") while it travels.
class NNFLOW_SDK_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message);
  ~Error() override;
  Error(const Error&) = default;
  Error& operator=(const Error&) = default;

  [[nodiscard]] ErrorCode code() const { return code_; }
  /// Outermost context last.
  [[nodiscard]] const std::vector<std::string>& context() const { return context_; }
  /// Adds an outer context, for example "stage crop".
  Error& with_context(std::string context);
  /// Contexts from the outermost to the innermost, then the message, joined by ": ".
  [[nodiscard]] std::string full_message() const;

 private:
  ErrorCode code_;
  std::vector<std::string> context_;
};

}  // namespace abi_v2
}  // namespace nnflow
