// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/reader_writer.hpp"

#include <algorithm>
#include <optional>

#include "nnflow/error.hpp"
#include "nnflow/value.hpp"

namespace nnflow::nnunet {
namespace {

using imaging::ImageReader;

/// One of nnU-Net's classes.
class BuiltIn final : public ImageReaderWriter {
 public:
  explicit BuiltIn(ImageReader reader) : reader_(reader) {}
  [[nodiscard]] imaging::ImageHeader probe(const std::filesystem::path& path) const override {
    return imaging::probe_image(path, reader_);
  }
  [[nodiscard]] imaging::Volume read_image(const std::filesystem::path& path) const override {
    return imaging::read_image(path, reader_);
  }
  [[nodiscard]] imaging::LabelMap read_labels(const std::filesystem::path& path) const override {
    return imaging::read_labels(path, reader_);
  }
  void write_labels(const std::filesystem::path& path,
                    const imaging::LabelMap& labels,
                    std::string_view ending) const override {
    imaging::write_labels(path, labels, ending);
  }

 private:
  ImageReader reader_;
};

std::string known_classes(const InterfaceCatalog& catalog) {
  std::string text;
  const auto add = [&](std::string_view name) {
    text += text.empty() ? "" : ", ";
    text += name;
  };
  for (const ImageReader reader : imaging::kReaderOrder) add(imaging::class_name(reader));
  add(imaging::class_name(ImageReader::kSimpleItkReorient));
  for (const auto& name : catalog.implementations(ImageReaderWriter::kInterface)) add(name);
  return text;
}

}  // namespace

bool is_reader_writer(std::string_view class_name, const InterfaceCatalog& catalog) {
  if (imaging::image_reader(class_name)) return true;
  const auto known = catalog.implementations(ImageReaderWriter::kInterface);
  return std::find(known.begin(), known.end(), class_name) != known.end();
}

std::shared_ptr<const ImageReaderWriter> reader_writer(std::string_view class_name,
                                                       const InterfaceCatalog& catalog,
                                                       std::string_view source) {
  if (class_name.empty()) return std::make_shared<BuiltIn>(ImageReader::kByEnding);
  if (const auto reader = imaging::image_reader(class_name)) {
    return std::make_shared<BuiltIn>(*reader);
  }
  if (is_reader_writer(class_name, catalog))
    return catalog.make<ImageReaderWriter>(class_name, Value());
  throw Error(ErrorCode::kInvalidData, std::string(source) + ": no reader '" +
                                           std::string(class_name) + "', expected one of " +
                                           known_classes(catalog));
}

std::string determine_reader_writer(const DatasetDescription& dataset,
                                    const std::filesystem::path& example,
                                    const InterfaceCatalog& catalog,
                                    const Remark& remark) {
  if (const auto& wanted = dataset.overwrite_image_reader_writer) {
    if (is_reader_writer(*wanted, catalog)) return *wanted;
    remark("data set " + dataset.name + ": no reader '" + *wanted +
           "' (overwrite_image_reader_writer), one is chosen by the file ending; there are " +
           known_classes(catalog));
  }
  std::string tried;
  for (const ImageReader reader : imaging::kReaderOrder) {
    if (!imaging::supports_ending(reader, dataset.file_ending)) continue;
    const std::string name(imaging::class_name(reader));
    if (example.empty()) return name;
    try {
      (void)imaging::probe_image(example, reader);
      return name;
    } catch (const Error& error) {
      tried += "\n  " + name + ": " + error.what();
    }
  }
  if (tried.empty()) {
    throw Error(ErrorCode::kInvalidData,
                "data set " + dataset.name + ": no reader for file_ending \"" +
                    dataset.file_ending +
                    "\", expected one of .nii.gz .nii .nrrd .mha .gipl .png .bmp .tif .tiff");
  }
  throw Error(ErrorCode::kInvalidData, "data set " + dataset.name + ": no reader for " +
                                           example.string() + ", tried were" + tried);
}

std::filesystem::path example_image(const DatasetDescription& dataset) {
  const auto cases = training_cases(dataset);
  if (cases.empty() || cases.front().images.empty()) return {};
  return cases.front().images.front();
}

}  // namespace nnflow::nnunet
