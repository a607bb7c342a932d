// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
// Stages that nnflow does not have: an augmentation, and a record of the patches that pass.
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>

#include "nnflow/nnflow.hpp"
#include "nnflow/nnunet/patch.hpp"

namespace {

using nnflow::nnunet::Patch;

/// FNV-1a over the bytes of a range.
template <class T>
std::uint64_t hash(std::span<const T> values, std::uint64_t state) {
  for (const std::byte byte : std::as_bytes(values)) {
    state = (state ^ static_cast<std::uint64_t>(byte)) * 1099511628211ULL;
  }
  return state;
}

class NegateStage final : public nnflow::MapStage {
 public:
  static constexpr nnflow::In<Patch> kIn{"patch"};
  static constexpr nnflow::Out<Patch> kOut{"patch"};

  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Negate the intensities of training patches").cache_version(1);
    spec.input(kIn, "any patch").output(kOut, "the same patch, negated");
  }
  explicit NegateStage(const nnflow::StageConfig&) {}

  void process(nnflow::Context& ctx) const override {
    Patch patch = ctx.take(kIn);
    for (float& voxel : patch.image) voxel = -voxel;
    ctx.emit(kOut, std::move(patch));
  }
};

struct DigestParams {
  std::string out;
};

class PatchDigestsStage final : public nnflow::ReduceStage {
 public:
  static constexpr nnflow::In<Patch> kIn{"patch"};

  static void describe(nnflow::StageSpec& spec) {
    spec.summary("Write one line with a digest of image and labels for every patch");
    spec.cache_version(1).writes_artifacts();
    spec.input(kIn, "any patch");
    spec.params<DigestParams>().field("out", &DigestParams::out, "file to write",
                                      nnflow::Required{});
  }
  explicit PatchDigestsStage(const nnflow::StageConfig& config)
      : params_(config.params<DigestParams>()) {}

  void accumulate(nnflow::Context& ctx) override {
    const Patch& patch = ctx.get(kIn);
    const std::uint64_t image = hash(std::span<const float>(patch.image), 14695981039346656037ULL);
    text_ += std::to_string(ctx.ordinal()) + " " + patch.case_id + " " +
             std::to_string(patch.image.size()) + " " +
             std::to_string(hash(std::span<const std::int16_t>(patch.seg), image)) + "\n";
  }
  void finish(nnflow::Context& ctx) override { ctx.artifact(params_.out).write_and_commit(text_); }

 private:
  const DigestParams params_;
  std::string text_;
};

}  // namespace

NNFLOW_PLUGIN("outside", "1.0.0") {
  registry.add<NegateStage>("outside.negate");
  registry.add<PatchDigestsStage>("outside.patch_digests");
}
