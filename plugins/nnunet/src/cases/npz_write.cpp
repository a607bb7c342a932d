// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cases/npz_write.hpp"

#include <zip.h>

#include <array>
#include <memory>

#include "nnflow/error.hpp"

namespace nnflow::nnunet {
namespace {

constexpr zip_uint32_t kLevel = 6;          // numpy's
constexpr zip_uint16_t kFirstDay = 0x0021;  // 1980-01-01, as numpy writes it: no clock in the bytes

/// The `zip_source_buffer_fragment` of a library that does not write into it.
zip_buffer_fragment_t fragment(std::string_view bytes) {
  return {reinterpret_cast<zip_uint8_t*>(const_cast<char*>(bytes.data())), bytes.size()};
}

}  // namespace

std::string numpy_header(std::string_view dtype, std::span<const std::int64_t> shape) {
  constexpr std::size_t kAlignment = 64;
  constexpr std::size_t kPrefix = 10;
  std::string text = "{'descr': '<";
  text += dtype;
  text += "', 'fortran_order': False, 'shape': (";
  for (std::size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  }
  text += shape.size() == 1 ? ",), }" : "), }";
  text.resize((kPrefix + text.size() + kAlignment) / kAlignment * kAlignment - kPrefix - 1, ' ');
  text += '\n';
  std::string header = "\x93NUMPY";
  header += '\1';
  header += '\0';
  header += static_cast<char>(text.size() % 256);
  header += static_cast<char>(text.size() / 256);
  return header + text;
}

void write_npz(const std::filesystem::path& path,
               const std::string& member,
               std::string_view dtype,
               std::span<const std::int64_t> shape,
               std::string_view raw) {
  const auto fail = [&path](const std::string& reason) {
    throw Error(ErrorCode::kIo, path.string() + ": cannot be written: " + reason);
  };
  int code = 0;
  std::unique_ptr<zip_t, decltype(&zip_discard)> archive(
      zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code), &zip_discard);
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail(reason);
  }
  const std::string header = numpy_header(dtype, shape);
  const std::array parts{fragment(header), fragment(raw)};
  zip_source_t* const source =
      zip_source_buffer_fragment(archive.get(), parts.data(), parts.size(), 0);
  if (source == nullptr) fail(zip_strerror(archive.get()));
  const zip_int64_t index = zip_file_add(archive.get(), (member + ".npy").c_str(), source, 0);
  if (index < 0) {
    zip_source_free(source);
    fail(zip_strerror(archive.get()));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive.get(), entry, ZIP_CM_DEFLATE, kLevel) != 0 ||
      zip_file_set_dostime(archive.get(), entry, 0, kFirstDay, 0) != 0 ||
      zip_close(archive.get()) != 0) {
    fail(zip_strerror(archive.get()));
  }
  static_cast<void>(archive.release());
}

}  // namespace nnflow::nnunet
