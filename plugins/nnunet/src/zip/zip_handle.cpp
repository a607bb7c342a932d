// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "zip/zip_handle.hpp"

#include "nnflow/error.hpp"

namespace nnflow::nnunet {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, int code, std::string_view kind) {
  std::string text = path.string();
  if (code == ZIP_ER_NOZIP) {
    text.append(": is no ").append(kind).append(", or it is cut off");
  } else if (code == ZIP_ER_OPEN || code == ZIP_ER_READ) {
    throw Error(ErrorCode::kIo, text + ": cannot open: " + zip_reason(code));
  } else {
    text.append(": is a damaged ").append(kind).append(": ").append(zip_reason(code));
  }
  throw Error(ErrorCode::kInvalidData, text);
}

}  // namespace

std::string zip_reason(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  return reason;
}

ZipHandle open_zip(const fs::path& path, std::string_view kind) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem)) {
    throw Error(ErrorCode::kIo, path.string() + ": no such " + std::string(kind));
  }
  // The library takes an empty file for an archive without entries.
  if (fs::file_size(path, problem) == 0) refuse(path, ZIP_ER_NOZIP, kind);
  int code = 0;
  zip_t* const zip = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (zip == nullptr) refuse(path, code, kind);
  return ZipHandle(zip);
}

ZipHandle open_zip(const std::string& bytes, const fs::path& path, std::string_view kind) {
  if (bytes.empty()) refuse(path, ZIP_ER_NOZIP, kind);
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* const zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
  const int code = zip_error_code_zip(&error);
  zip_error_fini(&error);
  if (zip != nullptr) return ZipHandle(zip);
  if (source != nullptr) zip_source_free(source);
  refuse(path, code, kind);
}

}  // namespace nnflow::nnunet
