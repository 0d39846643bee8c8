#pragma once

#include "events/event.h"
#include "research/report/exposure.h"
#include "research/report/holdings.h"
#include "research/report/order_facts.h"
#include "research/report/trade.h"

#include <cstdint>
#include <vector>

namespace tapedeck::research {

/// Makes round trips of fills: flat to flat per account, strategy and instrument; a fill that
/// passes through zero ends one and begins the next, its value and fee split by quantity. Open ones
/// live in their market, closed ones here.
class RoundTrips {
public:
    /// Books a new fill into positions, cash and costs. Its order's facts may be null.
    void book(
        Holdings& holdings,
        const Recorded& recorded,
        const OrderFilled& fill,
        const OrderFacts* order);

    /// A stop that is placed for an open trade which had none.
    void stop_placed(Holdings& holdings, const OrderTerms& terms);

    const std::vector<Trade>& closed() const { return closed_; }

    const Costs& costs() const { return costs_; }

    /// Fills that nobody can book: price × quantity is beyond 1.7e20.
    std::uint64_t unbookable() const { return unbookable_; }

    /// What was closed by now is forgotten.
    void restart();

private:
    struct Booking;

    void charge(Holdings& holdings, Booking& booking);
    void enter(OpenTrade& trade, const Booking& booking, Quantity quantity, Money value, Money fee);
    void leave(OpenTrade& trade, const Booking& booking, Quantity quantity, Money value, Money fee);
    OpenTrade opened(const Booking& booking) const;
    void close(const Holdings& holdings, OpenTrade& trade, const Booking& booking);

    std::vector<Trade> closed_;
    Costs costs_;
    std::uint64_t unbookable_ = 0;
};

/// Takes the extremes of a market's last candle into the trades that were open all the while.
void take_candle(Market& market, std::vector<OpenTrade>& open);

/// Fills in a trade's amounts in the reporting currency.
void convert(Trade& trade, const Holdings& holdings);

}  // namespace tapedeck::research
