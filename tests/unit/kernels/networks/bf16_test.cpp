// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "networks/src/norm_act.hpp"
#include "nnflow/error.hpp"
#include "nnflow/networks/precision.hpp"
#include "nnflow/networks/unet.hpp"
#include "small_nets.hpp"

namespace nnflow::networks {
namespace {

using Sizes = std::vector<std::int64_t>;

at::Tensor ramp(const Sizes& shape, double frequency) {
  std::int64_t count = 1;
  for (const std::int64_t edge : shape) count *= edge;
  return (at::arange(count, at::kFloat) * frequency).sin().view(shape);
}

class Bf16 : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!cpu_has_bf16()) GTEST_SKIP() << "this CPU has no avx512_bf16";
  }
};

/// `tensor` after a trip to bfloat16.
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

class NormAct : public Bf16, public ::testing::WithParamInterface<std::tuple<int, bool>> {};

TEST_P(NormAct, RoundsWhatFloat32ComputesFromTheSameValues) {
  const auto [channels, with_residual] = GetParam();
  const Sizes shape{2, channels, 3, 11, 13};
  const at::Tensor values = rounded(ramp(shape, 0.37) * 3.0 + 2.0);
  const at::Tensor more = rounded(ramp(shape, 0.91));
  const at::Tensor back = rounded(ramp(shape, 0.23) * 0.1);
  struct Result {
    at::Tensor y;
    std::vector<at::Tensor> gradients;
  };
  const auto run = [&, residual = with_residual](at::ScalarType type) {
    const at::Tensor x = values.to(type).requires_grad_(true);
    const at::Tensor summand = residual ? more.to(type).requires_grad_(true) : at::Tensor();
    const at::Tensor gamma = (ramp({shape[1]}, 0.7) + 1.5).requires_grad_(true);
    const at::Tensor beta = ramp({shape[1]}, 0.4).requires_grad_(true);
    const at::Tensor y = norm_act(x, gamma, beta, summand, 1e-5, 0.01);
    y.backward(back.to(type));
    Result result{y.detach(), {x.grad(), gamma.grad(), beta.grad()}};
    if (residual) result.gradients.push_back(summand.grad());
    return result;
  };
  const Result found = run(at::kBFloat16);
  const Result expected = run(at::kFloat);
  EXPECT_EQ(found.y.scalar_type(), at::kBFloat16);
  const auto wide = [](const at::Tensor& t) { return t.to(at::kDouble); };
  expect_near(found.y, wide(expected.y), kHalfStep, kSums);
  // With a residual the sign is that of the rounded sum.
  expect_near(found.gradients[0], wide(expected.gradients[0]), kHalfStep, 1e-5);
  expect_near(found.gradients[1], wide(expected.gradients[1]), 0.0, 1e-5);
  expect_near(found.gradients[2], wide(expected.gradients[2]), 0.0, 1e-5);
  if (with_residual) expect_near(found.gradients[3], wide(expected.gradients[3]), kHalfStep, kSums);
}

INSTANTIATE_TEST_SUITE_P(
    Channels, NormAct, ::testing::Combine(::testing::Values(1, 7, 16, 33, 64), ::testing::Bool()));

TEST_F(Bf16, ScaleActRoundsWhatFloat32ComputesFromTheSameValues) {
  for (const int channels : {1, 5, 16, 40}) {
    // More voxels than a thread takes at once.
    const Sizes shape{2, channels, 5, 29, 31};
    const at::Tensor x = rounded(ramp(shape, 0.37) * 3.0 + 2.0);
    const at::Tensor more = rounded(ramp(shape, 0.91));
    const at::Tensor scale = ramp({channels}, 0.7) + 1.5;
    const at::Tensor offset = ramp({channels}, 0.4);
    const auto values = [](const at::Tensor& t) {
      const auto* data = t.const_data_ptr<float>();
      return std::vector<float>(data, data + t.numel());
    };
    for (const bool residual : {false, true}) {
      const Sizes over{1, channels, 1, 1, 1};
      at::Tensor expected = x.to(at::kDouble) * scale.view(over) + offset.view(over);
      if (residual) expected = expected + more;
      expected = at::leaky_relu(expected, 0.01);
      const at::Tensor found = scale_act(x.to(at::kBFloat16), values(scale), values(offset),
                                         residual ? more.to(at::kBFloat16) : at::Tensor(), 0.01);
      EXPECT_EQ(found.scalar_type(), at::kBFloat16);
      expect_near(found, expected, kHalfStep, kSums);
    }
  }
}

struct Network {
  std::string name;
  NetworkSpec spec;
};

std::vector<Network> networks() {
  NetworkSpec flat = test::small_net(NetworkKind::kPlainConvUNet);
  flat.dimensions = 2;
  flat.input_channels = 3;
  flat.features = {5, 7, 9};
  NetworkSpec batch = test::small_net(NetworkKind::kPlainConvUNet);
  batch.norm = NormKind::kBatch;
  return {{"Plain", test::small_net(NetworkKind::kPlainConvUNet)},
          {"Residual", test::small_net(NetworkKind::kResidualEncoderUNet)},
          {"Flat", flat},
          {"BatchNorm", batch}};
}

class Networks : public Bf16, public ::testing::WithParamInterface<Network> {
 protected:
  static std::vector<at::Tensor> run(UNet& net) {
    const NetworkSpec& spec = net.spec();
    const at::Tensor x = spec.dimensions == 2 ? ramp({2, spec.input_channels, 16, 24}, 0.37)
                                              : ramp({2, spec.input_channels, 4, 16, 16}, 0.37);
    net.require_gradients(true);
    net.set_training(true);
    const std::vector<at::Tensor> outputs = net.forward(x, true);
    // The loss of trainings: of smooth sums, norms leave but a small rest of the gradient.
    at::Tensor loss;
    for (std::size_t i = 0; i < 2; ++i) {
      std::vector<std::int64_t> shape = outputs[i].sizes().vec();
      shape.erase(shape.begin() + 1);
      const at::Tensor labels = (ramp(shape, 0.77 + static_cast<double>(i)) > 0).to(at::kLong);
      const at::Tensor one = at::cross_entropy_loss(outputs[i], labels);
      loss = loss.defined() ? loss + one : one;
    }
    loss.backward();
    return outputs;
  }
};

TEST_P(Networks, AreNearFloat32InOutputsAndGradients) {
  UNet wide(GetParam().spec);
  UNet narrow(GetParam().spec);
  wide.initialise(7);
  narrow.initialise(7);
  narrow.set_precision(Precision::kBf16);
  const auto a = run(wide);
  const auto b = run(narrow);
  ASSERT_EQ(a.size(), b.size());
  const auto share = [](const at::Tensor& found, const at::Tensor& expected) {
    return ((found - expected).norm() / expected.norm()).item<double>();
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(b[i].scalar_type(), at::kFloat);
    EXPECT_GT(share(b[i], a[i]), 0.0) << "bfloat16 was not used";
    EXPECT_LT(share(b[i], a[i]), 0.03);
  }
  std::vector<at::Tensor> expected;
  std::vector<at::Tensor> found;
  for (std::size_t i = 0; i < wide.parameters().size(); ++i) {
    const at::Tensor& one = wide.parameters()[i].grad();
    const at::Tensor& other = narrow.parameters()[i].grad();
    ASSERT_EQ(other.defined(), one.defined()) << wide.layout()[i].name;
    if (!one.defined()) continue;
    ASSERT_EQ(other.scalar_type(), at::kFloat) << wide.layout()[i].name;
    // What a norm cancels is rounding alone; what starts at zero passes no gradient on.
    const bool bias = wide.layout()[i].name.ends_with("conv.bias");
    if (bias || one.norm().item<double>() == 0.0) continue;
    EXPECT_LT(share(other, one), 0.7) << wide.layout()[i].name;
    expected.push_back(one.flatten());
    found.push_back(other.flatten());
  }
  // Eight bits in each of some ten layers with random weights.
  EXPECT_LT(share(at::cat(found), at::cat(expected)), 0.3);
}

TEST_P(Networks, InferenceEqualsTraining) {
  if (GetParam().spec.norm == NormKind::kBatch) GTEST_SKIP() << "remembers statistics";
  UNet net(GetParam().spec);
  net.initialise(7);
  net.set_precision(Precision::kBf16);
  const auto trained = run(net);
  const c10::NoGradGuard no_grad;
  const at::Tensor x = GetParam().spec.dimensions == 2
                           ? ramp({2, GetParam().spec.input_channels, 16, 24}, 0.37)
                           : ramp({2, GetParam().spec.input_channels, 4, 16, 16}, 0.37);
  EXPECT_TRUE(net.forward(x, true)[0].equal(trained[0]));
}

TEST_P(Networks, InferenceIsTheSameWithAnyNumberOfThreads) {
  UNet net(GetParam().spec);
  net.initialise(7);
  net.prepare_inference(InferencePrecision::kBfloat16);
  const c10::NoGradGuard no_grad;
  const std::int64_t channels = net.spec().input_channels;
  const at::Tensor x = net.spec().dimensions == 2 ? ramp({2, channels, 128, 96}, 0.37)
                                                  : ramp({2, channels, 8, 48, 32}, 0.37);
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor one = net.forward(x, false)[0];
  at::set_num_threads(3);
  const at::Tensor three = net.forward(x, false)[0];
  at::set_num_threads(threads);
  EXPECT_TRUE(one.equal(three));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Networks, ::testing::ValuesIn(networks()), [](const auto& entry) {
  return entry.param.name;
});

TEST(Precision, IsFloat32OrBf16) {
  EXPECT_EQ(parse_precision("float32"), Precision::kFloat32);
  EXPECT_EQ(parse_precision("bf16"), Precision::kBf16);
  try {
    static_cast<void>(parse_precision("half"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidParam);
    EXPECT_THAT(error.what(),
                testing::HasSubstr("precision: expected float32 or bf16, got 'half'"));
  }
}

TEST(Precision, Bf16IsRefusedWhereItCannotBeUsed) {
  require_precision("float32", "cuda", "network");
  try {
    require_precision("bf16", "cuda:1", "network");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidParam);
    EXPECT_THAT(error.what(),
                testing::HasSubstr("precision: expected float32 with device 'cuda:1', got 'bf16'"));
  }
  if (cpu_has_bf16()) {
    require_precision("bf16", "cpu", "network");
    return;
  }
  try {
    require_precision("bf16", "cpu", "network");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kResource);
    EXPECT_THAT(error.what(), testing::HasSubstr("precision: cannot use 'bf16': this CPU"));
  }
}

}  // namespace
}  // namespace nnflow::networks
