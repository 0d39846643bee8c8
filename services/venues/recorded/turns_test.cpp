#include "venues/recorded/turns.h"

#include <gtest/gtest.h>

#include <utility>

namespace tapedeck::recorded {
namespace {

using std::chrono::seconds;

TEST(TurnsTest, TheEarliestIsFirstAndOfEqualTimesTheFirstSource) {
    Turns turns;
    EXPECT_TRUE(turns.empty());
    for (const auto& [second, source] :
         {std::pair(3, 0U), {1, 2U}, {2, 1U}, {1, 0U}, {3, 3U}, {1, 1U}}) {
        turns.push(Time(seconds(second)), source);
    }
    std::vector<std::pair<Time, std::size_t>> order;
    for (; !turns.empty(); turns.pop()) order.emplace_back(turns.time(), turns.source());
    const std::vector<std::pair<Time, std::size_t>> expected{
        {Time(seconds(1)), 0},
        {Time(seconds(1)), 1},
        {Time(seconds(1)), 2},
        {Time(seconds(2)), 1},
        {Time(seconds(3)), 0},
        {Time(seconds(3)), 3}};
    EXPECT_EQ(order, expected);
}

}  // namespace
}  // namespace tapedeck::recorded
