#include "powerloss/crash_image.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <string>

namespace {

using nebula::powerloss::Journal;

std::string make_folder() {
   std::string path = ::testing::TempDir() + "powerloss-XXXXXX";
   return ::mkdtemp(path.data());
}

TEST(CrashImage, KeepsWhatWasDurableAndAboutHalfOfTheRest) {
   const std::string folder = make_folder();
   const int status = nebula::powerloss::run_recorded({NEBULA_RECORDED_WRITER, folder + "/test.data"}, "test.data",
                                                      folder + "/journal");
   ASSERT_EQ(status, 0);
   const Journal journal = Journal::load(folder + "/journal");
   ASSERT_EQ(journal.size(), 1u + 1u + 1u + 64u + 1u);
   EXPECT_EQ(journal.acknowledged(journal.size()), 7u);
   EXPECT_EQ(journal.acknowledged(2), std::nullopt);
   for (uint64_t seed = 1; seed <= 20; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto image = journal.image(journal.size(), seed);
      ASSERT_EQ(image.size(), 66u * 4096u);
      EXPECT_EQ(image[0], 'a');
      EXPECT_EQ(image[65 * 4096], 'c');
      int kept = 0;
      for (std::size_t page = 1; page <= 64; ++page)
         kept += image[page * 4096] == 'b' ? 1 : 0;
      EXPECT_GT(kept, 8);
      EXPECT_LT(kept, 56);
   }
}

TEST(CrashImage, OfTheSameSeedIsTheSame) {
   const std::string folder = make_folder();
   ASSERT_EQ(nebula::powerloss::run_recorded({NEBULA_RECORDED_WRITER, folder + "/test.data"}, "test.data",
                                             folder + "/journal"),
             0);
   const Journal journal = Journal::load(folder + "/journal");
   EXPECT_EQ(journal.image(40, 5), journal.image(40, 5));
   EXPECT_NE(journal.image(40, 5), journal.image(40, 6));
}

} // namespace
