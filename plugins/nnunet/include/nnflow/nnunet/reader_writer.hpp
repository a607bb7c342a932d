// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "nnflow/imaging/image_io.hpp"
#include "nnflow/interface.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/export.hpp"

namespace nnflow::nnunet {

/// A reader and writer of images that dataset.json (`overwrite_image_reader_writer`) and plans
/// (`image_reader_writer`) name by its class. Plugins register implementations under that name:
/// `registry.add<ImageReaderWriter, Mine>("nnunet.reader_writer/1", "MyIO", "...")`; they are
/// constructed from an empty `Value`. The classes of nnU-Net need no registration. All functions
/// are called from several threads at once and report what they cannot do as an Error that names
/// the file.
class ImageReaderWriter {
 public:
  static constexpr std::string_view kInterface = "nnunet.reader_writer/1";

  ImageReaderWriter() = default;
  ImageReaderWriter(const ImageReaderWriter&) = delete;
  ImageReaderWriter& operator=(const ImageReaderWriter&) = delete;
  virtual ~ImageReaderWriter() = default;

  /// What `read_image` would return, without its voxels.
  [[nodiscard]] virtual imaging::ImageHeader probe(const std::filesystem::path& path) const = 0;
  /// One file, with `spacing` in mm along the array axes (z, y, x); 2D images are one slice of a
  /// spacing above those of the plane (nnunet-data 2.6).
  [[nodiscard]] virtual imaging::Volume read_image(const std::filesystem::path& path) const = 0;
  /// A label map, on the grid that `read_image` gives its image.
  [[nodiscard]] virtual imaging::LabelMap read_labels(const std::filesystem::path& path) const = 0;
  /// Writes a label map with the geometry that `read_image` left. `ending` names the format;
  /// `path`, a temporary name, may end otherwise.
  virtual void write_labels(const std::filesystem::path& path,
                            const imaging::LabelMap& labels,
                            std::string_view ending) const = 0;
};

/// The reader and writer of a class name: nnU-Net's, else an implementation that a plugin
/// registered. An empty name is that of the file's ending. Throws Error(kInvalidData) that names
/// `source` and the classes that exist.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::shared_ptr<const ImageReaderWriter> reader_writer(
    std::string_view class_name, const InterfaceCatalog& catalog, std::string_view source);

/// True for a class of nnU-Net and for one that a plugin registered.
[[nodiscard]] NNFLOW_NNUNET_EXPORT bool is_reader_writer(std::string_view class_name,
                                                         const InterfaceCatalog& catalog);

/// Takes a remark on the choice.
using Remark = std::function<void(const std::string&)>;

/// Which class reads a data set (nnunet-data 2.6): the one its dataset.json names, if it exists;
/// else the first in nnU-Net's order that supports the file ending and can open `example`. Without
/// an example the ending decides. Throws Error(kInvalidData) naming the classes tried and what each
/// said.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::string determine_reader_writer(
    const DatasetDescription& dataset,
    const std::filesystem::path& example,
    const InterfaceCatalog& catalog,
    const Remark& remark);

/// The first image of the first training case, by which the reader is chosen; empty without cases.
[[nodiscard]] NNFLOW_NNUNET_EXPORT std::filesystem::path example_image(
    const DatasetDescription& dataset);

}  // namespace nnflow::nnunet
