// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Whether drawn numbers have a known distribution. All thresholds are those of one in ten thousand.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nnflow::test {

/// Distribution function of a parameter.
using Cdf = std::function<double(double)>;

[[nodiscard]] inline Cdf uniform_cdf(double low, double high) {
  return [=](double x) { return std::clamp((x - low) / (high - low), 0.0, 1.0); };
}

/// One of two uniform ranges, equally likely.
[[nodiscard]] inline Cdf two_ranges_cdf(double a, double b, double c, double d) {
  return [=](double x) { return 0.5 * uniform_cdf(a, b)(x) + 0.5 * uniform_cdf(c, d)(x); };
}

[[nodiscard]] inline Cdf normal_cdf(double deviation) {
  return [=](double x) { return 0.5 * std::erfc(-x / (deviation * std::sqrt(2.0))); };
}

/// What is wrong, or an empty text.
using Verdict = std::string;

/// Kolmogorov-Smirnov: the largest distance between the empirical distribution and `cdf`.
[[nodiscard]] inline Verdict ks_verdict(std::vector<double> draws, const Cdf& cdf) {
  std::sort(draws.begin(), draws.end());
  const auto n = static_cast<double>(draws.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < draws.size(); ++i) {
    const double expected = cdf(draws[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / n,
                         static_cast<double>(i + 1) / n - expected});
  }
  const double limit = 2.225 / std::sqrt(n);
  if (!draws.empty() && distance <= limit) return {};
  return "distance " + std::to_string(distance) + " above " + std::to_string(limit) + " for " +
         std::to_string(draws.size()) + " draws";
}

/// A share of `total` draws: binomial.
[[nodiscard]] inline Verdict rate_verdict(std::int64_t count, std::int64_t total, double share) {
  const double limit =
      3.891 * std::sqrt(share * (1.0 - share) / static_cast<double>(total)) + 1e-12;
  const double rate = static_cast<double>(count) / static_cast<double>(total);
  if (std::abs(rate - share) <= limit) return {};
  return "rate " + std::to_string(rate) + " differs from " + std::to_string(share) +
         " by more than " + std::to_string(limit);
}

/// Outcomes that are equally likely: chi squared.
[[nodiscard]] inline Verdict even_verdict(const std::vector<std::int64_t>& counts) {
  double total = 0.0;
  for (const std::int64_t count : counts) total += static_cast<double>(count);
  const double expected = total / static_cast<double>(counts.size());
  double chi = 0.0;
  for (const std::int64_t count : counts) {
    const double d = static_cast<double>(count) - expected;
    chi += d * d / expected;
  }
  const auto freedom = static_cast<double>(counts.size() - 1);
  const double part = 2.0 / (9.0 * freedom);
  const double limit = freedom * std::pow(1.0 - part + 3.719 * std::sqrt(part), 3.0);
  if (total > 0.0 && chi <= limit) return {};
  return "chi squared " + std::to_string(chi) + " above " + std::to_string(limit);
}

/// Pairs that do not depend on each other: Pearson's correlation.
[[nodiscard]] inline Verdict uncorrelated_verdict(const std::vector<double>& a,
                                                  const std::vector<double>& b) {
  const auto n = static_cast<double>(a.size());
  double ma = 0.0;
  double mb = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ma += a[i] / n;
    mb += b[i] / n;
  }
  double ab = 0.0;
  double aa = 0.0;
  double bb = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
  }
  const double r = ab / std::sqrt(aa * bb);
  if (std::abs(r) <= 3.891 / std::sqrt(n)) return {};
  return "correlation " + std::to_string(r);
}

}  // namespace nnflow::test
