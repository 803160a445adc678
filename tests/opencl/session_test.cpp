// What the shared session does with a device that works, fails, hangs or lies; on the double.

#include <gtest/gtest.h>

#include <thread>

#include "toy.h"

namespace nebula::test {
namespace {

constexpr std::uint64_t k_far = std::uint64_t{1} << 40; // a nonce of more than 32 bits

TEST(OpenClSession, finds_every_hit_of_a_job_cut_into_many_launches_in_ascending_order) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   ASSERT_EQ(toy.submit(1, k_far, 100'000), NEB_OK);
   const Toy::Result result = toy.wait();
   EXPECT_EQ(result.status, NEB_OK);
   EXPECT_EQ(result.hashes_done, 100'000u);
   EXPECT_EQ(result.nonces, toy_hits(k_far, 100'000));
   EXPECT_GT(driver.launches, 10u);
}

TEST(OpenClSession, adds_up_the_time_of_its_kernels) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   ASSERT_EQ(toy.submit(1, 0, 10'000), NEB_OK);
   const Toy::Result result = toy.wait();
   EXPECT_EQ(result.device_ns, driver.launches * 4'000'000u);
}

TEST(OpenClSession, queues_launches_of_the_next_job_while_the_first_is_not_yet_fetched) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   ASSERT_EQ(toy.submit(1, 0, 100), NEB_OK);
   EXPECT_EQ(driver.launches, 1u);
   ASSERT_EQ(toy.submit(2, 100, 100), NEB_OK);
   ASSERT_EQ(toy.submit(3, 200, 100), NEB_OK);
   EXPECT_EQ(driver.launches, 3u);
   ASSERT_EQ(toy.submit(4, 300, 100), NEB_OK);
   EXPECT_EQ(driver.launches, common::opencl::k_launches_ahead) << "and never more than there are slots for";
   for (std::uint64_t ticket = 1; ticket <= 4; ++ticket) {
      const Toy::Result result = toy.wait();
      EXPECT_EQ(result.ticket, ticket);
      EXPECT_EQ(result.nonces, toy_hits((ticket - 1) * 100, 100));
   }
}

TEST(OpenClSession, makes_launches_longer_until_they_take_what_they_should) {
   FakeOpenCl driver;
   driver.kernel_ns = [](std::size_t items, std::size_t) { return items * 1000; }; // 4 ms for 4096 or so
   Toy toy(driver);
   toy.open();
   std::size_t longest = 0;
   driver.kernel = [&](const FakeLaunch &launch) {
      longest = std::max(longest, launch.items);
      toy_kernel(launch);
   };
   ASSERT_EQ(toy.submit(1, 0, 200'000), NEB_OK);
   (void)toy.wait();
   EXPECT_GE(longest, 2048u);
   EXPECT_LE(longest, 8192u);
}

void expect_lost(FakeOpenCl &driver, const std::string &reason) {
   Toy toy(driver);
   toy.open();
   ASSERT_EQ(toy.submit(1, 0, 1 << 20), NEB_OK);
   ASSERT_EQ(toy.submit(2, 0, 1 << 20), NEB_OK);
   for (std::uint64_t ticket = 1; ticket <= 2; ++ticket) {
      const Toy::Result result = toy.wait();
      EXPECT_EQ(result.waited, NEB_OK);
      EXPECT_EQ(result.status, NEB_E_DEVICE);
      EXPECT_EQ(result.ticket, ticket);
      EXPECT_LT(result.hashes_done, std::uint64_t{1} << 20);
   }
   EXPECT_EQ(toy.submit(3, 0, 1), NEB_OK);
   EXPECT_EQ(toy.wait().status, NEB_E_DEVICE) << "a lost device stays lost";
   EXPECT_EQ(toy.prepare(7), NEB_E_DEVICE);
   ASSERT_EQ(toy.log.lost.size(), 1u) << "said once";
   EXPECT_NE(toy.log.lost[0].find(reason), std::string::npos) << toy.log.lost[0];
   toy.close();
   EXPECT_EQ(driver.objects, 0) << "OpenCL objects are left";
}

TEST(OpenClSession, ends_all_jobs_with_a_device_error_when_a_launch_is_refused) {
   for (const cl_int code : {CL_DEVICE_NOT_AVAILABLE, CL_OUT_OF_RESOURCES, CL_MEM_OBJECT_ALLOCATION_FAILURE}) {
      FakeOpenCl driver;
      driver.launches_before_failure = 10;
      driver.launch_code = code;
      expect_lost(driver, std::to_string(code));
   }
}

TEST(OpenClSession, ends_all_jobs_with_a_device_error_when_the_first_launch_is_refused) {
   FakeOpenCl driver;
   driver.launches_before_failure = 0;
   driver.launch_code = CL_DEVICE_NOT_AVAILABLE;
   expect_lost(driver, "CL_DEVICE_NOT_AVAILABLE");
}

TEST(OpenClSession, ends_all_jobs_with_a_device_error_when_a_kernel_fails_while_it_runs) {
   FakeOpenCl driver;
   driver.launches_before_failure = 10;
   driver.event_status = CL_OUT_OF_RESOURCES;
   expect_lost(driver, "failed while computing");
}

TEST(OpenClSession, counts_a_device_as_lost_when_it_reports_what_is_no_candidate) {
   for (const std::uint32_t invented : {5u, UINT32_MAX}) { // no multiple of 97; outside the launch
      FakeOpenCl driver;
      Toy toy(driver);
      toy.open();
      driver.kernel = [&](const FakeLaunch &launch) {
         launch.words(2)[0] = 1;
         launch.words(2)[1] = invented;
      };
      ASSERT_EQ(toy.submit(1, 0, 1000), NEB_OK);
      EXPECT_EQ(toy.wait().status, NEB_E_DEVICE);
      ASSERT_EQ(toy.log.lost.size(), 1u);
      EXPECT_NE(toy.log.lost[0].find("a candidate that is none"), std::string::npos) << toy.log.lost[0];
   }
}

TEST(OpenClSession, counts_a_device_as_lost_when_it_reports_a_candidate_twice_or_too_many) {
   for (const std::uint32_t count : {2u, common::opencl::k_candidates_max + 1}) {
      FakeOpenCl driver;
      Toy toy(driver);
      toy.open();
      driver.kernel = [&](const FakeLaunch &launch) { launch.words(2)[0] = count; }; // all at distance 0
      ASSERT_EQ(toy.submit(1, 0, 1000), NEB_OK);
      EXPECT_EQ(toy.wait().status, NEB_E_DEVICE);
   }
}

TEST(OpenClSession, counts_a_device_that_never_finishes_a_launch_as_lost_and_closes_without_waiting_for_it) {
   FakeOpenCl driver;
   driver.launches_before_failure = 2;
   driver.event_status = CL_RUNNING;
   {
      Toy toy(driver, nullptr, 20'000'000);
      toy.open();
      ASSERT_EQ(toy.submit(1, 0, 1 << 20), NEB_OK);
      EXPECT_EQ(toy.wait(1'000'000).waited, NEB_E_TIMEOUT) << "a device may be slow for a while";
      const Toy::Result result = toy.wait();
      EXPECT_EQ(result.status, NEB_E_DEVICE);
      ASSERT_EQ(toy.log.lost.size(), 1u);
      EXPECT_NE(toy.log.lost[0].find("does not finish a launch"), std::string::npos) << toy.log.lost[0];
   }
   EXPECT_GT(driver.objects, 0) << "what a running kernel may write to must stay";
}

TEST(OpenClSession, fails_to_open_with_the_reason_when_the_device_has_no_room) {
   FakeOpenCl driver;
   driver.buffer_code = CL_MEM_OBJECT_ALLOCATION_FAILURE;
   Toy toy(driver);
   try {
      toy.open();
      FAIL() << "it opened";
   } catch (const std::runtime_error &error) {
      EXPECT_NE(std::string(error.what()).find("allocating a buffer"), std::string::npos) << error.what();
   }
   EXPECT_EQ(driver.objects, 0);
}

TEST(OpenClSession, prepares_an_epoch_inside_wait_after_the_jobs_before_it_have_left_the_device) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   ASSERT_EQ(toy.submit(1, 0, 5000, 0), NEB_OK);
   ASSERT_EQ(toy.submit(2, 0, 5000, 1), NEB_OK);
   ASSERT_EQ(toy.submit(3, 0, 5000, 2), NEB_OK);
   EXPECT_TRUE(toy.log.prepared.empty()) << "submit never blocks";
   for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
      const Toy::Result result = toy.wait();
      EXPECT_EQ(result.status, NEB_OK);
      EXPECT_EQ(result.nonces, toy_hits(0, 5000));
      EXPECT_EQ(toy.log.prepared.size(), ticket - 1);
   }
   EXPECT_EQ(toy.log.prepared, (std::vector<std::uint64_t>{1, 2}));
}

TEST(OpenClSession, prepares_an_epoch_ahead_once) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   EXPECT_EQ(toy.prepare(5), NEB_OK);
   EXPECT_EQ(toy.prepare(5), NEB_OK);
   ASSERT_EQ(toy.submit(1, 0, 100, 5), NEB_OK);
   EXPECT_EQ(toy.wait().status, NEB_OK);
   EXPECT_EQ(toy.log.prepared, (std::vector<std::uint64_t>{5}));
}

TEST(OpenClSession, ends_only_the_job_whose_epoch_finds_no_room_and_keeps_the_device) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   toy.log.prepare_fails = NEB_E_NO_MEMORY;
   ASSERT_EQ(toy.submit(1, 0, 100, 9), NEB_OK);
   ASSERT_EQ(toy.submit(2, 0, 100, 0), NEB_OK);
   EXPECT_EQ(toy.wait().status, NEB_E_NO_MEMORY);
   EXPECT_EQ(toy.wait().status, NEB_OK);
   EXPECT_TRUE(toy.log.lost.empty());
   EXPECT_EQ(toy.prepare(9), NEB_E_NO_MEMORY);
}

TEST(OpenClSession, loses_the_device_when_it_fails_in_a_preparation) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   toy.log.prepare_fails = NEB_E_DEVICE;
   ASSERT_EQ(toy.submit(1, 0, 100, 9), NEB_OK);
   ASSERT_EQ(toy.submit(2, 0, 100, 0), NEB_OK);
   EXPECT_EQ(toy.wait().status, NEB_E_DEVICE);
   EXPECT_EQ(toy.wait().status, NEB_E_DEVICE);
   EXPECT_EQ(toy.log.lost.size(), 1u);
}

TEST(OpenClSession, ends_a_preparation_when_it_is_cancelled_for_good) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   toy.log.prepare_waits_for_cancel = true;
   std::thread canceller([&] { toy.cancel_below(UINT64_MAX); });
   EXPECT_EQ(toy.prepare(3), NEB_E_CANCELLED);
   canceller.join();
}

TEST(OpenClSession, ends_a_preparation_inside_wait_when_its_job_is_cancelled) {
   FakeOpenCl driver;
   Toy toy(driver);
   toy.open();
   toy.log.prepare_waits_for_cancel = true;
   ASSERT_EQ(toy.submit(1, 0, 100, 3), NEB_OK);
   std::thread canceller([&] { toy.cancel_below(2); });
   EXPECT_EQ(toy.wait().status, NEB_E_CANCELLED);
   canceller.join();
}

} // namespace
} // namespace nebula::test
