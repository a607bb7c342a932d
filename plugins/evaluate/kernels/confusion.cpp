// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "evaluate/kernels/confusion.hpp"

#include <stdexcept>

namespace nnflow::evaluate {

namespace {

bool fits(std::int64_t label) { return label >= INT16_MIN && label <= INT16_MAX; }

/// Maps label values to dense indices; every value that no region names shares index 0.
class LabelIndex {
 public:
  explicit LabelIndex(std::span<const std::vector<std::int64_t>> regions,
                      std::optional<std::int64_t> ignore)
      : table_(kValues, 0) {
    for (const auto& region : regions) {
      for (const auto label : region) insert(label);
    }
    if (ignore) insert(*ignore);
  }
  [[nodiscard]] std::size_t operator[](std::int16_t label) const {
    return table_[static_cast<std::size_t>(label + kOffset)];
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr int kOffset = 32768;
  static constexpr std::size_t kValues = 65536;

  void insert(std::int64_t label) {
    if (!fits(label)) return;
    auto& index = table_[static_cast<std::size_t>(label + kOffset)];
    if (index == 0) index = static_cast<std::uint16_t>(size_++);
  }

  std::vector<std::uint16_t> table_;
  std::size_t size_ = 1;
};

}  // namespace

std::vector<Counts> count_confusion(std::span<const std::int16_t> prediction,
                                    std::span<const std::int16_t> reference,
                                    std::span<const std::vector<std::int64_t>> regions,
                                    std::optional<std::int64_t> ignore_label) {
  if (prediction.size() != reference.size())
    throw std::invalid_argument("count_confusion: sizes differ");
  if (ignore_label && !fits(*ignore_label)) ignore_label.reset();  // no voxel can have it
  const LabelIndex index(regions, ignore_label);
  const std::size_t n = index.size();
  std::vector<std::int64_t> joint(n * n, 0);  // [reference][prediction]
  for (std::size_t i = 0;
       i < prediction.size();) {  // runs of equal pairs are long: count them at once
    std::size_t end = i + 1;
    while (end < prediction.size() && prediction[end] == prediction[i] &&
           reference[end] == reference[i])
      ++end;
    joint[index[reference[i]] * n + index[prediction[i]]] += static_cast<std::int64_t>(end - i);
    i = end;
  }
  std::vector<Counts> all;
  all.reserve(regions.size());
  for (const auto& region : regions) {
    std::vector<bool> member(n, false);
    for (const auto label : region) {
      if (fits(label)) member[index[static_cast<std::int16_t>(label)]] = true;
    }
    Counts counts;
    for (std::size_t r = 0; r < n; ++r) {
      if (ignore_label && r == index[static_cast<std::int16_t>(*ignore_label)]) continue;
      for (std::size_t p = 0; p < n; ++p) {
        const std::int64_t voxels = joint[r * n + p];
        if (member[r]) {
          (member[p] ? counts.true_positive : counts.false_negative) += voxels;
        } else {
          (member[p] ? counts.false_positive : counts.true_negative) += voxels;
        }
      }
    }
    all.push_back(counts);
  }
  return all;
}

}  // namespace nnflow::evaluate
