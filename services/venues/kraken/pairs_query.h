#pragma once

#include "market-data/core/market_feed.h"
#include "venues/kraken/public_rest.h"
#include "venues/kraken/symbols.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::kraken {

/// The venue's pairs, by two questions (Assets, AssetPairs), for both halves of the adapter: asked
/// at the start and looked at again and again, since a pair can be closed for orders.
class PairsQuery {
public:
    /// Rules change a few times a year. What is younger need not be asked for again, whichever
    /// process has asked; we look more often than that, so that one asks for all.
    static constexpr Duration kYoung = std::chrono::hours(1);
    static constexpr Duration kLookEvery = std::chrono::minutes(10);

    /// The answers come back with these tags.
    struct Tags {
        std::uint64_t assets = 0;
        std::uint64_t pairs = 0;
    };

    /// `rest` must outlive this.
    PairsQuery(PublicRest& rest, Tags tags) : rest_(rest), tags_(tags) {}

    /// Asks when it is time to.
    void drive(const market_data::Moment& now);

    struct Outcome {
        std::optional<Symbols> symbols;  ///< none: the answer is of another shape; asked again
        std::string fault;               ///< what is wrong with it, for a person
        Time answered_at{};
        bool is_old = false;  ///< from the cache, because the venue does not answer
    };

    bool is_about(const PublicRest::Answered& answered) const {
        return answered.tag == tags_.assets || answered.tag == tags_.pairs;
    }

    /// An answer to one of the questions. Nothing while the other is still to come, and where it
    /// says what was told already.
    std::optional<Outcome> take(
        const PublicRest::Answered& answered, const market_data::Moment& now);

private:
    Time not_before(const market_data::Moment& now) const {
        return std::max(now.wall - kYoung, distrusted_until_);
    }

    PublicRest& rest_;
    Tags tags_;
    std::optional<Duration> look_at_;
    PublicRest::Answered assets_;
    Time distrusted_until_{};   ///< what the cache has from before could not be read
    std::optional<Time> told_;  ///< of the newer answer behind what was told last
};

/// What to say when old pairs serve.
std::string old_pairs_text(Time answered_at);

}  // namespace tapedeck::kraken
