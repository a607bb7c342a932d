// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <zip.h>

#include <utility>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/zip_archive.hpp"

namespace nnflow::nnunet {

struct ZipWriter::Impl {
  std::filesystem::path path;
  zip_t* zip = nullptr;
  std::function<bool(double)> progress;
  bool given_up = false;

  [[noreturn]] void fail(const std::string& what, const std::string& reason) const {
    throw Error(ErrorCode::kIo, path.string() + ": " + what + ": " + reason);
  }
};

ZipWriter::ZipWriter(std::filesystem::path path) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(path);
  int code = 0;
  impl_->zip = zip_open(impl_->path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (impl_->zip != nullptr) return;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  impl_->fail("cannot create the archive", reason);
}

ZipWriter::~ZipWriter() {
  if (impl_->zip != nullptr) zip_discard(impl_->zip);
}

void ZipWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  zip_source_t* const source = zip_source_file(impl_->zip, file.c_str(), 0, -1);
  if (source == nullptr) impl_->fail("cannot add " + file.string(), zip_strerror(impl_->zip));
  const zip_int64_t index = zip_file_add(impl_->zip, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    const std::string reason = zip_strerror(impl_->zip);
    zip_source_free(source);
    impl_->fail("cannot add " + file.string(), reason);
  }
  constexpr zip_uint32_t kPlainFile = zip_uint32_t{S_IFREG | 0644U} << 16U;
  zip_file_set_external_attributes(impl_->zip, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                   kPlainFile);
}

void ZipWriter::finish(const std::function<bool(double)>& progress) {
  impl_->progress = progress;
  zip_register_progress_callback_with_state(
      impl_->zip, 0.01,
      [](zip_t*, double share, void* state) {
        auto& self = *static_cast<Impl*>(state);
        if (self.progress && !self.progress(share)) self.given_up = true;
      },
      nullptr, impl_.get());
  zip_register_cancel_callback_with_state(
      impl_->zip, [](zip_t*, void* state) { return static_cast<Impl*>(state)->given_up ? 1 : 0; },
      nullptr, impl_.get());
  if (zip_close(impl_->zip) == 0) {
    impl_->zip = nullptr;
    return;
  }
  if (impl_->given_up) {
    throw Error(ErrorCode::kCancelled, impl_->path.string() + ": making the archive was cancelled");
  }
  impl_->fail("cannot write the archive", zip_strerror(impl_->zip));
}

}  // namespace nnflow::nnunet
