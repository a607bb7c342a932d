// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nnflow::nnunet {

/// The first of many texts, and how many more there are: `a, b, c, d, e and 7 more`. Keeps messages
/// readable whatever their number.
class Few {
 public:
  explicit Few(std::string_view separator = ", ", std::size_t shown = 5)
      : separator_(separator), shown_(shown) {}

  void add(std::string_view text) {
    if (++count_ > shown_) return;
    if (count_ > 1) text_ += separator_;
    text_ += text;
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::string text() const {
    if (count_ <= shown_) return text_;
    std::string text = text_;
    text += separator_ == ", " ? std::string_view(" ") : std::string_view(separator_);
    return text.append("and ").append(std::to_string(count_ - shown_)).append(" more");
  }

 private:
  std::string separator_;
  std::size_t shown_;
  std::size_t count_ = 0;
  std::string text_;
};

}  // namespace nnflow::nnunet
