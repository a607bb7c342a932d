// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "dicom_check.hpp"
#include "itk_bridge.hpp"
#include "nnflow/error.hpp"
#include "nnflow/imaging/dicom.hpp"
#include "raw_image.hpp"

namespace nnflow::imaging {
namespace {
namespace fs = std::filesystem;

struct Slice {
  fs::path file;
  RawImage raw;
  double position = 0.0;  ///< mm along the normal
};

[[noreturn]] void fail(const fs::path& path, const std::string& text) {
  throw Error(ErrorCode::kInvalidData, path.string() + ": " + text);
}

std::array<double, 3> normal_of(const Geometry& g) {
  return {g.direction[2], g.direction[5], g.direction[8]};
}

double along(const std::array<double, 3>& normal, const std::array<double, 3>& point) {
  return normal[0] * point[0] + normal[1] * point[1] + normal[2] * point[2];
}

bool same_numbers(std::span<const double> a, std::span<const double> b, double tolerance) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](double x, double y) { return std::abs(x - y) <= tolerance; });
}

Slice read_slice(const fs::path& file) {
  Slice slice{file, read_dicom_header(file).image, 0.0};
  const ImageHeader& header = slice.raw.header;
  if (header.extent[0] != 1 || slice.raw.frames != 1) {
    fail(file, "holds " + std::to_string(header.extent[0] * slice.raw.frames) +
                   " frames; multi-frame DICOM is not read, convert it to NIfTI");
  }
  if (slice.raw.components != 1) {
    fail(file, "has " + std::to_string(slice.raw.components) + " values per voxel, expected 1");
  }
  return slice;
}

/// The slices of a folder's only series in order along their normal.
std::vector<Slice> read_slices(const fs::path& folder) {
  const std::vector<DicomSeries> all = dicom_series(folder);
  if (all.empty())
    throw Error(ErrorCode::kIo,
                folder.string() +
                    ": is a folder without DICOM files, expected an image file or a DICOM series");
  if (all.size() > 1) {
    std::string text =
        "holds " + std::to_string(all.size()) + " DICOM series, expected one in a folder:";
    for (const DicomSeries& series : all) {
      text += "\n  " + series.uid + " '" + series.description + "', " +
              std::to_string(series.files.size()) + " files, such as " +
              series.files.front().filename().string();
    }
    fail(folder, text);
  }
  std::vector<Slice> slices;
  for (const fs::path& file : all.front().files) slices.push_back(read_slice(file));
  const Slice& first = slices.front();
  const auto normal = normal_of(first.raw.header.geometry);
  for (Slice& slice : slices) {
    const ImageHeader& header = slice.raw.header;
    const ImageHeader& expected = first.raw.header;
    const std::string other = " differs from that of " + first.file.filename().string();
    if (header.extent != expected.extent) fail(slice.file, "the size of the slice" + other);
    if (!same_numbers(std::span(header.geometry.spacing).first(2),
                      std::span(expected.geometry.spacing).first(2), 1e-4)) {
      fail(slice.file, "the pixel spacing" + other);
    }
    if (!same_numbers(header.geometry.direction, expected.geometry.direction, 1e-3)) {
      fail(slice.file, "the orientation" + other);
    }
    slice.position = along(normal, header.geometry.origin);
  }
  std::stable_sort(slices.begin(), slices.end(),
                   [](const Slice& a, const Slice& b) { return a.position < b.position; });
  return slices;
}

std::string pair_text(const Slice& before, const Slice& slice) {
  return before.file.filename().string() + " and " + slice.file.filename().string();
}

/// Refuses slices whose distances differ from the mean by more than `tolerance` mm. A gap moves the
/// mean away from every other distance too, so it is looked for as what differs most from the
/// median.
void require_even_spacing(const fs::path& folder,
                          const std::vector<Slice>& slices,
                          double tolerance) {
  std::vector<double> steps;
  for (std::size_t i = 1; i < slices.size(); ++i)
    steps.push_back(slices[i].position - slices[i - 1].position);
  const double mean =
      (slices.back().position - slices.front().position) / static_cast<double>(steps.size());
  const bool even = std::all_of(steps.begin(), steps.end(),
                                [&](double step) { return std::abs(step - mean) <= tolerance; });
  if (even) return;
  std::vector<double> sorted = steps;
  std::sort(sorted.begin(), sorted.end());
  const double usual = sorted[(sorted.size() - 1) / 2];
  const auto odd = std::max_element(steps.begin(), steps.end(), [&](double a, double b) {
    return std::abs(a - usual) < std::abs(b - usual);
  });
  const auto at = static_cast<std::size_t>(odd - steps.begin());
  fail(folder, "the slices are not evenly spaced: " + pair_text(slices[at], slices[at + 1]) +
                   " are " + std::to_string(*odd) + " mm apart, others " + std::to_string(usual) +
                   " mm; a slice may be missing");
}

/// Distance of the slices in mm, which must all be the same and along the normal.
double slice_distance(const fs::path& folder, const std::vector<Slice>& slices) {
  if (slices.size() == 1) return slices.front().raw.header.geometry.spacing[2];
  const double distance =
      (slices.back().position - slices.front().position) / static_cast<double>(slices.size() - 1);
  const double tolerance = std::max(0.02 * distance, 0.01);
  const auto normal = normal_of(slices.front().raw.header.geometry);
  for (std::size_t i = 1; i < slices.size(); ++i) {
    if (slices[i].position - slices[i - 1].position >= 1e-4) continue;
    fail(folder, pair_text(slices[i - 1], slices[i]) +
                     " lie at the same place; expected one volume with one file a slice");
  }
  require_even_spacing(folder, slices, tolerance);
  for (std::size_t i = 1; i < slices.size(); ++i) {
    const Slice& before = slices[i - 1];
    const Slice& slice = slices[i];
    const double step = slice.position - before.position;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double expected = before.raw.header.geometry.origin[axis] + step * normal[axis];
      if (std::abs(slice.raw.header.geometry.origin[axis] - expected) > tolerance) {
        fail(folder, pair_text(before, slice) +
                         " are shifted sideways (a tilted gantry); resample the series to a "
                         "straight grid first");
      }
    }
  }
  return distance;
}

}  // namespace

bool is_dicom_file(const fs::path& path) {
  // The mark first: GDCM does not take files of a transfer syntax that it does not know, and a
  // slice must not be passed over for that.
  constexpr std::string_view kMark = "DICM";
  std::array<char, 132> begin{};
  std::ifstream in(path, std::ios::binary);
  in.read(begin.data(), begin.size());
  const bool marked = in && std::string_view(begin.data() + 128, kMark.size()) == kMark;
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && path.filename() != "DICOMDIR" &&
         (marked || can_read_dicom(path));
}

std::vector<fs::path> dicom_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_dicom_file(entry->path())) files.push_back(entry->path());
  }
  if (error) {
    throw Error(ErrorCode::kIo, folder.string() + ": cannot list the folder: " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<DicomSeries> dicom_series(const fs::path& folder) {
  std::map<std::string, DicomSeries> series;
  for (const fs::path& file : dicom_files(folder)) {
    refuse_deflated(file);
    DicomHeader header = read_dicom_header(file);
    DicomSeries& one = series[header.series];
    one.uid = header.series;
    one.description = header.description;
    one.files.push_back(file);
  }
  std::vector<DicomSeries> result;
  for (auto& [uid, one] : series) result.push_back(std::move(one));
  return result;
}

RawImage read_raw_dicom(const fs::path& folder, bool with_voxels) {
  std::vector<Slice> slices = read_slices(folder);
  RawImage raw;
  raw.scalar = Scalar::kFloat32;
  ImageHeader& header = raw.header;
  header = slices.front().raw.header;
  header.channels = 1;
  header.extent[0] = static_cast<std::int64_t>(slices.size());
  header.geometry.spacing[2] = slice_distance(folder, slices);
  header.spacing[0] = header.geometry.spacing[2];
  if (!with_voxels) return raw;
  raw.voxels.resize(raw.byte_count());
  const std::size_t pixels = static_cast<std::size_t>(header.extent[1] * header.extent[2]);
  auto* out = reinterpret_cast<float*>(raw.voxels.data());
  for (Slice& slice : slices) {
    slice.raw.voxels.resize(slice.raw.byte_count());
    require_whole_pixels(slice.file, header.extent[1] * header.extent[2]);
    ItkReader(slice.file, Format::kDicom).read(slice.raw.voxels);
    to_float(slice.raw, {out, pixels});
    slice.raw.voxels = {};
    out += pixels;
  }
  return raw;
}

}  // namespace nnflow::imaging
