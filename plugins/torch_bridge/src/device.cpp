// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/torch_bridge/device.hpp"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <new>
#include <thread>

#include "cpu_allocator.hpp"
#include "nnflow/error.hpp"

namespace nnflow::torch_bridge {
namespace {

std::string first_line(const char* text) {
  const std::string_view view(text);
  return std::string(view.substr(0, view.find('\n')));
}

bool nvidia_driver_present() { return ::access("/dev/nvidiactl", F_OK) == 0; }

/// Opens libtorch_cuda.so beside libtorch_cpu.so; returns why it could not be, or an empty text.
std::string open_cuda_library() {
  Dl_info info{};
  const auto* symbol = reinterpret_cast<const void*>(&at::globalContext);
  if (::dladdr(symbol, &info) == 0 || info.dli_fname == nullptr)
    return "libtorch_cpu.so cannot be located";
  std::string path(info.dli_fname);
  path.erase(path.rfind('/') + 1);
  path += "libtorch_cuda.so";
  if (::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr) return {};
  return first_line(::dlerror());
}

/// The CUDA library registers its operators while it loads, which must precede the first ATen call
/// of the process; hence one attempt per process.
const std::string& load_cuda_once(bool wanted) {
  static const std::string kFailure = [wanted] {
    if (!wanted && !nvidia_driver_present()) return std::string("there is no NVIDIA driver");
    return open_cuda_library();
  }();
  return kFailure;
}

void require_cuda(const DeviceSpec& device, const std::string& failure) {
  int count = 0;
  const auto refuse = [&](const std::string& reason) {
    std::string devices = "cpu";
    for (int i = 0; i < count; ++i) devices += ", cuda:" + std::to_string(i);
    throw Error(ErrorCode::kResource, "device: cannot use '" + device.text() + "': " + reason +
                                          "; expected one of this machine's devices: " + devices);
  };
  if (!failure.empty()) refuse("CUDA is not available here: " + failure);
  if (at::hasCUDA()) count = static_cast<int>(at::detail::getCUDAHooks().deviceCount());
  if (count == 0) refuse("CUDA is not available here: no usable GPU was found");
  if (device.index >= count) refuse("there is no such GPU");
}

}  // namespace

std::string DeviceSpec::text() const { return cuda ? "cuda:" + std::to_string(index) : "cpu"; }

DeviceSpec parse_device(std::string_view text) {
  if (text == "cpu") return {};
  if (text == "cuda") return {true, 0};
  if (text.starts_with("cuda:")) {
    const std::string_view digits = text.substr(5);
    int index = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (error == std::errc{} && end == digits.data() + digits.size() && index >= 0)
      return {true, index};
  }
  throw Error(ErrorCode::kInvalidParam,
              "device: expected cpu, cuda or cuda:N, got '" + std::string(text) + "'");
}

void require_device(std::string_view text, const std::string& stage) {
  try {
    const DeviceSpec device = parse_device(text);
    if (device.cuda) static_cast<void>(DeviceThread::open(device));
  } catch (Error& error) {
    throw error.with_context("stage " + stage);
  }
}

void translate_errors(const std::function<void()>& task) {
  try {
    task();
  } catch (const Error&) {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(ErrorCode::kResource, first_line(error.what_without_backtrace()));
  } catch (const c10::Error& error) {
    const std::string text = first_line(error.what_without_backtrace());
    const bool memory = text.find("can't allocate memory") != std::string::npos;
    throw Error(memory ? ErrorCode::kResource : ErrorCode::kInternal, text);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::kResource, "out of memory");
  }
}

struct DeviceThread::Impl {
  DeviceSpec device;
  std::mutex callers;  ///< held for a whole run: one caller at a time
  std::mutex mutex;
  std::condition_variable changed;
  const std::function<void()>* task = nullptr;
  std::exception_ptr failure;
  bool stop = false;
  int threads = 0;
  std::thread thread;

  void loop() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return stop || task != nullptr; });
      if (task == nullptr) return;
      lock.unlock();
      try {
        translate_errors(*task);
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      task = nullptr;
      changed.notify_all();
    }
  }

  void run(const std::function<void()>& function) {
    const std::scoped_lock one_caller(callers);
    std::unique_lock lock(mutex);
    task = &function;
    failure = nullptr;
    changed.notify_all();
    changed.wait(lock, [this] { return task == nullptr; });
    if (failure) std::rethrow_exception(std::exchange(failure, nullptr));
  }

  void end() {
    {
      const std::scoped_lock lock(mutex);
      stop = true;
    }
    changed.notify_all();
    thread.join();
  }
};

DeviceThread::DeviceThread(const DeviceSpec& device) : impl_(std::make_unique<Impl>()) {
  impl_->device = device;
  impl_->thread = std::thread([impl = impl_.get()] { impl->loop(); });
  try {
    impl_->run([&device] {
      install_cpu_allocator();
      const std::string& failure = load_cuda_once(device.cuda);
      if (device.cuda) require_cuda(device, failure);
      // The same algorithm every time, so that equal runs give equal bytes.
      at::globalContext().setDeterministicCuDNN(true);
      at::globalContext().setBenchmarkCuDNN(false);
    });
  } catch (...) {
    impl_->end();
    throw;
  }
}

DeviceThread::~DeviceThread() {
  impl_->end();
  release_cpu_blocks();
}

const DeviceSpec& DeviceThread::device() const { return impl_->device; }

void DeviceThread::run_task(int compute_threads, const std::function<void()>& task) {
  impl_->run([&] {
    if (compute_threads > 0 && compute_threads != impl_->threads) {
      at::set_num_threads(compute_threads);
      impl_->threads = compute_threads;
    }
    task();
  });
}

std::shared_ptr<DeviceThread> DeviceThread::open(const DeviceSpec& device) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<DeviceThread>> threads;
  const std::scoped_lock lock(mutex);
  std::weak_ptr<DeviceThread>& slot = threads[device.text()];
  if (std::shared_ptr<DeviceThread> existing = slot.lock()) return existing;
  std::shared_ptr<DeviceThread> started(new DeviceThread(device));
  slot = started;
  return started;
}

}  // namespace nnflow::torch_bridge
