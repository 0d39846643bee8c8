#pragma once

#include "base/settings.h"
#include "events/types.h"
#include "market-data/core/feed.h"
#include "market-data/core/pace.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::market_data {

enum class Source { Synthetic, Recorded, Kraken };

/// Of a market that goes on whether we look or not.
constexpr bool is_live(Source source) {
    return source == Source::Kraken;
}

/// What becomes of a line that cannot be read.
enum class BadLine {
    Stop,    ///< the feed ends with an error that names file and line
    Reject,  ///< MarketDataRejected, and on
};

/// What the configuration says instead of what was derived from the data.
struct Precision {
    std::optional<Price> price_tick;
    std::optional<Quantity> quantity_step;
    std::optional<Quantity> quantity_min;
    std::optional<Money> notional_min;

    void apply_to(InstrumentListed& listed) const;
};

/// [market-data] and [market-data.instrument."x"], read and checked.
struct FeedSettings {
    Source source = Source::Synthetic;
    std::vector<std::string> files;  ///< paths, or path=venue:BASE/QUOTE@1m, or store:…
    std::string store;               ///< directory of the store of market data
    Speed speed;
    std::uint64_t seed = 0;
    std::vector<Instrument> instruments;  ///< of the synthetic market or a venue
    std::optional<Time> start;            ///< nothing before this
    Duration duration{};                  ///< 0 = all there is
    Duration stale_after{};
    std::size_t history = 0;    ///< live: closed candles asked for at the start
    Duration quote_interval{};  ///< live: an instrument's quotes come no faster; 0 = all
    Duration build_candles{};   ///< of trades that come without candles; 0 = none
    BadLine on_bad_line = BadLine::Stop;
    std::map<Instrument, Precision> precision;

    /// The settings of one instrument; everything unset if it has none.
    Precision precision_of(const Instrument& instrument) const;
};

/// The descriptors of this service's sections.
std::vector<SettingsSection> settings();

/// Reads full keys ("market-data.feed"). Defaults are those of settings(). An error names the key,
/// its value and the fix.
Result<FeedSettings> parse(const Settings& settings);

}  // namespace tapedeck::market_data
