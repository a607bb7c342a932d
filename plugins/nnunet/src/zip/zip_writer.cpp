// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <zip.h>

#include <utility>
#include <vector>

#include "nnflow/error.hpp"
#include "nnflow/nnunet/zip_archive.hpp"
#include "zip/zip_handle.hpp"

namespace nnflow::nnunet {

namespace {

constexpr zip_uint32_t kLevel = 6;          // numpy's
constexpr zip_uint16_t kFirstDay = 0x0021;  // 1980-01-01, as numpy writes it: no clock in the bytes

/// The `zip_source_buffer_fragment` of a library that does not write into it.
zip_buffer_fragment_t fragment(std::string_view bytes) {
  return {reinterpret_cast<zip_uint8_t*>(const_cast<char*>(bytes.data())), bytes.size()};
}

}  // namespace

struct ZipWriter::Impl {
  std::filesystem::path path;
  zip_t* zip = nullptr;
  std::function<bool(double)> progress;
  bool given_up = false;

  [[noreturn]] void fail(const std::string& what, const std::string& reason) const {
    throw Error(ErrorCode::kIo, path.string() + ": " + what + ": " + reason);
  }
  /// Takes the source, also where it fails.
  zip_uint64_t add(const std::string& name, zip_source_t* source, zip_flags_t flags) const {
    if (source == nullptr) fail("cannot add " + name, zip_strerror(zip));
    const zip_int64_t index = zip_file_add(zip, name.c_str(), source, flags);
    if (index >= 0) return static_cast<zip_uint64_t>(index);
    const std::string reason = zip_strerror(zip);
    zip_source_free(source);
    fail("cannot add " + name, reason);
  }
};

ZipWriter::ZipWriter(std::filesystem::path path) : impl_(std::make_unique<Impl>()) {
  impl_->path = std::move(path);
  int code = 0;
  impl_->zip = zip_open(impl_->path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (impl_->zip == nullptr) impl_->fail("cannot be written", zip_reason(code));
}

ZipWriter::~ZipWriter() {
  if (impl_->zip != nullptr) zip_discard(impl_->zip);
}

void ZipWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  const zip_uint64_t index =
      impl_->add(name, zip_source_file(impl_->zip, file.c_str(), 0, -1), ZIP_FL_ENC_UTF_8);
  constexpr zip_uint32_t kPlainFile = zip_uint32_t{S_IFREG | 0644U} << 16U;
  zip_file_set_external_attributes(impl_->zip, index, 0, ZIP_OPSYS_UNIX, kPlainFile);
}

void ZipWriter::add_bytes(const std::string& name, std::span<const std::string_view> parts) {
  std::vector<zip_buffer_fragment_t> fragments;
  for (const std::string_view part : parts) fragments.push_back(fragment(part));
  const zip_uint64_t index = impl_->add(
      name, zip_source_buffer_fragment(impl_->zip, fragments.data(), fragments.size(), 0), 0);
  if (zip_set_file_compression(impl_->zip, index, ZIP_CM_DEFLATE, kLevel) != 0 ||
      zip_file_set_dostime(impl_->zip, index, 0, kFirstDay, 0) != 0) {
    impl_->fail("cannot add " + name, zip_strerror(impl_->zip));
  }
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
  impl_->fail("cannot be written", zip_strerror(impl_->zip));
}

}  // namespace nnflow::nnunet
