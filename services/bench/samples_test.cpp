#include "bench/samples.h"

#include <gtest/gtest.h>

namespace tapedeck::bench {
namespace {

using namespace std::chrono_literals;

TEST(SamplesTest, APercentileIsOneOfTheSamplesByNearestRank) {
    Samples samples;
    for (const auto us : {30us, 10us, 40us, 20us, 50us}) samples.add(us);
    EXPECT_EQ(samples.percentile_us(1), 10);
    EXPECT_EQ(samples.percentile_us(20), 10);
    EXPECT_EQ(samples.percentile_us(21), 20);
    EXPECT_EQ(samples.percentile_us(50), 30);
    EXPECT_EQ(samples.percentile_us(99), 50);
    EXPECT_EQ(samples.percentile_us(100), 50);
}

TEST(SamplesTest, MoreMayComeAfterAPercentileWasRead) {
    Samples samples;
    samples.add(20us);
    EXPECT_EQ(samples.percentile_us(50), 20);
    samples.add(10us);
    EXPECT_EQ(samples.percentile_us(50), 10);
    EXPECT_EQ(samples.percentile_us(51), 20);
}

TEST(SamplesTest, ARateOfNoTimeIsNone) {
    EXPECT_EQ(rate(1000, 500ms), 2000);
    EXPECT_EQ(rate(5, 0s), 0);
}

}  // namespace
}  // namespace tapedeck::bench
