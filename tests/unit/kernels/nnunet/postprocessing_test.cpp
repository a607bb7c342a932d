// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/postprocessing.hpp"

#include <gtest/gtest.h>

#include "expect_error.hpp"
#include "nnflow/nnunet/pickle.hpp"
#include "support/temp_dir.hpp"

namespace nnflow::nnunet {
namespace {

TEST(Postprocessing, SurvivesThePickle) {
  const std::vector<PostprocessingStep> steps{{{{{1}, false}, {{2}, false}}, true, 0},
                                              {{{{1, 2}, true}}, false, 0},
                                              {{{{3}, false}}, false, 4}};
  const test::TempDir folder;
  write_postprocessing(folder / "postprocessing.pkl", steps);
  EXPECT_EQ(read_postprocessing(folder / "postprocessing.pkl"), steps);
  EXPECT_TRUE(postprocessing_from_pickle(postprocessing_to_pickle({}), "t").empty());
}

TEST(Postprocessing, RefusesOtherFunctions) {
  PickleWriter out;
  out.begin_tuple()
      .begin_list()
      .global("os", "system")
      .end_list()
      .begin_list()
      .begin_dict()
      .end_dict();
  const std::string bytes = out.end_list().end_tuple().finish();
  EXPECT_THAT(message_of(ErrorCode::kInvalidData,
                         [&] { return postprocessing_from_pickle(bytes, "p.pkl"); }),
              testing::HasSubstr("p.pkl: step 0 calls os.system"));
  EXPECT_THROW(static_cast<void>(postprocessing_from_pickle("N.", "p.pkl")), Error);
}

}  // namespace
}  // namespace nnflow::nnunet
