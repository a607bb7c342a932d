// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "dicom_check.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "byte_view.hpp"
#include "nnflow/error.hpp"

namespace nnflow::imaging {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPixelData = "\xE0\x7F\x10\x00"sv;            // (7FE0,0010)
constexpr std::string_view kPixelDataBig = "\x7F\xE0\x00\x10"sv;         // in big-endian files
constexpr std::string_view kSequenceEnd = "\xFE\xFF\xDD\xE0\0\0\0\0"sv;  // (FFFE,E0DD)
constexpr std::uint32_t kUndefined = 0xFFFFFFFFU;

/// Where the bytes of an element begin and how many they are.
struct Element {
  std::size_t begin = 0;
  std::uint32_t length = 0;
};

/// The element whose tag is at `at`, with a value representation or without.
std::optional<Element> element_at(std::string_view bytes, std::size_t at, bool big) {
  const auto number = [&](std::size_t place) {
    return number_at<std::uint32_t>(std::as_bytes(std::span(bytes)), place, needs_swap(big));
  };
  const std::string_view kind = bytes.substr(at + 4, 2);
  const bool explicit_kind = kind == "OW" || kind == "OB";
  const std::size_t place = at + (explicit_kind ? 8 : 4);
  if (place + 4 > bytes.size() || (big && !explicit_kind)) return std::nullopt;
  return Element{place + 4, number(place)};
}

/// Bytes missing behind an element that may be the pixel data; nothing for another one.
std::optional<std::size_t> missing(std::string_view bytes,
                                   const Element& element,
                                   std::int64_t pixels) {
  if (element.length == kUndefined) {  // compressed: a sequence that must come to its end
    return bytes.find(kSequenceEnd, element.begin) == std::string_view::npos ? 1 : 0;
  }
  const auto rest = static_cast<std::int64_t>(element.length) % pixels;
  if (element.length < pixels || rest > 1) return std::nullopt;  // 1: padded to an even length
  const std::size_t end = element.begin + element.length;
  return end > bytes.size() ? end - bytes.size() : 0;
}

}  // namespace

void refuse_deflated(const std::filesystem::path& path) {
  constexpr std::string_view kDeflated = "1.2.840.10008.1.2.1.99";
  constexpr std::size_t kHead = 2048;  // the transfer syntax is among the first elements
  std::string head(kHead, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  if (head.find(kDeflated) == std::string::npos) return;
  throw Error(ErrorCode::kInvalidData,
              path.string() +
                  ": is deflated as a whole (transfer syntax 1.2.840.10008.1.2.1.99), which is not "
                  "read; convert it, for example with dcmconv +te");
}

void require_whole_pixels(const std::filesystem::path& path, std::int64_t pixels) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  std::optional<std::size_t> least;
  for (const bool big : {false, true}) {
    const std::string_view tag = big ? kPixelDataBig : kPixelData;
    for (std::size_t at = bytes.find(tag); at != std::string::npos; at = bytes.find(tag, at + 1)) {
      const auto element = element_at(bytes, at, big);
      const auto count = element ? missing(bytes, *element, pixels) : std::nullopt;
      if (count) least = std::min(count.value(), least.value_or(count.value()));
    }
  }
  if (least == std::size_t{0}) return;
  throw Error(ErrorCode::kIo, path.string() +
                                  ": cannot read, the file is truncated within its pixels" +
                                  (least ? "" : " or before them"));
}

}  // namespace nnflow::imaging
