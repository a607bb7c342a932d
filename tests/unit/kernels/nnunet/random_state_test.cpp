// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include "nnflow/nnunet/random_state.hpp"

#include <gmock/gmock.h>

#include "nnflow/nnunet/pairwise_sum.hpp"

namespace nnflow::nnunet {
namespace {

using testing::ElementsAre;

TEST(RandomState, DrawsNumpysWords) {
  RandomState first(1234);
  for (const std::uint32_t word :
       {822569775U, 2137449171U, 2671936806U, 3512589365U, 1880026316U}) {
    EXPECT_EQ(first.next32(), word);
  }
  RandomState second(12345);
  for (const std::uint32_t word : {3992670690U, 3823185381U, 1358822685U, 561383553U}) {
    EXPECT_EQ(second.next32(), word);
  }
}

TEST(RandomState, ShufflesLikeNumpy) {
  EXPECT_THAT(RandomState(12345).permutation(10), ElementsAre(0, 7, 3, 9, 6, 4, 1, 8, 5, 2));
  RandomState random(1234);
  EXPECT_THAT(random.permutation(10), ElementsAre(7, 2, 9, 1, 0, 8, 4, 5, 6, 3));
  EXPECT_THAT(random.permutation(5), ElementsAre(0, 4, 3, 2, 1));
}

TEST(RandomState, ChoosesWithReplacementLikeNumpy) {
  EXPECT_THAT(RandomState(1234).choice_with_replacement(7, 12),
              ElementsAre(3, 6, 5, 4, 4, 0, 1, 1, 1, 2, 6, 3));
  EXPECT_THAT(RandomState(1234).choice_with_replacement(1000, 8),
              ElementsAre(815, 723, 294, 53, 204, 372, 664, 655));
}

TEST(RandomState, DrawsNothingForASingleChoice) {
  RandomState random(1234);
  EXPECT_EQ(random.interval(0), 0U);
  EXPECT_EQ(random.next32(), 822569775U);
}

TEST(PairwiseSum, AddsInNumpysOrder) {
  std::vector<float> values(1000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1.0F / static_cast<float>(i + 1);
  EXPECT_EQ(pairwise_sum(std::span<const float>(values)), 7.485471725463867F);
  EXPECT_EQ(pairwise_sum(std::span<const float>(values).first(13)), 3.180133819580078F);
  EXPECT_EQ(pairwise_sum(std::span<const float>(values).first(5)), 2.2833335399627686F);
  EXPECT_EQ(pairwise_sum(std::span<const float>{}), 0.0F);
}

}  // namespace
}  // namespace nnflow::nnunet
