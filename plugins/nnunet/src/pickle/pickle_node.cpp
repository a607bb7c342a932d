// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstring>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/pickle.hpp"

namespace nnflow::nnunet {
namespace {

template <class T>
T element(const char* bytes, bool swap) {
  char raw[sizeof(T)];
  std::memcpy(raw, bytes, sizeof(T));
  if (swap) {
    for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
  }
  T value{};
  std::memcpy(&value, raw, sizeof(T));
  return value;
}

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10U) & 0x1f;
  const double fraction = bits & 0x3ffU;
  const double sign = (bits & 0x8000U) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction != 0.0 ? NAN : sign * INFINITY;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024.0 + fraction, exponent - 25);
}

/// One element, as the widest type of its family.
struct Element {
  bool is_real = false;
  double real = 0.0;
  std::int64_t integer = 0;
};

Element decode(const char* bytes, char kind, std::size_t size, bool swap) {
  switch (kind) {
    case 'f':
      if (size == 2) return {true, half_to_double(element<std::uint16_t>(bytes, swap)), 0};
      if (size == 4) return {true, static_cast<double>(element<float>(bytes, swap)), 0};
      return {true, element<double>(bytes, swap), 0};
    case 'i':
      if (size == 1) return {false, 0.0, element<std::int8_t>(bytes, swap)};
      if (size == 2) return {false, 0.0, element<std::int16_t>(bytes, swap)};
      if (size == 4) return {false, 0.0, element<std::int32_t>(bytes, swap)};
      return {false, 0.0, element<std::int64_t>(bytes, swap)};
    default:
      if (size == 1) return {false, 0.0, element<std::uint8_t>(bytes, swap)};
      if (size == 2) return {false, 0.0, element<std::uint16_t>(bytes, swap)};
      if (size == 4) return {false, 0.0, element<std::uint32_t>(bytes, swap)};
      return {false, 0.0, static_cast<std::int64_t>(element<std::uint64_t>(bytes, swap))};
  }
}

[[noreturn]] void fail(std::string_view source, const std::string& what) {
  throw Error(ErrorCode::kInvalidData, std::string(source) + ": " + what);
}

/// Calls `take(index in C order, element)` for every element.
template <class Take>
void for_each_element(const PickleNode& array, std::string_view source, Take take) {
  const std::string& dtype = array.dtype;
  if (!array.is(PickleNode::Kind::kArray) || dtype.size() != 3)
    fail(source, "expected a numeric array");
  const char kind = dtype[1];
  const auto size = static_cast<std::size_t>(dtype[2] - '0');
  const bool known =
      (kind == 'f' && (size == 2 || size == 4 || size == 8)) || (kind == 'b' && size == 1) ||
      ((kind == 'i' || kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8));
  if (!known) fail(source, "an array has the element type " + dtype + ", expected numbers");
  std::size_t count = 1;
  for (const auto length : array.shape) {
    if (length < 0 ||
        (length > 0 && count > array.text.size() / static_cast<std::size_t>(length))) {
      fail(source, "an array has a shape that does not fit its bytes");
    }
    count *= static_cast<std::size_t>(length);
  }
  if (count * size != array.text.size())
    fail(source, "an array has a shape that does not fit its bytes");
  std::vector<std::size_t> index(array.shape.size(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t place = i;
    if (array.fortran_order) {
      place = 0;
      for (std::size_t axis = index.size(); axis-- > 0;) {
        place = place * static_cast<std::size_t>(array.shape[axis]) + index[axis];
      }
      for (std::size_t axis = index.size(); axis-- > 0;) {
        if (++index[axis] < static_cast<std::size_t>(array.shape[axis])) break;
        index[axis] = 0;
      }
    }
    take(decode(array.text.data() + place * size, kind, size, dtype[0] == '>'));
  }
}

}  // namespace

const PickleNode* PickleNode::find(std::string_view key) const {
  if (kind != Kind::kDict) return nullptr;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->first->is(Kind::kString) && entry->first->text == key) return entry->second;
  }
  return nullptr;
}

bool PickleNode::is_global(std::string_view module_name, std::string_view name) const {
  return kind == Kind::kGlobal && module == module_name && text == name;
}

std::vector<double> array_as_doubles(const PickleNode& array, std::string_view source) {
  std::vector<double> result;
  for_each_element(array, source, [&](const Element& e) {
    result.push_back(e.is_real ? e.real : static_cast<double>(e.integer));
  });
  return result;
}

std::vector<std::int64_t> array_as_integers(const PickleNode& array, std::string_view source) {
  std::vector<std::int64_t> result;
  for_each_element(array, source, [&](const Element& e) {
    if (e.is_real && !(std::abs(e.real) < 9.2e18 && e.real == std::trunc(e.real))) {
      fail(source, "an array holds " + std::to_string(e.real) + ", expected integers");
    }
    result.push_back(e.is_real ? static_cast<std::int64_t>(e.real) : e.integer);
  });
  return result;
}

}  // namespace nnflow::nnunet
