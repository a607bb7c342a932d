// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/payload.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "nnflow/nnunet/dataset.hpp"
#include "nnflow/nnunet/logits.hpp"
#include "nnflow/nnunet/metrics.hpp"
#include "nnflow/nnunet/model.hpp"
#include "nnflow/nnunet/patch.hpp"
#include "nnflow/nnunet/plans.hpp"
#include "nnflow/nnunet/splits.hpp"
#include "sample_properties.hpp"

namespace nnflow::nnunet {
namespace {

template <class T>
std::string image_of(const T& value) {
  std::string out;
  PayloadTraits<T>::save(value, out);
  return out;
}

/// Saves, loads and saves again; every shortened image must be refused or load, never crash.
template <class T>
T survives(const T& value) {
  const std::string image = image_of(value);
  for (std::size_t size = 0; size < image.size(); size += 1 + image.size() / 200) {
    try {
      static_cast<void>(PayloadTraits<T>::load(std::string_view(image).substr(0, size)));
    } catch (const Error&) {
    }
  }
  T again = PayloadTraits<T>::load(image);
  EXPECT_EQ(image_of(again), image);
  EXPECT_GT(PayloadTraits<T>::bytes(value), 0U);
  return again;
}

TEST(NnunetPayloads, SurviveTheCache) {
  const CaseFiles files{"a", {"x", "y"}, "z", "NibabelIO"};
  EXPECT_EQ(survives(files), files);
  EXPECT_EQ(survives(sample_properties()), sample_properties());
  const Splits splits{{{{"a", "b"}, {"c"}}}};
  EXPECT_EQ(survives(splits), splits);
  const TrainedModel model{"/m", {"0", "all"}, "c.pth", "2d", "nnUNetTrainer", std::vector{0, 1},
                           "x"};
  EXPECT_EQ(survives(model), model);
  CaseStatistics statistics;
  statistics.id = "a";
  statistics.shape_after_crop = {1, 2, 3};
  statistics.foreground_intensities = {{1.0F, 2.0F}, {}};
  EXPECT_EQ(survives(statistics), statistics);
  const CaseMetrics metrics{"a", "p", "r", {{{{1, 2}, true}, {1, 2, 3, 4}}}};
  EXPECT_EQ(survives(metrics), metrics);
  Fingerprint fingerprint;
  fingerprint.spacings = {{1, 2, 3}};
  fingerprint.shapes_after_crop = {{4, 5, 6}};
  EXPECT_EQ(survives(fingerprint), fingerprint);
  PlansHeader header;
  header.dataset_name = "d";
  survives(Plans::make(header, {}));
  survives(summarise({metrics}));
  const auto dataset = DatasetDescription::from_json(
      parse_json(
          R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "a": 1}, "numTraining": 1,
                     "file_ending": ".nii.gz"})",
          "t"),
      "/d/Dataset001_x", "t");
  EXPECT_EQ(survives(dataset).name, "Dataset001_x");
}

TEST(NnunetPayloads, CarryTheirIds) {
  EXPECT_EQ(Payload::make(Patch{}).id(), "nnunet.patch/1");
  EXPECT_EQ(Payload::make(Batch{}).id(), "nnunet.batch/1");
  EXPECT_EQ(Payload::make(Logits{}).id(), "nnunet.logits/1");
  EXPECT_EQ(Payload::make(CaseFiles{}).id(), "nnunet.case_files/2");
  Patch patch;
  patch.resize(2, 1, {1, 2, 3});
  EXPECT_EQ(PayloadTraits<Patch>::bytes(patch), 12 * sizeof(float) + 6 * sizeof(std::int16_t));
  patch.channel(1)[0] = 5.0F;
  EXPECT_EQ(patch.image[6], 5.0F);
}

TEST(TrainedModel, FindsItsFolds) {
  EXPECT_EQ((TrainedModel{"/m", {}, "c.pth", "", "", {}, ""}.checkpoint_path("3")),
            "/m/fold_3/c.pth");
  EXPECT_THROW(static_cast<void>(detect_folds("no/such/folder", "c.pth")), Error);
}

}  // namespace
}  // namespace nnflow::nnunet
