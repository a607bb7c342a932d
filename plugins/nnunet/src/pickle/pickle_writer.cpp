// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstring>

#include "nnflow/nnunet/pickle.hpp"
#include "support/utf8.hpp"

namespace nnflow::nnunet {
namespace {

template <class T>
void append_little_endian(std::string& out, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  out.append(raw, sizeof(T));
}

}  // namespace

PickleWriter::PickleWriter(int protocol) : protocol_(protocol >= 4 ? 4 : 2) {
  out_ += '\x80';
  out_ += static_cast<char>(protocol_);
}

PickleWriter& PickleWriter::none() {
  out_ += 'N';
  return *this;
}

PickleWriter& PickleWriter::boolean(bool value) {
  out_ += value ? '\x88' : '\x89';
  return *this;
}

PickleWriter& PickleWriter::integer(std::int64_t value) {
  if (value >= INT32_MIN && value <= INT32_MAX) {
    out_ += 'J';  // BININT
    append_little_endian(out_, static_cast<std::int32_t>(value));
  } else {
    out_ += "\x8a\x08";  // LONG1 of 8 bytes, two's complement
    append_little_endian(out_, value);
  }
  return *this;
}

PickleWriter& PickleWriter::real(double value) {
  out_ += 'G';  // BINFLOAT, big-endian
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (unsigned shift = 64; shift > 0; shift -= 8)
    out_ += static_cast<char>((bits >> (shift - 8)) & 0xffU);
  return *this;
}

PickleWriter& PickleWriter::string(std::string_view utf8) {
  out_ += 'X';  // BINUNICODE
  append_little_endian(out_, static_cast<std::uint32_t>(utf8.size()));
  out_.append(utf8);
  return *this;
}

PickleWriter& PickleWriter::bytes(std::string_view raw) {
  if (protocol_ >= 4) {
    out_ += '\x8e';  // BINBYTES8
    append_little_endian(out_, static_cast<std::uint64_t>(raw.size()));
    out_.append(raw);
    return *this;
  }
  std::string text;  // protocol 2 has no bytes: each byte is a Latin-1 character
  for (const char c : raw) append_utf8(static_cast<unsigned char>(c), text);
  global("_codecs", "encode").begin_tuple().string(text).string("latin1").end_tuple();
  return reduce();
}

PickleWriter& PickleWriter::begin_list() {
  out_ += "](";  // EMPTY_LIST MARK
  return *this;
}

PickleWriter& PickleWriter::end_list() {
  out_ += 'e';  // APPENDS
  return *this;
}

PickleWriter& PickleWriter::begin_tuple() {
  out_ += '(';
  return *this;
}

PickleWriter& PickleWriter::end_tuple() {
  out_ += 't';
  return *this;
}

PickleWriter& PickleWriter::begin_dict() {
  out_ += "}(";  // EMPTY_DICT MARK
  return *this;
}

PickleWriter& PickleWriter::end_dict() {
  out_ += 'u';  // SETITEMS
  return *this;
}

PickleWriter& PickleWriter::global(std::string_view module, std::string_view name) {
  if (protocol_ >= 4) {
    string(module).string(name);
    out_ += '\x93';  // STACK_GLOBAL
  } else {
    out_ += 'c';
    out_.append(module).append("\n").append(name).append("\n");
  }
  return *this;
}

PickleWriter& PickleWriter::reduce() {
  out_ += 'R';
  return *this;
}

PickleWriter& PickleWriter::build() {
  out_ += 'b';
  return *this;
}

PickleWriter& PickleWriter::persistent() {
  out_ += 'Q';
  return *this;
}

PickleWriter& PickleWriter::numpy_array(std::string_view dtype,
                                        std::span<const std::int64_t> shape,
                                        std::string_view raw) {
  const std::string_view order = dtype.size() == 2 && dtype[1] == '1' ? "|" : "<";
  global("numpy._core.multiarray", "_reconstruct");
  begin_tuple()
      .global("numpy", "ndarray")
      .begin_tuple()
      .integer(0)
      .end_tuple()
      .bytes("b")
      .end_tuple();
  reduce();
  begin_tuple().integer(1).begin_tuple();
  for (const auto length : shape) integer(length);
  end_tuple();
  global("numpy", "dtype");
  begin_tuple().string(dtype).boolean(false).boolean(true).end_tuple().reduce();
  begin_tuple().integer(3).string(order).none().none().none();
  integer(-1).integer(-1).integer(0).end_tuple().build();
  boolean(false).bytes(raw).end_tuple();
  return build();
}

PickleWriter& PickleWriter::tensor(std::string_view storage_type,
                                   std::string_view key,
                                   std::int64_t storage_elements,
                                   std::int64_t offset,
                                   std::span<const std::int64_t> size,
                                   std::span<const std::int64_t> stride) {
  global("torch._utils", "_rebuild_tensor_v2");
  begin_tuple();
  begin_tuple().string("storage").global("torch", storage_type).string(key).string("cpu");
  integer(storage_elements).end_tuple().persistent();
  integer(offset);
  begin_tuple();
  for (const auto length : size) integer(length);
  end_tuple().begin_tuple();
  for (const auto step : stride) integer(step);
  end_tuple().boolean(false);
  global("collections", "OrderedDict").begin_tuple().end_tuple().reduce();
  return end_tuple().reduce();
}

std::string PickleWriter::finish() {
  out_ += '.';
  return std::move(out_);
}

}  // namespace nnflow::nnunet
