// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "support/npz.hpp"

#include <zlib.h>

#include <charconv>
#include <functional>
#include <numeric>

#include "support/shared.hpp"

namespace nnflow::test {
namespace {

template <class T>
T number_at(const std::string& bytes, std::size_t offset) {
  if (offset + sizeof(T) > bytes.size()) throw std::runtime_error("ends too early");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

// The text between `open` after `key` and the next `close`.
std::string field(const std::string& header, const std::string& key, char open, char close) {
  const std::size_t at = header.find("'" + key + "'");
  const std::size_t begin = at == std::string::npos ? at : header.find(open, at + key.size() + 2);
  const std::size_t end = begin == std::string::npos ? begin : header.find(close, begin + 1);
  if (end == std::string::npos) throw std::runtime_error("has no " + key + " in its header");
  return header.substr(begin + 1, end - begin - 1);
}

Array parse_npy(const std::string& bytes) {
  if (!bytes.starts_with("\x93NUMPY")) throw std::runtime_error("is not an array of NumPy");
  const bool first_version = number_at<std::uint8_t>(bytes, 6) == 1;
  const std::size_t start = first_version ? 10 : 12;
  const std::size_t length =
      first_version ? number_at<std::uint16_t>(bytes, 8) : number_at<std::uint32_t>(bytes, 8);
  const std::string header = bytes.substr(start, length);
  if (header.find("'fortran_order': False") == std::string::npos) {
    throw std::runtime_error("is in Fortran order");
  }
  Array array;
  array.dtype = field(header, "descr", '\'', '\'');
  const std::string shape = field(header, "shape", '(', ')');
  for (const char* at = shape.data(); at < shape.data() + shape.size();) {
    std::int64_t extent = 0;
    const auto [end, error] = std::from_chars(at, shape.data() + shape.size(), extent);
    if (error == std::errc()) array.shape.push_back(extent);
    at = error == std::errc() ? end : at + 1;
  }
  array.bytes = bytes.substr(start + length);
  const char* digits = array.dtype.data() + 2;
  std::size_t width = 0;
  std::from_chars(digits, array.dtype.data() + array.dtype.size(), width);
  if (array.bytes.size() != width * static_cast<std::size_t>(array.size())) {
    throw std::runtime_error("has another length than its shape says");
  }
  return array;
}

std::string inflate_raw(const std::string& packed, std::size_t size) {
  std::string out(size, '\0');
  z_stream stream{};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(size);
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::runtime_error("zlib does not start");
  const int state = inflate(&stream, Z_FINISH);
  inflateEnd(&stream);
  if (state != Z_STREAM_END) throw std::runtime_error("has a damaged entry");
  return out;
}

// Reads the entries that the central directory at the end of a zip file lists.
Npz parse_npz(const std::string& bytes) {
  const std::size_t end = bytes.rfind("PK\5\6");
  if (end == std::string::npos) throw std::runtime_error("is not a zip file");
  const std::size_t count = number_at<std::uint16_t>(bytes, end + 10);
  std::size_t at = number_at<std::uint32_t>(bytes, end + 16);
  Npz arrays;
  for (std::size_t i = 0; i < count; ++i) {
    const bool stored = number_at<std::uint16_t>(bytes, at + 10) == 0;
    const std::size_t packed_size = number_at<std::uint32_t>(bytes, at + 20);
    const std::size_t size = number_at<std::uint32_t>(bytes, at + 24);
    const std::size_t name_size = number_at<std::uint16_t>(bytes, at + 28);
    const std::size_t local = number_at<std::uint32_t>(bytes, at + 42);
    std::string name = bytes.substr(at + 46, name_size);
    if (name.ends_with(".npy")) name.resize(name.size() - 4);
    const std::size_t data = local + 30u + number_at<std::uint16_t>(bytes, local + 26) +
                             number_at<std::uint16_t>(bytes, local + 28);
    const std::string packed = bytes.substr(data, packed_size);
    arrays[name] = parse_npy(stored ? packed : inflate_raw(packed, size));
    at += 46 + name_size + number_at<std::uint16_t>(bytes, at + 30) +
          number_at<std::uint16_t>(bytes, at + 32);
  }
  return arrays;
}

template <class Parse>
auto parsed(const std::filesystem::path& file, const Parse& parse) {
  try {
    return parse(read_file(file));
  } catch (const std::exception& error) {
    throw std::runtime_error(file.string() + ": " + error.what());
  }
}

}  // namespace

std::int64_t Array::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

Array read_npy(const std::filesystem::path& file) { return parsed(file, parse_npy); }

Npz read_npz(const std::filesystem::path& file) { return parsed(file, parse_npz); }

}  // namespace nnflow::test
