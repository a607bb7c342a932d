// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/runtime/run.hpp"

#include <utility>

#include "run_impl.hpp"

namespace nnflow {

int RunResult::exit_code() const {
  switch (status) {
    case RunStatus::kOk:
      return 0;
    case RunStatus::kItemsSkipped:
      return 4;
    case RunStatus::kFailed:
      return code == ErrorCode::kInvalidPipeline || code == ErrorCode::kInvalidParam ? 1 : 3;
    case RunStatus::kInterrupted:
      return 130;
  }
  return 3;
}

const Payload& RunResult::find(std::string_view name) const {
  const auto value = exports.find(std::string(name));
  if (value != exports.end()) return value->second;
  std::string known;
  for (const auto& [other, payload] : exports) known += (known.empty() ? "" : ", ") + other;
  throw Error(ErrorCode::kInternal, "the run has no export '" + std::string(name) +
                                        "'; there are " + (known.empty() ? "none" : known));
}

void RunResult::check() const {
  if (status == RunStatus::kFailed || status == RunStatus::kInterrupted) throw Error(code, error);
}

void RunHandle::Impl::execute() {
  try {
    result = runtime::run_pipeline(*pipeline, engine->plugins, options);
  } catch (...) {
    error = std::current_exception();
  }
  for (const auto& [stage, channel] : options.channels) channel->end();
  done = true;
}

RunHandle::Impl::~Impl() {
  if (!thread.joinable()) return;
  options.flags->cancel = true;
  thread.join();
}

RunHandle::RunHandle(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::thread([impl = impl_.get()] { impl->execute(); });
}
RunHandle::RunHandle(RunHandle&& other) noexcept = default;
RunHandle& RunHandle::operator=(RunHandle&& other) noexcept = default;
RunHandle::~RunHandle() = default;

RunResult RunHandle::wait() {
  if (impl_->thread.joinable()) impl_->thread.join();
  if (impl_->error) std::rethrow_exception(impl_->error);
  return std::move(impl_->result);
}

bool RunHandle::done() const { return impl_->done; }
void RunHandle::stop() { impl_->options.flags->stop = true; }
void RunHandle::cancel() { impl_->options.flags->cancel = true; }

}  // namespace nnflow
