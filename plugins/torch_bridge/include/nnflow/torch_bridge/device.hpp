// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nnflow::torch_bridge {

/// Where tensors live.
struct DeviceSpec {
  bool cuda = false;
  int index = 0;  ///< of the CUDA device

  /// `cpu` or `cuda:N`.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const DeviceSpec&, const DeviceSpec&) = default;
};

/// `cpu`, `cuda` (= `cuda:0`) or `cuda:N`; anything else is an Error(kInvalidParam).
[[nodiscard]] DeviceSpec parse_device(std::string_view text);

/// Throws Error(kResource) naming the parameter, the value and the devices of this machine when the
/// device that a stage's parameter `device` names cannot be used, and what `parse_device` throws;
/// both in the context of `stage`. For the constructor of a stage, so that a run without its device
/// ends before it reads data. Takes no time for the CPU.
void require_device(std::string_view text, const std::string& stage);

/// Threads inside Torch's operators: as a stage's parameter says, where 0 stands for `of_run`.
[[nodiscard]] constexpr int compute_threads(int parameter, int of_run) {
  return parameter > 0 ? parameter : of_run;
}

/// The one thread that makes all Torch calls of a device, shared by everything in the process.
/// Torch keeps a team of workers per calling thread, so calls from many threads would start many
/// teams.
class DeviceThread {
 public:
  /// The device's thread, started at first use and ended when its last user lets go.
  /// Throws Error(kResource) when `device` is a CUDA device and CUDA cannot be used here, with the
  /// reason.
  [[nodiscard]] static std::shared_ptr<DeviceThread> open(const DeviceSpec& device);
  DeviceThread(const DeviceThread&) = delete;
  DeviceThread& operator=(const DeviceThread&) = delete;
  ~DeviceThread();

  [[nodiscard]] const DeviceSpec& device() const;

  /// Runs `function` on the thread with `compute_threads` threads inside Torch's operators, waits,
  /// and returns what it returned. Exceptions travel to the caller; those of Torch become Error:
  /// kResource when memory ran out, else kInternal, with the first line of their text. Calls from
  /// several threads run one after another. Must not be called from the thread itself.
  template <class Function>
  auto run(int compute_threads, Function&& function) -> std::invoke_result_t<Function> {
    using Result = std::invoke_result_t<Function>;
    if constexpr (std::is_void_v<Result>) {
      run_task(compute_threads, [&] { std::forward<Function>(function)(); });
    } else {
      std::unique_ptr<Result> result;
      run_task(compute_threads,
               [&] { result = std::make_unique<Result>(std::forward<Function>(function)()); });
      return std::move(*result);
    }
  }

 private:
  struct Impl;
  explicit DeviceThread(const DeviceSpec& device);
  void run_task(int compute_threads, const std::function<void()>& task);
  std::unique_ptr<Impl> impl_;
};

/// Runs `task` on the calling thread and translates Torch's exceptions as `DeviceThread::run` does.
void translate_errors(const std::function<void()>& task);

}  // namespace nnflow::torch_bridge
