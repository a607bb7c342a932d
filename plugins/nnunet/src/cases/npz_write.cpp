// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "cases/npz_write.hpp"

#include <array>

#include "nnflow/nnunet/zip_archive.hpp"

namespace nnflow::nnunet {
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
  const std::string header = numpy_header(dtype, shape);
  const std::array<std::string_view, 2> parts{header, raw};
  ZipWriter archive(path);
  archive.add_bytes(member + ".npy", parts);
  archive.finish();
}

}  // namespace nnflow::nnunet
