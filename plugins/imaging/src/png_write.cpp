// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "png_write.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

#include <zlib.h>

#include "nnflow/error.hpp"

namespace nnflow::imaging {
namespace {

void append_number(std::string& out, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) out += static_cast<char>(value >> shift & 0xFFU);
}

/// Length, type, data and checksum of type and data.
void append_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = out.size();
  out.append(type).append(data);
  const auto* const bytes = reinterpret_cast<const Bytef*>(out.data() + begin);
  append_number(out, static_cast<std::uint32_t>(crc32_z(0, bytes, out.size() - begin)));
}

/// The rows, each after a byte for "no filter", numbers with the high byte first.
std::string filtered_rows(const ItkImage& image, std::size_t bytes_per_number) {
  const std::size_t row = image.voxels.size() / static_cast<std::size_t>(image.size[1]);
  std::string rows;
  rows.reserve(image.voxels.size() + static_cast<std::size_t>(image.size[1]));
  for (std::size_t i = 0; i < image.voxels.size(); i += bytes_per_number) {
    if (i % row == 0) rows += '\0';
    for (std::size_t byte = bytes_per_number; byte-- > 0;) {  // the machine is little endian
      rows += static_cast<char>(image.voxels[i + byte]);
    }
  }
  return rows;
}

std::string deflated(const std::string& bytes) {
  uLongf size = compressBound(static_cast<uLong>(bytes.size()));
  std::string out(size, '\0');
  const int result = compress2(reinterpret_cast<Bytef*>(out.data()), &size,
                               reinterpret_cast<const Bytef*>(bytes.data()),
                               static_cast<uLong>(bytes.size()), Z_DEFAULT_COMPRESSION);
  if (result != Z_OK) throw Error(ErrorCode::kResource, "out of memory");
  out.resize(size);
  return out;
}

}  // namespace

void png_write(const std::filesystem::path& path, const ItkImage& image) {
  const bool wide = image.scalar == Scalar::kUint16;
  std::string header;
  append_number(header, static_cast<std::uint32_t>(image.size[0]));
  append_number(header, static_cast<std::uint32_t>(image.size[1]));
  header += static_cast<char>(wide ? 16 : 8);
  header += static_cast<char>(image.components == 3 ? 2 : 0);  // RGB or grey
  header.append(3, '\0');  // deflate, adaptive filters, not interlaced

  std::string file("\x89PNG\r\n\x1a\n", 8);
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", deflated(filtered_rows(image, wide ? 2 : 1)));
  append_chunk(file, "IEND", "");

  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(file.data(), static_cast<std::streamsize>(file.size()));
  out.close();
  if (!out) {
    throw Error(ErrorCode::kIo, path.string() + ": cannot write: " + std::strerror(errno));
  }
}

}  // namespace nnflow::imaging
