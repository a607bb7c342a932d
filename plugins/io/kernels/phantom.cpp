// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "io/kernels/phantom.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace nnflow::io {
namespace {
using Point = std::array<double, 3>;  // mm, axes (z, y, x)
using Matrix = std::array<Point, 3>;

struct Ellipsoid {
  Point centre{};
  Matrix axes{};  // rows: unit axis divided by its radius

  // 0 at the centre, 1 on the surface.
  [[nodiscard]] double level(const Point& p) const {
    double sum = 0.0;
    for (const Point& axis : axes) {
      const double t = axis[0] * (p[0] - centre[0]) + axis[1] * (p[1] - centre[1]) +
                       axis[2] * (p[2] - centre[2]);
      sum += t * t;
    }
    return std::sqrt(sum);
  }
};

// Uniformly distributed rotation, from a random unit quaternion.
Matrix random_rotation(Rng& rng) {
  std::array<double, 4> q{rng.normal(), rng.normal(), rng.normal(), rng.normal()};
  const double norm = std::sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
  for (double& v : q) v /= norm;
  const auto [w, x, y, z] = q;
  return {{{1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)},
           {2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)},
           {2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)}}};
}

Ellipsoid ellipsoid(const Point& centre, const Point& radii, const Matrix& rotation) {
  Ellipsoid e{centre, rotation};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    for (double& v : e.axes[axis]) v /= radii[axis];
  }
  return e;
}

Point random_radii(Rng& rng, double size, double low, double high) {
  return {size * rng.uniform(low, high), size * rng.uniform(low, high),
          size * rng.uniform(low, high)};
}

struct Anatomy {
  Ellipsoid body, organ, lesion, second;
};

// `field` is the size of the scan in mm; an axis of one voxel (a 2D image) does not limit the
// organs.
Anatomy random_anatomy(const Point& field, bool flat, Rng& rng) {
  const double size =
      flat ? std::min(field[1], field[2]) : std::min({field[0], field[1], field[2]});
  const auto place = [&](double side) -> Point {
    return {field[0] * rng.uniform(0.44, 0.56), field[1] * rng.uniform(0.42, 0.58),
            field[2] * (0.5 + side * rng.uniform(0.15, 0.22))};
  };
  Anatomy a;
  const Matrix upright{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  a.body = ellipsoid(
      {field[0] / 2, field[1] / 2, field[2] / 2},
      {field[0] * 0.62, field[1] * rng.uniform(0.42, 0.47), field[2] * rng.uniform(0.42, 0.47)},
      upright);
  const Point organ = place(-1.0);
  const Point organ_radii = random_radii(rng, size, 0.2, 0.28);
  a.organ = ellipsoid(organ, organ_radii, random_rotation(rng));
  const double shortest = *std::min_element(organ_radii.begin(), organ_radii.end());
  const Point lesion{organ[0] + shortest * rng.uniform(-0.2, 0.2),
                     organ[1] + shortest * rng.uniform(-0.2, 0.2),
                     organ[2] + shortest * rng.uniform(-0.2, 0.2)};
  a.lesion = ellipsoid(lesion, random_radii(rng, shortest, 0.5, 0.65), random_rotation(rng));
  a.second = ellipsoid(place(1.0), random_radii(rng, size, 0.13, 0.2), random_rotation(rng));
  return a;
}

// A product of one slow cosine an axis, in [1 - strength, 1 + strength].
struct BiasField {
  Point phase{};
  double strength = 0.0;
  [[nodiscard]] double at(const Point& relative) const {
    double value = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      value *= std::cos(std::numbers::pi * (relative[axis] - phase[axis]));
    }
    return 1.0 + strength * value;
  }
};

// Weight of a tissue: 1 inside, 0 outside, soft over about a tenth of the radius.
double inside(double level) { return 1.0 / (1.0 + std::exp((level - 1.0) * 40.0)); }

double blend(double value, double tissue, double weight) {
  return value + (tissue - value) * weight;
}

constexpr double kBody = 300.0;
constexpr double kOrgan = 600.0;
constexpr double kLesion = 900.0;
constexpr double kSecond = 480.0;

struct Sample {
  double value = 0.0;
  std::int16_t label = 0;
};

// Noise-free tissue at a place inside the body.
Sample sample(const Anatomy& anatomy, std::int64_t classes, const Point& p) {
  const double organ = anatomy.organ.level(p);
  const double lesion = classes > 1 ? anatomy.lesion.level(p) : 2.0;
  const double second = classes > 2 ? anatomy.second.level(p) : 2.0;
  Sample s;
  if (second <= 1.0) s.label = 3;
  if (organ <= 1.0) s.label = 1;
  if (lesion <= 1.0) s.label = 2;
  s.value = blend(kBody, kSecond, inside(second));
  s.value = blend(s.value, kOrgan, inside(organ));
  s.value = blend(s.value, kLesion, inside(lesion));
  return s;
}

// Extent and spacing of one case; returns the size of the scan in mm.
Point random_grid(const PhantomShape& shape, Rng& rng, Phantom& phantom) {
  Point field{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double stretch = 1.0 + shape.variation * rng.uniform(-1.0, 1.0);
    const double size = 1.0 + shape.variation * rng.uniform(-1.0, 1.0);
    const std::int64_t wanted = shape.extent[axis];
    phantom.extent[axis] =
        wanted == 1 ? 1
                    : std::max<std::int64_t>(2, std::llround(static_cast<double>(wanted) * size));
    phantom.spacing_mm[axis] = std::round(shape.spacing_mm[axis] * stretch * 1000.0) / 1000.0;
    field[axis] = static_cast<double>(phantom.extent[axis]) * phantom.spacing_mm[axis];
  }
  return field;
}

}  // namespace

Phantom make_phantom(const PhantomShape& shape, Rng rng) {
  Phantom phantom;
  const Point field = random_grid(shape, rng, phantom);
  const Anatomy anatomy = random_anatomy(field, phantom.extent[0] == 1, rng);
  const BiasField bias{{rng.uniform(), rng.uniform(), rng.uniform()}, shape.bias};

  const auto voxels = static_cast<std::size_t>(imaging::voxel_count(phantom.extent));
  phantom.voxels.reserve(voxels);
  phantom.labels.reserve(voxels);
  for (std::int64_t z = 0; z < phantom.extent[0]; ++z) {
    for (std::int64_t y = 0; y < phantom.extent[1]; ++y) {
      for (std::int64_t x = 0; x < phantom.extent[2]; ++x) {
        const Point p{(static_cast<double>(z) + 0.5) * phantom.spacing_mm[0],
                      (static_cast<double>(y) + 0.5) * phantom.spacing_mm[1],
                      (static_cast<double>(x) + 0.5) * phantom.spacing_mm[2]};
        Sample s;
        if (anatomy.body.level(p) <= 1.0) {
          s = sample(anatomy, shape.classes, p);
          s.value *= bias.at({p[0] / field[0], p[1] / field[1], p[2] / field[2]});
          s.value = std::max(1.0, std::round(s.value + shape.noise * rng.normal()));
        }
        phantom.voxels.push_back(static_cast<float>(s.value));
        phantom.labels.push_back(s.label);
      }
    }
  }
  return phantom;
}

}  // namespace nnflow::io
