// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "itk_bridge.hpp"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <mutex>
#include <utility>

#include <gdcmTrace.h>
#include <itkBMPImageIO.h>
#include <itkGDCMImageIO.h>
#include <itkGiplImageIO.h>
#include <itkMetaImageIO.h>
#include <itkMultiThreaderBase.h>
#include <itkNiftiImageIO.h>
#include <itkNrrdImageIO.h>
#include <itkPNGImageIO.h>
#include <itkTIFFImageIO.h>

#include "nnflow/error.hpp"

// Of ITK's copies of libtiff and niftilib, whose headers Debian does not ship.
extern "C" {
using NnflowTiffHandler = void (*)(const char*, const char*, std::va_list);
NnflowTiffHandler itk_TIFFSetErrorHandler(NnflowTiffHandler handler);
NnflowTiffHandler itk_TIFFSetWarningHandler(NnflowTiffHandler handler);
void nifti_set_debug_level(int level);
}

namespace nnflow::imaging {
namespace {
using itk::ImageIOBase;
using Component = itk::CommonEnums::IOComponent;

// Headers are read by one thread at a time: where two did, ITK 5.2 damaged the heap as it filled
// the dictionaries of metadata. Voxels are read and written by any number.
std::mutex& header_mutex() {
  static std::mutex mutex;
  return mutex;
}

// ITK prints warnings and starts thread pools by default; a library may do neither.
void prepare_itk() {
  static std::once_flag once;
  std::call_once(once, [] {
    itk::Object::GlobalWarningDisplayOff();
    itk::MultiThreaderBase::SetGlobalMaximumNumberOfThreads(1);
    itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
    itk_TIFFSetErrorHandler(nullptr);
    itk_TIFFSetWarningHandler(nullptr);
    nifti_set_debug_level(-1);
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
  });
}

template <class T>
ImageIOBase::Pointer make() {
  return ImageIOBase::Pointer(T::New().GetPointer());
}

ImageIOBase::Pointer make_io(Format format) {
  prepare_itk();
  switch (format) {
    case Format::kNifti:
      return make<itk::NiftiImageIO>();
    case Format::kNrrd:
      return make<itk::NrrdImageIO>();
    case Format::kMeta:
      return make<itk::MetaImageIO>();
    case Format::kGipl:
      return make<itk::GiplImageIO>();
    case Format::kPng:
      return make<itk::PNGImageIO>();
    case Format::kBmp:
      return make<itk::BMPImageIO>();
    case Format::kTiff:
      return make<itk::TIFFImageIO>();
    case Format::kDicom:
      return make<itk::GDCMImageIO>();
    case Format::kUnknown:
      break;
  }
  throw Error(ErrorCode::kInternal, "no ITK reader for this format");
}

constexpr const char* kDamaged = "read, the file is damaged or truncated: ";
constexpr const char* kNoDicom =
    "read, damaged, without an image or compressed in a way that is not supported: ";

// The reason without ITK's object addresses and line breaks.
std::string reason_of(const itk::ExceptionObject& error) {
  std::string text = error.GetDescription();
  const std::size_t address = text.find("): ");
  if (text.starts_with("ITK ERROR") || text.starts_with("itk::ERROR")) {
    text = address == std::string::npos ? text : text.substr(address + 3);
  }
  // NrrdIO reports its call stack, innermost last.
  if (const std::size_t last = text.rfind("[nrrd] "); last != std::string::npos) {
    const std::size_t colon = text.find(": ", last);
    text = text.substr(colon == std::string::npos ? last : colon + 2);
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

template <class F>
auto translated(const std::string& name, const char* action, F&& f) {
  try {
    return f();
  } catch (const itk::ExceptionObject& error) {
    throw Error(ErrorCode::kIo, name + ": cannot " + action + reason_of(error));
  }
}

Scalar scalar_of(const ImageIOBase& io, const std::string& name) {
  switch (io.GetComponentType()) {
    case Component::CHAR:
      return Scalar::kInt8;
    case Component::UCHAR:
      return Scalar::kUint8;
    case Component::SHORT:
      return Scalar::kInt16;
    case Component::USHORT:
      return Scalar::kUint16;
    case Component::INT:
      return Scalar::kInt32;
    case Component::UINT:
      return Scalar::kUint32;
    case Component::LONG:
    case Component::LONGLONG:
      return Scalar::kInt64;
    case Component::ULONG:
    case Component::ULONGLONG:
      return Scalar::kUint64;
    case Component::FLOAT:
      return Scalar::kFloat32;
    case Component::DOUBLE:
      return Scalar::kFloat64;
    default:
      break;
  }
  throw Error(ErrorCode::kInvalidData,
              name + ": unsupported voxel type " +
                  ImageIOBase::GetComponentTypeAsString(io.GetComponentType()));
}

Component component_of(Scalar scalar) {
  switch (scalar) {
    case Scalar::kInt8:
      return Component::CHAR;
    case Scalar::kUint8:
      return Component::UCHAR;
    case Scalar::kInt16:
      return Component::SHORT;
    case Scalar::kUint16:
      return Component::USHORT;
    case Scalar::kInt32:
      return Component::INT;
    case Scalar::kUint32:
      return Component::UINT;
    case Scalar::kInt64:
      return Component::LONG;
    case Scalar::kUint64:
      return Component::ULONG;
    case Scalar::kFloat32:
      return Component::FLOAT;
    case Scalar::kFloat64:
      break;
  }
  return Component::DOUBLE;
}

double determinant(const Geometry& g) {
  const auto& d = g.direction;
  if (g.dimension == 2) return d[0] * d[4] - d[1] * d[3];
  return d[0] * (d[4] * d[8] - d[5] * d[7]) - d[1] * (d[3] * d[8] - d[5] * d[6]) +
         d[2] * (d[3] * d[7] - d[4] * d[6]);
}

// As ITK's own reader: a negative spacing turns the axis round instead.
Geometry geometry_of(const ImageIOBase& io, const std::string& name) {
  Geometry g;
  g.dimension = static_cast<int>(std::min(io.GetNumberOfDimensions(), 3U));
  const auto n = static_cast<unsigned>(g.dimension);
  for (unsigned axis = 0; axis < n; ++axis) {
    const double spacing = io.GetSpacing(axis);
    if (!std::isfinite(spacing) || spacing == 0.0) {
      throw Error(ErrorCode::kInvalidData,
                  name + ": voxel spacing along axis " + std::to_string(axis) + " is " +
                      std::to_string(spacing) + ", expected a positive number");
    }
    g.spacing[axis] = std::abs(spacing);
    g.origin[axis] = io.GetOrigin(axis);
    const std::vector<double> column = io.GetDirection(axis);
    for (unsigned row = 0; row < n; ++row) {
      g.direction[row * 3 + axis] = spacing < 0.0 ? -column[row] : column[row];
    }
  }
  if (!(std::abs(determinant(g)) > 1e-6)) {
    throw Error(ErrorCode::kInvalidData, name + ": the direction matrix is singular");
  }
  return g;
}

bool palette_is_gray_ramp(const itk::BMPImageIO& io) {
  const auto& colours = io.GetColorPalette();
  for (std::size_t i = 0; i < colours.size(); ++i) {
    const auto value = static_cast<unsigned char>(i);
    if (colours[i].GetRed() != value || colours[i].GetGreen() != value ||
        colours[i].GetBlue() != value) {
      return false;
    }
  }
  return !colours.empty();
}
}  // namespace

struct ItkReader::Impl {
  ImageIOBase::Pointer io;
};

ItkReader::ItkReader(const std::filesystem::path& path, Format format)
    : name_(path.string()), impl_(std::make_unique<Impl>()) {
  translated(name_, format == Format::kDicom ? kNoDicom : kDamaged, [&] {
    const std::scoped_lock lock(header_mutex());
    impl_->io = make_io(format);
    ImageIOBase& io = *impl_->io;
    io.SetFileName(name_);
    if (format == Format::kBmp) io.SetExpandRGBPalette(false);
    io.ReadImageInformation();
    if (format == Format::kBmp && io.GetIsReadAsScalarPlusPalette() &&
        !palette_is_gray_ramp(static_cast<itk::BMPImageIO&>(io))) {
      io.SetExpandRGBPalette(true);
      io.ReadImageInformation();
    }
  });
}

ItkReader::~ItkReader() {
  const std::scoped_lock lock(header_mutex());
  impl_.reset();
}

RawImage ItkReader::header() const {
  const ImageIOBase& io = *impl_->io;
  const unsigned dimensions = io.GetNumberOfDimensions();
  if (dimensions < 2 || dimensions > 4) {
    throw Error(ErrorCode::kInvalidData,
                name_ + ": image has " + std::to_string(dimensions) + " axes, expected 2 to 4");
  }
  if (io.GetPixelType() == itk::CommonEnums::IOPixel::COMPLEX) {
    throw Error(ErrorCode::kInvalidData, name_ + ": complex voxels are not supported");
  }
  RawImage raw;
  raw.scalar = scalar_of(io, name_);
  raw.components = io.GetNumberOfComponents();
  raw.frames = dimensions == 4 ? static_cast<std::int64_t>(io.GetDimensions(3)) : 1;
  ImageHeader& header = raw.header;
  header.channels = raw.components * raw.frames;
  header.geometry = geometry_of(io, name_);
  header.extent = {dimensions > 2 ? static_cast<std::int64_t>(io.GetDimensions(2)) : 1,
                   static_cast<std::int64_t>(io.GetDimensions(1)),
                   static_cast<std::int64_t>(io.GetDimensions(0))};
  const auto& mm = header.geometry.spacing;
  header.spacing = {dimensions > 2 ? mm[2] : 999.0 * std::max(mm[0], mm[1]), mm[1], mm[0]};
  if (header.channels * voxel_count(header.extent) <= 0) {
    throw Error(ErrorCode::kInvalidData, name_ + ": image is empty");
  }
  return raw;
}

std::string ItkReader::dicom_text(const std::string& tag) const {
  auto& io = dynamic_cast<itk::GDCMImageIO&>(*impl_->io);
  std::string text;
  if (!io.GetValueFromTag(tag, text)) return {};
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0')) text.pop_back();
  return text;
}

void ItkReader::read(std::span<std::byte> out) {
  ImageIOBase& io = *impl_->io;
  itk::ImageIORegion region(io.GetNumberOfDimensions());
  for (unsigned axis = 0; axis < io.GetNumberOfDimensions(); ++axis) {
    region.SetSize(axis, io.GetDimensions(axis));
  }
  io.SetIORegion(region);
  if (static_cast<std::size_t>(io.GetImageSizeInBytes()) != out.size()) {
    throw Error(ErrorCode::kInternal, name_ + ": ITK reports another image size than its header");
  }
  const bool dicom = dynamic_cast<const itk::GDCMImageIO*>(&io) != nullptr;
  translated(name_, dicom ? kNoDicom : kDamaged, [&] { io.Read(out.data()); });
}

bool can_read_dicom(const std::filesystem::path& path) {
  const std::scoped_lock lock(header_mutex());
  try {
    return make_io(Format::kDicom)->CanReadFile(path.c_str());
  } catch (const itk::ExceptionObject&) {
    return false;
  }
}

DicomHeader read_dicom_header(const std::filesystem::path& path) {
  DicomHeader header;
  const ItkReader reader(path, Format::kDicom);
  header.image = reader.header();
  header.series = reader.dicom_text("0020|000e");
  header.description = reader.dicom_text("0008|103e");
  return header;
}

void itk_write(const std::filesystem::path& path, const ItkImage& image) {
  const std::string name = path.string();
  const Format format = format_of(name);
  translated(name, "write: ", [&] {
    const ImageIOBase::Pointer io = make_io(format);
    const auto dimensions = static_cast<unsigned>(image.size.size());
    io->SetNumberOfDimensions(dimensions);
    itk::ImageIORegion region(dimensions);
    for (unsigned axis = 0; axis < dimensions; ++axis) {
      const auto size = static_cast<itk::SizeValueType>(image.size[axis]);
      const bool spatial = axis < 3;
      io->SetDimensions(axis, size);
      region.SetSize(axis, size);
      io->SetSpacing(axis, spatial ? image.geometry.spacing[axis] : 1.0);
      io->SetOrigin(axis, spatial ? image.geometry.origin[axis] : 0.0);
      std::vector<double> column(dimensions, 0.0);
      if (!spatial) column[axis] = 1.0;
      for (unsigned row = 0; spatial && row < std::min(dimensions, 3U); ++row) {
        column[row] = image.geometry.direction[row * 3 + axis];
      }
      io->SetDirection(axis, column);
    }
    io->SetComponentType(component_of(image.scalar));
    io->SetNumberOfComponents(static_cast<unsigned>(image.components));
    io->SetPixelType(image.components == 3 ? itk::CommonEnums::IOPixel::RGB
                                           : itk::CommonEnums::IOPixel::SCALAR);
    io->SetIORegion(region);
    io->SetUseCompression(true);
    io->SetFileName(name);
    io->Write(image.voxels.data());
  });
}

}  // namespace nnflow::imaging
