// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "networks/src/direct/direct_conv.hpp"

namespace nnflow::networks {
namespace {

using Sizes = std::vector<std::int64_t>;

at::Tensor ramp(const Sizes& shape, double frequency) {
  std::int64_t count = 1;
  for (const std::int64_t edge : shape) count *= edge;
  return (at::arange(count, at::kFloat) * frequency).sin().view(shape);
}

struct Case {
  std::string name;
  Sizes x;
  std::int64_t skip;  ///< further channels
  std::int64_t out;
  Sizes kernel;
  DirectConv conv;
};

const std::vector<Case> kCases{
    {"OneChannel", {2, 1, 3, 5, 7}, 0, 32, {3, 3, 3}, {{1, 1, 1}, {1, 1, 1}}},
    {"LongRows", {1, 32, 2, 3, 41}, 0, 32, {3, 3, 3}, {{1, 1, 1}, {1, 1, 1}}},
    {"Joined", {2, 32, 3, 4, 6}, 16, 32, {3, 3, 3}, {{1, 1, 1}, {1, 1, 1}}},
    {"OddChannelsJoined", {2, 5, 3, 4, 6}, 7, 9, {3, 3, 3}, {{1, 1, 1}, {1, 1, 1}}},
    {"Strided", {2, 16, 5, 6, 8}, 0, 64, {3, 3, 3}, {{2, 2, 2}, {1, 1, 1}}},
    {"StridedInPlane", {1, 20, 3, 6, 9}, 0, 33, {1, 3, 3}, {{1, 2, 2}, {0, 1, 1}}},
    {"Flat", {2, 12, 6, 10}, 0, 48, {3, 3}, {{2, 2}, {1, 1}}},
    {"LongKernel", {1, 4, 9, 9, 9}, 0, 6, {5, 5, 5}, {{1, 1, 1}, {2, 2, 2}}},
    {"Projection", {1, 8, 5, 5, 5}, 0, 16, {1, 1, 1}, {{2, 2, 2}, {0, 0, 0}}},
    {"ManyChannels", {1, 256, 3, 3, 5}, 0, 256, {3, 3, 3}, {{1, 1, 1}, {1, 1, 1}}},
    {"Head", {2, 32, 3, 4, 10}, 0, 3, {1, 1, 1}, {{1, 1, 1}, {0, 0, 0}, false, true}},
    {"OneHead", {2, 6, 3, 4}, 0, 1, {1, 1}, {{1, 1}, {0, 0}, false, true}},
    {"Transposed", {2, 64, 2, 3, 5}, 0, 32, {2, 2, 2}, {{2, 2, 2}, {0, 0, 0}, true}},
    {"TransposedInPlane", {1, 9, 3, 3, 5}, 0, 7, {1, 2, 2}, {{1, 2, 2}, {0, 0, 0}, true}},
};

/// `tensor` after a trip to bfloat16, so that both types compute from the same values.
at::Tensor rounded(const at::Tensor& tensor) { return tensor.to(at::kBFloat16).to(at::kFloat); }

/// Differences allowed are `relative` of the value plus `absolute` of the largest value.
void expect_near(const at::Tensor& found,
                 const at::Tensor& expected,
                 double relative,
                 double absolute) {
  const at::Tensor error = (found.to(at::kDouble) - expected).abs();
  const at::Tensor bound =
      expected.abs() * relative + absolute * (1.0 + expected.abs().max().item<double>());
  EXPECT_LE((error - bound).max().item<double>(), 0.0)
      << "largest error " << error.max().item<double>();
}

constexpr double kHalfStep = 1.0 / 256;  ///< a rounding to 8 bits is off by half of it at most
constexpr double kSums = 1e-6;           ///< float32 sums

using Parameter = std::tuple<Case, at::ScalarType>;

class Convolutions : public ::testing::TestWithParam<Parameter> {
 protected:
  void SetUp() override {
    if (!runs_direct(at::zeros({1}, type()))) GTEST_SKIP() << "this CPU lacks the instructions";
  }
  static const Case& shapes() { return std::get<0>(GetParam()); }
  static at::ScalarType type() { return std::get<1>(GetParam()); }
  /// What a rounding of the results costs.
  static double step() { return type() == at::kFloat ? 0.0 : kHalfStep; }
  struct Run {
    at::Tensor y;
    std::vector<at::Tensor> gradients;
  };
  static Run run() {
    const Case& c = shapes();
    Sizes more = c.x;
    more[1] = c.skip;
    const at::Tensor x = leaf(ramp(c.x, 0.37));
    const at::Tensor skip = c.skip > 0 ? leaf(ramp(more, 0.61)) : at::Tensor();
    const at::Tensor weight = weights().requires_grad_(true);
    const at::Tensor bias = ramp({c.out}, 1.3).requires_grad_(true);
    Run result;
    result.y = direct_conv(x, skip, weight, bias, c.conv);
    result.y.backward(gradient(result.y));
    result.gradients = {x.grad(), weight.grad(), bias.grad()};
    if (skip.defined()) result.gradients.push_back(skip.grad());
    result.y = result.y.detach();
    return result;
  }
  static at::Tensor leaf(const at::Tensor& values) {
    return rounded(values).to(type()).requires_grad_(true);
  }
  static at::Tensor weights() {
    const Case& c = shapes();
    const std::int64_t in = c.x[1] + c.skip;
    Sizes shape = c.conv.transposed ? Sizes{in, c.out} : Sizes{c.out, in};
    shape.insert(shape.end(), c.kernel.begin(), c.kernel.end());
    return rounded(ramp(shape, 0.71) * 0.3);
  }
  static at::Tensor gradient(const at::Tensor& y) {
    return rounded(ramp(y.sizes().vec(), 0.53)).to(y.scalar_type());
  }
};

TEST_P(Convolutions, ValuesAndGradientsAreThoseOfSumsInDouble) {
  const Case& c = shapes();
  const Run found = run();
  EXPECT_EQ(found.y.scalar_type(), c.conv.single ? at::kFloat : type());
  Sizes more = c.x;
  more[1] = c.skip;
  const auto wide = [](const at::Tensor& t) {
    return rounded(t).to(at::kDouble).requires_grad_(true);
  };
  const at::Tensor x = wide(ramp(c.x, 0.37));
  const at::Tensor skip = wide(ramp(more, 0.61));
  const at::Tensor weight = wide(weights());
  const at::Tensor bias = ramp({c.out}, 1.3).to(at::kDouble).requires_grad_(true);
  const Sizes ones(c.kernel.size(), 1);
  const Sizes zeros(c.kernel.size(), 0);
  const at::Tensor y = at::convolution(at::cat({x, skip}, 1), weight, bias, c.conv.stride,
                                       c.conv.padding, ones, c.conv.transposed, zeros, 1);
  y.backward(gradient(found.y).to(at::kDouble));
  ASSERT_EQ(found.y.sizes(), y.sizes());
  expect_near(found.y, y.detach(), c.conv.single ? 0.0 : step(), kSums);
  expect_near(found.gradients[0], x.grad(), step(), kSums);
  expect_near(found.gradients[1], weight.grad(), 0.0, kSums);
  expect_near(found.gradients[2], bias.grad(), 0.0, kSums);
  if (c.skip > 0) expect_near(found.gradients[3], skip.grad(), step(), kSums);
}

TEST_P(Convolutions, DoNotDependOnTheNumberOfThreads) {
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const Run one = run();
  at::set_num_threads(3);
  const Run three = run();
  at::set_num_threads(threads);
  EXPECT_TRUE(one.y.equal(three.y));
  for (std::size_t i : {0U, 1U})
    EXPECT_TRUE(one.gradients[i].equal(three.gradients[i])) << "gradient " << i;
}

INSTANTIATE_TEST_SUITE_P(Shapes,
                         Convolutions,
                         ::testing::Combine(::testing::ValuesIn(kCases),
                                            ::testing::Values(at::kFloat, at::kBFloat16)),
                         [](const auto& entry) {
                           return std::get<0>(entry.param).name +
                                  (std::get<1>(entry.param) == at::kFloat ? "Float32" : "Bf16");
                         });

}  // namespace
}  // namespace nnflow::networks
