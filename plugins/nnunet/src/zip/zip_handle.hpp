// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zip.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace nnflow::nnunet {

struct DiscardZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseZipFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
/// An open archive; what was changed in it is given up at its end.
using ZipHandle = std::unique_ptr<zip_t, DiscardZip>;
/// An entry that is being read.
using ZipFileHandle = std::unique_ptr<zip_file_t, CloseZipFile>;

/// Opens an archive for reading. Throws Error naming it: kIo where it cannot be read, else
/// kInvalidData; `kind` says what was expected, such as "zip archive".
[[nodiscard]] ZipHandle open_zip(const std::filesystem::path& path, std::string_view kind);
/// The same of an archive in memory, which must outlive it; messages name it `path`.
[[nodiscard]] ZipHandle open_zip(const std::string& bytes,
                                 const std::filesystem::path& path,
                                 std::string_view kind);

/// The text of a code of `zip_open`.
[[nodiscard]] std::string zip_reason(int code);

}  // namespace nnflow::nnunet
