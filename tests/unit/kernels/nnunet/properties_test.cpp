// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/properties.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "nnflow/imaging/reader.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "sample_properties.hpp"

namespace nnflow::nnunet {
namespace {

using testing::HasSubstr;

TEST(CaseProperties, SurviveThePickle) {
  const CaseProperties value = sample_properties();
  EXPECT_EQ(CaseProperties::from_pickle(value.to_pickle(), "t"), value);
  EXPECT_EQ(value.to_pickle(), sample_properties().to_pickle());
}

TEST(CaseProperties, KeepA2dGeometry) {
  CaseProperties value = sample_properties();
  value.geometry = {};
  value.geometry.dimension = 2;
  value.geometry.spacing = {0.5, 0.25, 1.0};
  value.geometry.direction = {0, 1, 0, -1, 0, 0, 0, 0, 1};
  EXPECT_EQ(CaseProperties::from_pickle(value.to_pickle(), "t"), value);
}

TEST(CaseProperties, DeriveGeometryFromANiftiAffine) {
  CaseProperties value;
  value.geometry.source = imaging::GeometrySource::kNibabel;
  value.geometry.original_affine = {-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1};
  value.spacing = {4, 3, 2};
  const auto read = CaseProperties::from_pickle(value.to_pickle(), "t");
  EXPECT_EQ(read.geometry.spacing, (std::array<double, 3>{2, 3, 4}));
  EXPECT_EQ(read.geometry.origin, (std::array<double, 3>{-10, -20, 30}));
  EXPECT_EQ(read.geometry.direction, (std::array<double, 9>{1, 0, 0, 0, 1, 0, 0, 0, 1}));
  EXPECT_EQ(read.geometry.original_affine, value.geometry.original_affine);
}

TEST(CaseProperties, DeriveTheGeometryOfAReorientedArray) {
  const imaging::Affine file{-2, 0, 0, 10, 0, 3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1};
  const imaging::Affine array{2, 0, 0, -8, 0, 3, 0, 20, 0, 0, 4, 30, 0, 0, 0, 1};
  CaseProperties value;
  value.spacing = {4, 3, 2};
  value.geometry = imaging::nibabel_geometry(file, array, value.spacing);
  EXPECT_EQ(value.geometry.origin, (std::array<double, 3>{8, -20, 30}));
  const auto read = CaseProperties::from_pickle(value.to_pickle(), "t");
  EXPECT_EQ(read, value);
}

TEST(CaseProperties, NeedOnlyASpacing) {
  const auto bytes = PickleWriter()
                         .begin_dict()
                         .string("spacing")
                         .begin_tuple()
                         .integer(999)
                         .integer(1)
                         .integer(1)
                         .end_tuple()
                         .end_dict()
                         .finish();
  const auto read = CaseProperties::from_pickle(bytes, "t");
  EXPECT_EQ(read.geometry.source, imaging::GeometrySource::kNone);
  EXPECT_EQ(read.spacing, (imaging::Spacing3{999, 1, 1}));
  EXPECT_FALSE(read.class_locations);
}

TEST(CaseProperties, AcceptListsAsLocations) {
  PickleWriter out;
  out.begin_dict().string("spacing").begin_list().real(1).real(1).real(1).end_list();
  out.string("class_locations").begin_dict().integer(1).begin_list();
  out.begin_list().integer(0).integer(1).integer(2).integer(3).end_list();
  out.begin_tuple().integer(0).integer(4).integer(5).integer(6).end_tuple();
  out.end_list().end_dict().end_dict();
  const auto read = CaseProperties::from_pickle(out.finish(), "t");
  ASSERT_EQ(read.class_locations->size(), 1U);
  EXPECT_EQ(read.class_locations->at(0).voxels[1], (std::array<std::int32_t, 3>{4, 5, 6}));
}

TEST(CaseProperties, BoundWhatRepeatedLocationsCost) {
  // One list of voxels, stored under a name and given to each of many classes.
  PickleWriter row;
  row.begin_tuple().integer(0).integer(1).integer(2).integer(3).end_tuple();
  std::string voxels = row.finish();
  voxels = voxels.substr(2, voxels.size() - 3);  // without header and end
  std::string list = "](";
  for (int i = 0; i < 300; ++i) list += voxels;
  const auto properties = [&](int classes) {
    PickleWriter out;
    out.begin_dict().string("spacing").begin_list().real(1).real(1).real(1).end_list();
    std::string bytes = out.string("class_locations").begin_dict().finish();
    bytes.pop_back();
    for (int i = 0; i < classes; ++i) {
      bytes += "J" + std::string{static_cast<char>(i & 127), static_cast<char>(i >> 7), 0, 0};
      bytes += i == 0 ? list + "e\x94" : std::string("h\0", 2);
    }
    return bytes + "uu.";
  };
  const auto read = CaseProperties::from_pickle(properties(3), "c.pkl");
  EXPECT_EQ(read.class_locations->at(2).voxels, read.class_locations->at(0).voxels);
  EXPECT_EQ(read.class_locations->at(2).voxels.size(), 300U);
  EXPECT_EQ(message_of(ErrorCode::kInvalidData,
                       [&] { return CaseProperties::from_pickle(properties(600), "c.pkl"); }),
            "c.pkl: key 'class_locations': expected no more voxels than the file has room for");
}

TEST(CaseProperties, NameTheKeyThatIsWrong) {
  const auto with = [](std::string_view key, auto write) {
    PickleWriter out;
    out.begin_dict().string("spacing").begin_list().real(1).real(1).real(1).end_list().string(key);
    write(out);
    const std::string bytes = out.end_dict().finish();
    return message_of(ErrorCode::kInvalidData,
                      [&] { return CaseProperties::from_pickle(bytes, "c.pkl"); });
  };
  const auto none = [](PickleWriter& out) { out.none(); };
  for (const char* const key :
       {"shape_before_cropping", "bbox_used_for_cropping", "class_locations", "spacing"}) {
    EXPECT_THAT(with(key, none), HasSubstr("c.pkl: key '" + std::string(key) + "'"));
  }
  EXPECT_THAT(with("sitk_stuff", none), HasSubstr("sitk_stuff.spacing"));
  EXPECT_THAT(with("nibabel_stuff", none), HasSubstr("original_affine"));
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [] { return CaseProperties::from_pickle("N.", "c.pkl"); }),
              HasSubstr("'spacing'"));
}

}  // namespace
}  // namespace nnflow::nnunet
