#pragma once

#include "events/market.h"
#include "market-data/core/quality.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace tapedeck::recorded {

/// What recorded data demand of an order, for want of the venue's own word: a tick of 10^-scale, a
/// quantity step of 1e-8, least quantity 0.00005 for BTC, else 0.0001, least value 5.
InstrumentListed listing(const Instrument& instrument, unsigned price_scale);

/// One line for a feed's source.
std::string describe(const InstrumentListed& listed);

/// Bars that should have been there.
MarketDataGap gap_of(const Instrument& instrument, const market_data::Hole& hole);

/// "3:1207": where an event is from. Files are counted from 0 here and from 1 in the text.
std::string source_key(std::size_t file, std::uint64_t line);

}  // namespace tapedeck::recorded
