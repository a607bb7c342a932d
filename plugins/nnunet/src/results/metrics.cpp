// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/metrics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/pairwise_sum.hpp"

namespace nnflow::nnunet {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Metric {
  double MeanMetrics::*mean;
  double (*value)(const LabelMetrics&);
};

constexpr std::array kMetrics{
    Metric{&MeanMetrics::dice, [](const LabelMetrics& m) { return m.dice(); }},
    Metric{&MeanMetrics::fn, [](const LabelMetrics& m) { return static_cast<double>(m.fn); }},
    Metric{&MeanMetrics::fp, [](const LabelMetrics& m) { return static_cast<double>(m.fp); }},
    Metric{&MeanMetrics::iou, [](const LabelMetrics& m) { return m.iou(); }},
    Metric{&MeanMetrics::tn, [](const LabelMetrics& m) { return static_cast<double>(m.tn); }},
    Metric{&MeanMetrics::tp, [](const LabelMetrics& m) { return static_cast<double>(m.tp); }},
    Metric{&MeanMetrics::n_pred,
           [](const LabelMetrics& m) { return static_cast<double>(m.n_pred()); }},
    Metric{&MeanMetrics::n_ref,
           [](const LabelMetrics& m) { return static_cast<double>(m.n_ref()); }},
};

/// numpy's nanmean: NaN replaced by 0, the pairwise sum divided by the number of others.
double mean_without_nan(std::vector<double> values) {
  std::size_t count = 0;
  for (double& value : values) {
    if (std::isnan(value)) {
      value = 0.0;
    } else {
      ++count;
    }
  }
  return count == 0 ? kNan
                    : pairwise_sum(std::span<const double>(values)) / static_cast<double>(count);
}

}  // namespace

double LabelMetrics::dice() const {
  if (tp + fp + fn == 0) return kNan;
  return static_cast<double>(2 * tp) / static_cast<double>(2 * tp + fp + fn);
}

double LabelMetrics::iou() const {
  if (tp + fp + fn == 0) return kNan;
  return static_cast<double>(tp) / static_cast<double>(tp + fp + fn);
}

Summary summarise(std::vector<CaseMetrics> cases) {
  Summary summary;
  summary.cases = std::move(cases);
  if (summary.cases.empty()) throw Error(ErrorCode::kInvalidData, "no case was evaluated");
  const auto& first = summary.cases.front();
  for (std::size_t i = 0; i < first.metrics.size(); ++i) {
    MeanMetrics mean;
    for (const Metric& metric : kMetrics) {
      std::vector<double> values;
      for (const CaseMetrics& entry : summary.cases) {
        if (entry.metrics.size() != first.metrics.size() ||
            entry.metrics[i].first != first.metrics[i].first) {
          throw Error(ErrorCode::kInvalidData,
                      "case " + entry.id + " was evaluated for other labels than case " + first.id);
        }
        values.push_back(metric.value(entry.metrics[i].second));
      }
      mean.*metric.mean = mean_without_nan(std::move(values));
    }
    summary.mean.emplace_back(first.metrics[i].first, mean);
  }
  for (const Metric& metric : kMetrics) {
    std::vector<double> values;
    for (const auto& [key, mean] : summary.mean) {
      const bool background = !key.is_region && key.labels == std::vector<std::int64_t>{0};
      if (!background) values.push_back(mean.*metric.mean);
    }
    summary.foreground_mean.*metric.mean =
        values.empty()
            ? kNan
            : pairwise_sum(std::span<const double>(values)) / static_cast<double>(values.size());
  }
  return summary;
}

}  // namespace nnflow::nnunet
