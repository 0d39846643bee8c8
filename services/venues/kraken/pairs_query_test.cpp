#include "venues/kraken/pairs_query.h"

#include "testing/temporary_directory.h"
#include "venues/kraken/fake_wire.h"
#include "venues/kraken/test_pairs.h"

#include <gmock/gmock.h>

#include <array>
#include <memory>

namespace tapedeck::kraken {
namespace {

using namespace std::chrono_literals;

std::string envelope(std::string_view result) {
    return R"({"error":[],"result":)" + std::string(result) + "}";
}

/// A process that looks at the pairs, with a memory of its own and the disk of its home.
class Looker {
public:
    Looker(const std::filesystem::path& home, Time now)
        : cache_({.directory = home / "cache"}, now),
          rest_(
              wire_,
              {.origin = "https://api.kraken.com",
               .interval = 1s,
               .timeout = 10s,
               .cache = &cache_},
              7),
          query_(rest_, {.assets = 1, .pairs = 2}) {}

    /// True if something was told.
    bool turn(const market_data::Moment& now) {
        bool told = false;
        const auto hear = [&](const PublicRest::Answered& answered) {
            told = query_.take(answered, now).has_value() || told;
        };
        wire_.answer("/AssetPairs", envelope(testing::kPairs));
        wire_.answer("/Assets", envelope(testing::kAssets));
        while (const auto event = wire_.next()) {
            if (const auto answered = rest_.take(*event, now)) hear(*answered);
        }
        query_.drive(now);
        while (const auto answered = rest_.take_cached()) hear(*answered);
        rest_.drive(now.monotonic);
        return told;
    }

    std::size_t requests() const { return wire_.requests.size(); }

    const net::AnswerCache::Figures& figures() const { return cache_.figures(); }

private:
    testing::FakeWire wire_;
    net::AnswerCache cache_;
    PublicRest rest_;
    PairsQuery query_;
};

/// Mission A4: of what two processes look up in a day, more than four fifths spare the venue a
/// question, though one of them is started again each hour.
TEST(PairsQueryTest, OnANormalDayTheCacheAnswersMoreThanFourOfFive) {
    const tapedeck::testing::TemporaryDirectory home;
    market_data::Moment now{parse_time("2026-01-19T00:00:00Z").value(), 1h};
    Looker execution(home.path(), now.wall);
    auto feed = std::make_unique<Looker>(home.path(), now.wall);
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::size_t asked = 0;
    const auto count = [&](const Looker& looker) {
        hits += looker.figures().memory_hits + looker.figures().disk_hits;
        misses += looker.figures().misses;
        asked += looker.requests();
    };
    for (int second = 0; second < 24 * 60 * 60; second += 2) {
        if (second % 3600 == 1800) {
            count(*feed);
            feed = std::make_unique<Looker>(home.path(), now.wall);
        }
        feed->turn(now);
        execution.turn(now);
        now.wall += 2s;
        now.monotonic += 2s;
    }
    count(*feed);
    count(execution);
    EXPECT_GT(hits * 100 / (hits + misses), 80U) << hits << " hits, " << misses << " misses";
    EXPECT_EQ(asked, misses) << "each miss is one question";
    EXPECT_GE(asked, 2U * 20U) << "and what is an hour old is asked for";
}

TEST(PairsQueryTest, WhatHasNotChangedIsToldOnce) {
    const tapedeck::testing::TemporaryDirectory home;
    market_data::Moment now{parse_time("2026-01-19T00:00:00Z").value(), 1h};
    Looker looker(home.path(), now.wall);
    int told = 0;
    for (int second = 0; second < 50 * 60; ++second) {
        if (looker.turn(now)) ++told;
        now.wall += 1s;
        now.monotonic += 1s;
    }
    EXPECT_EQ(told, 1);
    EXPECT_EQ(looker.requests(), 2U);
}

}  // namespace
}  // namespace tapedeck::kraken
