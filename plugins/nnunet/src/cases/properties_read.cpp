// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>

#include "nnflow/imaging/reader.hpp"
#include "nnflow/nnunet/files.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "nnflow/nnunet/properties.hpp"
#include "pickle/pickle_fields.hpp"

namespace nnflow::nnunet {
namespace {

using Kind = PickleNode::Kind;

void copy_geometry(const PickleNode& stuff, std::string_view source, CaseProperties& out) {
  const PickleFields fields(stuff, source, "sitk_stuff.");
  const auto read = [&](std::string_view key) {
    const PickleNode* const node = fields.find(key);
    if (node == nullptr) fields.wrong(key, "a tuple of numbers, but it is missing");
    return fields.reals(key, *node);
  };
  const auto spacing = read("spacing");
  const auto origin = read("origin");
  const auto direction = read("direction");
  const std::size_t axes = spacing.size();
  if (axes < 2 || axes > 4) fields.wrong("spacing", "2 or 3 numbers");
  if (origin.size() != axes) fields.wrong("origin", "as many numbers as 'spacing' has");
  if (direction.size() != axes * axes) fields.wrong("direction", "a square matrix of numbers");
  const std::size_t used = std::min<std::size_t>(axes, 3);
  out.geometry.dimension = static_cast<int>(used);
  for (std::size_t i = 0; i < used; ++i) {
    if (!(spacing[i] > 0.0)) fields.wrong("spacing", "positive numbers");
    out.geometry.spacing[i] = spacing[i];
    out.geometry.origin[i] = origin[i];
    for (std::size_t k = 0; k < used; ++k)
      out.geometry.direction[i * 3 + k] = direction[i * axes + k];
  }
  if (const PickleNode* const code = fields.find("original_orientation")) {
    if (!code->is(Kind::kString)) fields.wrong("original_orientation", "a text");
    out.geometry.original_orientation = code->text;
  }
}

std::optional<imaging::Affine> affine(const PickleFields& fields, std::string_view key) {
  const PickleNode* const node = fields.find(key);
  if (node == nullptr) return {};
  const auto values = fields.reals(key, *node);
  if (values.size() != 16) fields.wrong(key, "a 4x4 matrix");
  imaging::Affine result{};
  std::copy(values.begin(), values.end(), result.begin());
  return result;
}

void read_geometry(const PickleFields& fields, CaseProperties& out) {
  const PickleNode* const spacing = fields.find("spacing");
  if (spacing == nullptr) fields.wrong("spacing", "three numbers, but it is missing");
  const auto values = fields.reals("spacing", *spacing);
  if (values.size() != 3 ||
      !std::all_of(values.begin(), values.end(), [](double v) { return v > 0.0; })) {
    fields.wrong("spacing", "three positive numbers");
  }
  std::copy(values.begin(), values.end(), out.spacing.begin());
  if (const PickleNode* const stuff = fields.find("sitk_stuff")) {
    copy_geometry(*stuff, fields.source(), out);
    return;
  }
  const PickleNode* const stuff = fields.find("nibabel_stuff");
  if (stuff == nullptr) {
    out.geometry.source = imaging::GeometrySource::kNone;
    out.geometry.spacing = {values[2], values[1], values[0]};
    return;
  }
  const PickleFields inner(*stuff, fields.source(), "nibabel_stuff.");
  const auto original = affine(inner, "original_affine");
  if (!original) inner.wrong("original_affine", "a 4x4 matrix, but it is missing");
  out.geometry =
      imaging::nibabel_geometry(*original, affine(inner, "reoriented_affine"), out.spacing);
}

void read_extent(const PickleFields& fields, std::string_view key, imaging::Extent3& out) {
  const PickleNode* const node = fields.find(key);
  if (node == nullptr) return;
  const auto values = fields.integers(key, *node);
  if (values.size() != 3 ||
      std::any_of(values.begin(), values.end(), [](auto v) { return v < 0; })) {
    fields.wrong(key, "three non-negative integers");
  }
  std::copy(values.begin(), values.end(), out.begin());
}

void read_box(const PickleFields& fields, imaging::Box3& out) {
  constexpr std::string_view kKey = "bbox_used_for_cropping";
  const PickleNode* const node = fields.find(kKey);
  if (node == nullptr) return;
  if (!node->is_sequence() || node->items.size() != 3)
    fields.wrong(kKey, "three pairs of integers");
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto pair = fields.integers(kKey, *node->items[axis]);
    if (pair.size() != 2) fields.wrong(kKey, "three pairs of integers");
    out.lower[axis] = pair[0];
    out.upper[axis] = pair[1];
  }
}

/// Reads `class_locations`. A pickle may name one list many times over, so what is read is counted:
/// written out, every number takes a byte at least.
class LocationReader {
 public:
  LocationReader(const PickleFields& fields, std::size_t file_bytes)
      : fields_(fields), numbers_left_(file_bytes * kNumbersPerByte) {}

  LabelOrRegion key(const PickleNode& node) {
    if (node.is(Kind::kInt)) return {{node.integer}, false};
    return {integers(node), true};
  }

  /// Coordinates of one class, from an (n, 3 or 4) array or a list of such rows.
  std::vector<std::array<std::int32_t, 3>> voxels(const PickleNode& node) {
    std::vector<std::int64_t> flat;
    std::size_t width = 4;
    if (node.is(Kind::kArray)) {
      flat = integers(node);
      if (!flat.empty())
        width = node.shape.size() == 2 ? static_cast<std::size_t>(node.shape[1]) : 0;
    } else if (node.is_sequence()) {
      for (const PickleNode* const row : node.items) {
        const auto values = integers(*row);
        if (!flat.empty() && values.size() != width) wrong(kRows);
        width = values.size();
        if (width != 3 && width != 4) wrong(kRows);
        flat.insert(flat.end(), values.begin(), values.end());
      }
    } else {
      wrong(kRows);
    }
    if (width != 3 && width != 4) wrong(kRows);
    std::vector<std::array<std::int32_t, 3>> result;
    result.reserve(flat.size() / width);
    for (std::size_t i = width - 3; i < flat.size(); i += width) {
      std::array<std::int32_t, 3> voxel{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        const std::int64_t value = flat[i + axis];
        if (value < 0 || value > std::numeric_limits<std::int32_t>::max()) {
          wrong("coordinates of voxels");
        }
        voxel[axis] = static_cast<std::int32_t>(value);
      }
      result.push_back(voxel);
    }
    return result;
  }

 private:
  static constexpr std::string_view kRows = "lists of (channel, z, y, x)";
  static constexpr std::size_t kNumbersPerByte = 16;

  [[noreturn]] void wrong(std::string_view expected) const {
    fields_.wrong("class_locations", expected);
  }
  std::vector<std::int64_t> integers(const PickleNode& node) {
    auto values = fields_.integers("class_locations", node);
    if (values.size() > numbers_left_) wrong("no more voxels than the file has room for");
    numbers_left_ -= values.size();
    return values;
  }

  const PickleFields& fields_;
  std::size_t numbers_left_;
};

}  // namespace

CaseProperties CaseProperties::from_pickle(std::string_view bytes, std::string_view source) {
  const PickleDocument document = PickleDocument::parse(bytes, source);
  const PickleFields fields(document.root(), source);
  CaseProperties result;
  read_geometry(fields, result);
  read_extent(fields, "shape_before_cropping", result.shape_before_cropping);
  read_box(fields, result.bbox_used_for_cropping);
  read_extent(fields, "shape_after_cropping_and_before_resampling",
              result.shape_after_cropping_and_before_resampling);
  const PickleNode* const locations = fields.find("class_locations");
  if (locations == nullptr) return result;
  if (!locations->is(Kind::kDict)) fields.wrong("class_locations", "a dict from classes to voxels");
  result.class_locations.emplace();
  LocationReader reader(fields, bytes.size());
  for (const auto& [key, value] : locations->entries) {
    LabelOrRegion label = reader.key(*key);
    result.class_locations->push_back({std::move(label), reader.voxels(*value)});
  }
  return result;
}

CaseProperties CaseProperties::read(const std::filesystem::path& path) {
  return from_pickle(read_file(path), path.string());
}

}  // namespace nnflow::nnunet
