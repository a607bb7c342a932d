// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "support/dicom.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <vector>

#include <itkGDCMImageIO.h>
#include <itkMetaDataObject.h>

namespace nnflow::test {
namespace {

using Numbers = std::vector<double>;

/// Values of a tag, separated as DICOM does it.
std::string text_of(const Numbers& values) {
  std::string text;
  for (const double value : values) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "%.10g", value);
    text += text.empty() ? "" : "\\";
    text += number.data();
  }
  return text;
}

void write(const std::filesystem::path& file,
           const std::vector<std::int16_t>& pixels,
           const std::vector<std::int64_t>& size,
           const imaging::Geometry& geometry,
           const Numbers& position,
           const std::string& uid) {
  const auto io = itk::GDCMImageIO::New();
  const auto axes = static_cast<unsigned>(size.size());
  io->SetNumberOfDimensions(axes);
  itk::ImageIORegion region(axes);
  for (unsigned axis = 0; axis < axes; ++axis) {
    const auto length = static_cast<itk::SizeValueType>(size[axis]);
    io->SetDimensions(axis, length);
    region.SetSize(axis, length);
    io->SetSpacing(axis, geometry.spacing[axis]);
    io->SetOrigin(axis, position[axis]);
  }
  const auto& d = geometry.direction;
  auto& tags = io->GetMetaDataDictionary();
  const auto set = [&](const char* tag, const std::string& text) {
    itk::EncapsulateMetaData<std::string>(tags, tag, text);
  };
  set("0008|0060", "CT");
  set("0008|103e", "made for a test");
  set("0020|000e", uid);
  set("0020|000d", uid + ".1");
  set("0020|0032", text_of(position));
  set("0020|0037", text_of({d[0], d[3], d[6], d[1], d[4], d[7]}));
  io->KeepOriginalUIDOn();
  io->SetComponentType(itk::CommonEnums::IOComponent::SHORT);
  io->SetNumberOfComponents(1);
  io->SetPixelType(itk::CommonEnums::IOPixel::SCALAR);
  io->SetIORegion(region);
  io->SetFileName(file.string());
  io->Write(pixels.data());
}

std::vector<std::int16_t> integers(std::span<const float> values) {
  std::vector<std::int16_t> out;
  for (const float value : values) out.push_back(static_cast<std::int16_t>(value));
  return out;
}

}  // namespace

void write_dicom_series(const std::filesystem::path& folder,
                        const imaging::Volume& volume,
                        const std::string& uid) {
  std::filesystem::create_directories(folder);
  const auto& extent = volume.extent();
  const auto& g = volume.geometry;
  const auto plane = static_cast<std::size_t>(extent[1] * extent[2]);
  for (std::int64_t z = 0; z < extent[0]; ++z) {
    const double step = static_cast<double>(z) * g.spacing[2];
    const Numbers position{g.origin[0] + step * g.direction[2], g.origin[1] + step * g.direction[5],
                           g.origin[2] + step * g.direction[8]};
    const auto pixels =
        integers(volume.channel(0).subspan(static_cast<std::size_t>(z) * plane, plane));
    write(folder / ("slice_" + std::to_string(1000 - z) + ".dcm"), pixels, {extent[2], extent[1]},
          g, position, uid);
  }
}

void write_multi_frame_dicom(const std::filesystem::path& file, const imaging::Volume& volume) {
  const auto& extent = volume.extent();
  const auto& origin = volume.geometry.origin;
  write(file, integers(volume.channel(0)), {extent[2], extent[1], extent[0]}, volume.geometry,
        {origin[0], origin[1], origin[2]}, "1.2.826.0.1.3680043.9.7.2");
}

}  // namespace nnflow::test
