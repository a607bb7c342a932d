// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>

#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/properties.hpp"

namespace nnflow::nnunet {
namespace {

using imaging::GeometrySource;

void write_reals(PickleWriter& out, std::string_view key, std::span<const double> values) {
  out.string(key).begin_tuple();
  for (const double value : values) out.real(value);
  out.end_tuple();
}

void write_sitk(PickleWriter& out, const CaseProperties& value) {
  const auto axes = static_cast<std::size_t>(value.geometry.dimension);
  std::vector<double> direction;
  for (std::size_t row = 0; row < axes; ++row) {
    for (std::size_t column = 0; column < axes; ++column) {
      direction.push_back(value.geometry.direction[row * 3 + column]);
    }
  }
  out.string("sitk_stuff").begin_dict();
  write_reals(out, "spacing", std::span(value.geometry.spacing).first(axes));
  write_reals(out, "origin", std::span(value.geometry.origin).first(axes));
  write_reals(out, "direction", direction);
  if (value.geometry.original_orientation)
    out.string("original_orientation").string(*value.geometry.original_orientation);
  out.end_dict();
}

std::string_view raw(const auto& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0])};
}

void write_nibabel(PickleWriter& out, const CaseProperties& value) {
  constexpr std::array<std::int64_t, 2> kShape{4, 4};
  out.string("nibabel_stuff").begin_dict();
  const auto& [original, reoriented] =
      std::tie(value.geometry.original_affine, value.geometry.reoriented_affine);
  if (original) out.string("original_affine").numpy_array("f8", kShape, raw(*original));
  if (reoriented) out.string("reoriented_affine").numpy_array("f8", kShape, raw(*reoriented));
  out.end_dict();
}

// As the readers of nnU-Net leave it: a list, of photographs a tuple of integers (nnunet-data 2.6).
void write_spacing(PickleWriter& out, const CaseProperties& value) {
  out.string("spacing");
  const bool whole = std::all_of(value.spacing.begin(), value.spacing.end(),
                                 [](double mm) { return mm == std::floor(mm) && mm < 1e6; });
  if (value.geometry.source == GeometrySource::kNone && whole) {
    out.begin_tuple();
    for (const double mm : value.spacing) out.integer(static_cast<std::int64_t>(mm));
    out.end_tuple();
    return;
  }
  out.begin_list();
  for (const double mm : value.spacing) out.real(mm);
  out.end_list();
}

void write_extent(PickleWriter& out, std::string_view key, const imaging::Extent3& extent) {
  out.string(key).begin_tuple();
  for (const auto length : extent) out.integer(length);
  out.end_tuple();
}

void write_key(PickleWriter& out, const LabelOrRegion& key) {
  if (!key.is_region) {
    out.integer(key.labels.empty() ? 0 : key.labels.front());
    return;
  }
  out.begin_tuple();
  for (const auto label : key.labels) out.integer(label);
  out.end_tuple();
}

void write_locations(PickleWriter& out, const std::vector<ClassLocations>& classes) {
  out.string("class_locations").begin_dict();
  for (const auto& entry : classes) {
    write_key(out, entry.key);
    if (entry.voxels.empty()) {
      out.begin_list().end_list();
      continue;
    }
    std::vector<std::int64_t> rows;
    rows.reserve(entry.voxels.size() * 4);
    for (const auto& voxel : entry.voxels) {
      rows.push_back(0);  // the channel axis of the label map
      rows.insert(rows.end(), voxel.begin(), voxel.end());
    }
    const std::array<std::int64_t, 2> shape{static_cast<std::int64_t>(entry.voxels.size()), 4};
    out.numpy_array("i8", shape, raw(rows));
  }
  out.end_dict();
}

}  // namespace

std::string CaseProperties::to_pickle() const {
  PickleWriter out(4);
  out.begin_dict();
  if (geometry.source == GeometrySource::kSimpleItk) write_sitk(out, *this);
  if (geometry.source == GeometrySource::kNibabel) write_nibabel(out, *this);
  write_spacing(out, *this);
  write_extent(out, "shape_before_cropping", shape_before_cropping);
  out.string("bbox_used_for_cropping").begin_list();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    out.begin_list();
    out.integer(bbox_used_for_cropping.lower[axis]).integer(bbox_used_for_cropping.upper[axis]);
    out.end_list();
  }
  out.end_list();
  write_extent(out, "shape_after_cropping_and_before_resampling",
               shape_after_cropping_and_before_resampling);
  if (class_locations) write_locations(out, *class_locations);
  return out.end_dict().finish();
}

void CaseProperties::write(const std::filesystem::path& path) const {
  write_file(path, to_pickle());
}

}  // namespace nnflow::nnunet
