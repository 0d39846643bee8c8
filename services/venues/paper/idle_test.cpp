#include "venues/paper/venue_story_test.h"

#include <chrono>
#include <cstdlib>
#include <new>

// What market data costs where there is nothing to fill.
namespace {

thread_local bool g_counts = false;
thread_local std::uint64_t g_allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    if (g_counts) ++g_allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}

// The standard library's own buffers ask this way; both ends must be ours.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    if (g_counts) ++g_allocations;
    return std::malloc(size);
}

[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}

[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace tapedeck::paper::testing {
namespace {

std::uint64_t allocations_of(PaperVenue& venue, Recorded& recorded, int times) {
    Outbox out;
    g_allocations = 0;
    g_counts = true;
    for (int i = 0; i < times; ++i) {
        recorded.seq = recorded.seq.next();
        recorded.recorded_at += Duration(1'000'000'000);
        if (auto* candle = recorded.event.as<CandleClosed>()) {
            candle->open_time += candle->interval;
        }
        venue.apply(recorded);
        venue.decide(recorded, out);
    }
    g_counts = false;
    return g_allocations;
}

TEST(PaperIdleTest, MarketDataWithoutOrdersAllocatesNothing) {
    VenueStory story;
    story.flat_candle("100");
    story.trade("100");
    story.quote("99", "1", "101", "1");
    Recorded recorded = story.tape().back();
    recorded.event = story.next_candle("100", "101", "99", "100");
    EXPECT_EQ(allocations_of(story.decider(), recorded, 1000), 0U);
    recorded.event = story.trade_of("100", "1");
    EXPECT_EQ(allocations_of(story.decider(), recorded, 1000), 0U);
    recorded.event = story.quote_of("99", "1", "101", "1");
    EXPECT_EQ(allocations_of(story.decider(), recorded, 1000), 0U);
}

TEST(PaperIdleTest, MarketDataThatReachesNoOrderAllocatesNothing) {
    VenueStory story;
    story.holding("1");
    story.open(stop_order(Side::Sell, "1", "90"));
    story.open(take_profit_order(Side::Sell, "1", "110"));
    Recorded recorded = story.tape().back();
    recorded.event = story.next_candle("100", "101", "99", "100");
    EXPECT_EQ(allocations_of(story.decider(), recorded, 1000), 0U);
}

}  // namespace
}  // namespace tapedeck::paper::testing
