#include "core/results.h"

#include <nebula/svc/work-source.h>

#include <gtest/gtest.h>

namespace nebula::miner {

TEST(Results, CountBlocksAsAcceptedAndUnknownOutcomesAsRejected) {
   Results results;
   for (const std::int32_t outcome :
        std::initializer_list<std::int32_t>{NEB_WORK_ACCEPTED, NEB_WORK_BLOCK, NEB_WORK_STALE, NEB_WORK_LOW,
                                            NEB_WORK_DUPLICATE, NEB_WORK_INVALID, NEB_WORK_LOST, 99, -1})
      results.judged(outcome);
   const ResultCounts counts = results.counts();
   EXPECT_EQ(counts.accepted, 2u);
   EXPECT_EQ(counts.blocks, 1u);
   EXPECT_EQ(counts.stale, 1u);
   EXPECT_EQ(counts.rejected, 5u);
   EXPECT_EQ(counts.lost, 1u);
}

TEST(Results, NameEveryOutcome) {
   EXPECT_STREQ(outcome_name(NEB_WORK_BLOCK), "block");
   EXPECT_STREQ(outcome_name(NEB_WORK_LOST), "lost");
   EXPECT_STREQ(outcome_name(1234), "invalid");
}

} // namespace nebula::miner
