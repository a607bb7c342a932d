// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/torch_bridge/device.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>

#include "nnflow/error.hpp"
#include "nnflow/torch_bridge/tensors.hpp"

namespace nnflow::torch_bridge {
namespace {

TEST(ParseDevice, KnowsCpuAndNumberedGpus) {
  EXPECT_EQ(parse_device("cpu"), (DeviceSpec{false, 0}));
  EXPECT_EQ(parse_device("cuda"), (DeviceSpec{true, 0}));
  EXPECT_EQ(parse_device("cuda:3").text(), "cuda:3");
  for (const char* wrong : {"gpu", "cuda:", "cuda:-1", "cuda:1x", "", "mps"}) {
    EXPECT_THROW((void)parse_device(wrong), Error) << wrong;
  }
}

TEST(DeviceThread, IsOneThreadForAllCallers) {
  const auto first = DeviceThread::open({});
  const auto second = DeviceThread::open({});
  EXPECT_EQ(first, second);
  const std::thread::id id = first->run(1, [] { return std::this_thread::get_id(); });
  EXPECT_NE(id, std::this_thread::get_id());
  std::thread other(
      [&] { EXPECT_EQ(second->run(1, [] { return std::this_thread::get_id(); }), id); });
  other.join();
}

TEST(DeviceThread, SetsTheThreadsOfEachCall) {
  const auto device = DeviceThread::open({});
  EXPECT_EQ(device->run(2, [] { return at::get_num_threads(); }), 2);
  EXPECT_EQ(device->run(1, [] { return at::get_num_threads(); }), 1);
}

TEST(DeviceThread, TranslatesTorchErrorsToOneLine) {
  const auto device = DeviceThread::open({});
  try {
    device->run(1, [] { (void)at::ones({2}).add(at::ones({3})); });
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInternal);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("size of tensor"), std::string::npos);
  }
  EXPECT_EQ(device->run(1, [] { return 5; }), 5) << "the thread goes on after an error";
}

TEST(DeviceThread, OtherExceptionsTravelUnchanged) {
  const auto device = DeviceThread::open({});
  EXPECT_THROW(device->run(1, [] { throw Error(ErrorCode::kInvalidData, "x"); }), Error);
  EXPECT_THROW(device->run(1, [] { throw std::logic_error("y"); }), std::logic_error);
}

void expect_refused(const std::function<void()>& call, const std::string& part) {
  try {
    call();
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kResource);
    const std::string text = error.full_message();
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_NE(text.find("expected one of this machine's devices: cpu"), std::string::npos) << text;
  }
}

TEST(DeviceThread, SaysWhyCudaCannotBeUsedAndWhatCan) {
  expect_refused([] { (void)DeviceThread::open({true, 99}); }, "device: cannot use 'cuda:99': ");
}

TEST(RequireDevice, NamesStageParameterValueAndDevices) {
  expect_refused([] { require_device("cuda:99", "network"); },
                 "stage network: device: cannot use 'cuda:99': ");
  EXPECT_NO_THROW(require_device("cpu", "network"));
  try {
    require_device("abacus", "network");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.full_message(),
              "stage network: device: expected cpu, cuda or cuda:N, got 'abacus'");
  }
}

TEST(ComputeThreads, ZeroStandsForThoseOfTheRun) {
  EXPECT_EQ(compute_threads(0, 6), 6);
  EXPECT_EQ(compute_threads(3, 6), 3);
}

TEST(Tensors, ViewsShareMemoryAndVectorsComeBackInOrder) {
  std::vector<float> values{1, 2, 3, 4, 5, 6};
  const at::Tensor view = view_of(std::span<float>(values), {2, 3});
  view[1][2] = 9.0F;
  EXPECT_EQ(values[5], 9.0F);
  EXPECT_EQ(to_vector(view.transpose(0, 1)), (std::vector<float>{1, 4, 2, 5, 3, 9}));
  EXPECT_THROW((void)view_of(std::span<float>(values), {2, 2}), std::invalid_argument);
}

}  // namespace
}  // namespace nnflow::torch_bridge
