// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <nnflow/imaging/volume.hpp>
#include <string>
#include <utility>

#include "io/kernels/phantom.hpp"
#include "io/phantom_case.hpp"
#include "io/stages.hpp"

namespace nnflow::io {
namespace {

struct PhantomParams : PhantomShape {
  std::int64_t count = 10;
  std::int64_t first = 0;
  std::string prefix = "phantom";
};

std::string case_name(const std::string& prefix, std::int64_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, 3 - std::min<std::size_t>(3, digits.size()), '0');
  return prefix + "_" + digits;
}

// Everything that decides a phantom besides the kernel itself.
std::string phantom_digest(const PhantomParams& p,
                           std::uint64_t seed,
                           const std::string& stage,
                           const std::string& id) {
  Value value;
  value.set("kernel", 1);
  value.set("seed", std::to_string(seed));
  value.set("stage", stage);
  value.set("item", id);
  value.set("extent", Value::Array(p.extent.begin(), p.extent.end()));
  value.set("spacing_mm", Value::Array(p.spacing_mm.begin(), p.spacing_mm.end()));
  value.set("variation", p.variation);
  value.set("classes", p.classes);
  value.set("noise", p.noise);
  value.set("bias", p.bias);
  return value.canonical_json();
}

class PhantomsStage final : public Source {
 public:
  static constexpr Out<imaging::Volume> kImage{"image"};
  static constexpr Out<imaging::LabelMap> kLabel{"label"};

  static void describe(StageSpec& spec) {
    spec.summary("Generate scans of ellipsoids with bias field and noise").cache_version(1);
    spec.doc(
        "Items are named `<prefix>_NNN`; each depends on the run's seed, this stage's id and its "
        "name only.");
    spec.output(kImage, "one channel, 0 outside the body").output(kLabel, "0 to `classes`");
    spec.params<PhantomParams>()
        .field("count", &PhantomParams::count, "number of scans", Minimum{1})
        .field("first", &PhantomParams::first, "number of the first scan", Minimum{0})
        .field("prefix", &PhantomParams::prefix, "begin of the names")
        .field<std::array<std::int64_t, 3>>("extent", &PhantomParams::extent,
                                            "typical extent (z, y, x) in voxels")
        .field<std::array<double, 3>>("spacing_mm", &PhantomParams::spacing_mm,
                                      "typical voxel size (z, y, x)", Unit{"mm"})
        .field<double>("variation", &PhantomParams::variation,
                       "relative spread of extent and spacing", Range{0.0, 0.5})
        .field<std::int64_t>("classes", &PhantomParams::classes, "labels besides background",
                             Range{1, 3})
        .field<double>("noise", &PhantomParams::noise,
                       "standard deviation of the noise; tissues have 300 to 900", Range{0.0, 1e4})
        .field<double>("bias", &PhantomParams::bias, "largest relative deviation of the bias field",
                       Range{0.0, 0.9})
        .check([](const PhantomParams& p) {
          const bool good = std::all_of(p.extent.begin(), p.extent.end(),
                                        [](auto n) { return n >= 1 && n <= 4096; }) &&
                            std::all_of(p.spacing_mm.begin(), p.spacing_mm.end(),
                                        [](double mm) { return mm > 0.0; });
          return good ? "" : "extent must be 1 to 4096 voxels and spacing_mm above 0 on every axis";
        });
  }
  explicit PhantomsStage(const StageConfig& config)
      : params_(config.params<PhantomParams>()), stage_(config.stage()) {}

  void open(Context& /*ctx*/) override { done_ = 0; }
  bool next(Emitter& out) override {
    if (done_ >= params_.count) return false;
    const std::string id = case_name(params_.prefix, params_.first + done_++);
    const auto voxels = static_cast<std::uint64_t>(imaging::voxel_count(params_.extent));
    out.begin_item(
        id, {phantom_digest(params_, out.seed(), stage_, id), voxels * 6, ItemInfo::kNextOrdinal});
    auto [image, labels] = phantom_case(make_phantom(params_, out.rng()));
    out.emit(kImage, std::move(image));
    out.emit(kLabel, std::move(labels));
    return true;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override {
    return static_cast<std::uint64_t>(params_.count);
  }
  void seek(std::uint64_t ordinal) override {
    done_ = static_cast<std::int64_t>(std::min(ordinal, static_cast<std::uint64_t>(params_.count)));
  }

 private:
  const PhantomParams params_;
  const std::string stage_;
  std::int64_t done_ = 0;
};

}  // namespace

void add_phantoms(Registry& registry) { registry.add<PhantomsStage>("io.phantoms"); }

}  // namespace nnflow::io
