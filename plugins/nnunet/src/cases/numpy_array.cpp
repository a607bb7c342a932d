// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include "cases/packed_bytes.hpp"
#include "cases/stored_array.hpp"

namespace nnflow::nnunet {
namespace {

constexpr std::uint32_t kLongestHeader = 1U << 16U;
constexpr std::size_t kMostAxes = 8;

using Axes = std::array<std::int64_t, 4>;

/// The text between `open` and `close` that follows a key of the header, which is Python's text of
/// a dictionary.
std::string_view field(std::string_view header, std::string_view key, char open, char close) {
  std::string quoted = "'";
  quoted += key;
  quoted += "':";
  std::size_t at = header.find(quoted);
  if (at == std::string_view::npos) return {};
  at = header.find_first_not_of(' ', at + quoted.size());
  if (at == std::string_view::npos || header[at] != open) return {};
  const std::size_t end = header.find(close, at + 1);
  return end == std::string_view::npos ? std::string_view{} : header.substr(at + 1, end - at - 1);
}

std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> values;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (at < end && values.size() <= kMostAxes) {
    if (*at == ' ' || *at == ',') {
      ++at;
      continue;
    }
    std::int64_t value = 0;
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc{}) return {};
    values.push_back(value);
    at = next;
  }
  return values;
}

/// An array in numpy's own format (its NEP 1), in either order of axes.
class NumpyArray final : public StoredArray {
 public:
  NumpyArray(const std::string& path, PackedBytes bytes)
      : StoredArray(path), bytes_(std::move(bytes)) {
    const auto stream = open_stream(bytes_);
    std::array<char, 8> magic{};
    if (bytes_.size < 12) fail("is no array of numpy");
    stream->read(magic.data(), magic.size());
    if (std::memcmp(magic.data(), "\x93NUMPY", 6) != 0 || magic[6] < 1 || magic[6] > 3) {
      fail("is no array of numpy");
    }
    const std::size_t width = magic[6] == 1 ? 2 : 4;
    std::uint32_t length = 0;
    stream->read(reinterpret_cast<char*>(&length), width);
    if (length > kLongestHeader) fail("has a header of impossible length");
    std::string header(length, '\0');
    stream->read(header.data(), length);
    start_ = magic.size() + width + length;
    interpret(header);
  }

  void read(const imaging::Box3& box, char* out, std::size_t bytes) const override {
    const Axes start{0, box.lower[0], box.lower[1], box.lower[2]};
    const Axes stop{channels(), box.upper[0], box.upper[1], box.upper[2]};
    const Axes shape{channels(), extent()[0], extent()[1], extent()[2]};
    if (!reversed_) return read_rows(shape, start, stop, out);
    const auto turned = [](const Axes& axes) { return Axes{axes[3], axes[2], axes[1], axes[0]}; };
    std::vector<char> stored(bytes);
    read_rows(turned(shape), turned(start), turned(stop), stored.data());
    const char* from = stored.data();
    Axes size{};
    for (std::size_t i = 0; i < 4; ++i) size[i] = stop[i] - start[i];
    for (std::int64_t x = 0; x < size[3]; ++x) {
      for (std::int64_t y = 0; y < size[2]; ++y) {
        for (std::int64_t z = 0; z < size[1]; ++z) {
          for (std::int64_t c = 0; c < size[0]; ++c, from += item_bytes()) {
            const std::int64_t to = ((c * size[1] + z) * size[2] + y) * size[3] + x;
            std::memcpy(out + static_cast<std::size_t>(to) * item_bytes(), from, item_bytes());
          }
        }
      }
    }
  }

  void stream(const Take& take) const override {
    constexpr std::int64_t kPiece = 1 << 16;
    const std::int64_t items = channels() * imaging::voxel_count(extent());
    if (const auto whole = unpack_at_once(bytes_)) {
      take(0, reinterpret_cast<const char*>(whole->data()) + start_, items);
      return;
    }
    const auto stream = open_stream(bytes_);
    stream->skip(start_);
    std::vector<char> piece(static_cast<std::size_t>(std::min(items, kPiece)) * item_bytes());
    for (std::int64_t first = 0; first < items; first += kPiece) {
      const std::int64_t count = std::min(items - first, kPiece);
      stream->read(piece.data(), static_cast<std::uint64_t>(count) * item_bytes());
      take(first, piece.data(), count);
    }
    stream->finish();
  }
  [[nodiscard]] bool reversed() const override { return reversed_; }

 private:
  void interpret(std::string_view header) {
    const std::string_view type = field(header, "descr", '\'', '\'');
    const std::vector<std::int64_t> shape = numbers(field(header, "shape", '(', ')'));
    const bool reversed = !field(header, "fortran_order", 'T', 'e').empty();
    if (!reversed && field(header, "fortran_order", 'F', 'e').empty()) {
      fail("has no order of axes in its header");
    }
    if (shape.size() > 4 || shape.size() < 3) {
      fail("has " + std::to_string(shape.size()) + " axes, expected 3 or 4");
    }
    const std::int64_t items = set_shape(shape.data(), static_cast<int>(shape.size()));
    set_type(type);
    reversed_ = reversed;
    std::int64_t expected = 0;
    if (__builtin_mul_overflow(items, static_cast<std::int64_t>(item_bytes()), &expected) ||
        static_cast<std::uint64_t>(expected) != bytes_.size - std::min(bytes_.size, start_)) {
      fail("holds another number of elements than its shape says");
    }
  }

  /// Rows of a box of an array in C order, in their order in the file.
  void read_rows(const Axes& shape, const Axes& start, const Axes& stop, char* out) const {
    std::size_t last = 3;  // everything behind this axis is wanted whole
    while (last > 0 && start[last] == 0 && stop[last] == shape[last]) --last;
    std::int64_t step = 1;
    for (std::size_t axis = last + 1; axis < 4; ++axis) step *= shape[axis];
    const auto row = static_cast<std::uint64_t>((stop[last] - start[last]) * step) * item_bytes();
    if (row == 0) return;
    const auto stream = open_stream(bytes_);
    std::uint64_t position = 0;
    Axes at = start;
    while (true) {
      std::int64_t index = 0;
      for (std::size_t axis = 0; axis < 4; ++axis) index = index * shape[axis] + at[axis];
      const std::uint64_t target = start_ + static_cast<std::uint64_t>(index) * item_bytes();
      stream->skip(target - position);
      stream->read(out, row);
      position = target + row;
      out += row;
      std::size_t axis = last;
      while (axis > 0 && ++at[axis - 1] == stop[axis - 1]) {
        at[axis - 1] = start[axis - 1];
        --axis;
      }
      if (axis == 0) break;
    }
    stream->finish();
  }

  PackedBytes bytes_;
  std::uint64_t start_ = 0;  ///< of the elements, in the unpacked bytes
  bool reversed_ = false;    ///< the first axis is the fastest
};

}  // namespace

std::unique_ptr<StoredArray> open_numpy(const std::string& path, const std::string& member) {
  if (!path.ends_with(".npz")) return std::make_unique<NumpyArray>(path, whole_file(path));
  auto entry = find_zip_entry(path, member + ".npy");
  if (!entry) {
    throw Error(ErrorCode::kInvalidData, path + ": holds no array '" + member + "'");
  }
  return std::make_unique<NumpyArray>(path, std::move(*entry));
}

}  // namespace nnflow::nnunet
