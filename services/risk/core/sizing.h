#pragma once

#include "events/decision.h"
#include "events/risk.h"
#include "risk/core/book.h"
#include "risk/core/portfolio.h"
#include "risk/core/rules.h"
#include "risk/core/settings.h"

#include <string_view>

namespace tapedeck::risk {

/// What is at risk already, worst case: positions at the last price and open entries at what was
/// reserved for them. Gross: a long and a short of two strategies do not cancel out.
struct Exposure {
    Money instrument;
    Money venue;
    Money strategy;
    Money total;
    Money reserved;  ///< the part of `total` that is entries not filled yet
};

Checked<Exposure> exposure_of(const Book& book, const Portfolio& portfolio, const Key& key);

/// What exposure, cost included, has to fit into, as money of the account's currency.
struct Room {
    Bound stage;  ///< no bound where there is no roll-out, or this stage sets none
    Bound position;
    Bound venue;
    Bound total;
    Bound leverage;  ///< equity itself; no bound where leverage is allowed
    Bound budget;    ///< no bound where the strategy has none
    Bound cash;      ///< no bound where leverage is allowed
};

/// What of an order the rules weigh.
struct Weight {
    Known<Quantity> quantity;
    Known<Money> notional;
    Known<Money> cost;  ///< worst case, with slippage and fee
};

/// One entry, measured: all that the rules ask about. What is empty could not be known.
struct Proposal {
    Side side = Side::Buy;
    const Market* market = nullptr;
    SizingMethod method = SizingMethod::Fraction;
    EntryType entry = EntryType::Market;

    Known<Money> equity;
    Known<Price> price;            ///< where it is expected to fill: the last price, or the limit
    Known<Price> unit_cost;        ///< worst case of one unit, with slippage and fee
    Known<Ratio> price_deviation;  ///< of the target's reference from the last price
    Known<Price> stop_price;
    Known<Price> take_profit_price;
    Known<Ratio> stop_distance;  ///< of the price

    Quantity held;           ///< signed
    Known<Quantity> wanted;  ///< to be added, before any cap; 0 or negative: nothing to add
    Quantity quantity_min;   ///< the venue's demand and ours
    Money notional_min;      ///< likewise
    /// The order: `wanted` after the caps, rounded down to the step.
    Weight order;
    /// What the limits are asked about: the order, or the smallest one the venue takes where the
    /// caps leave less than that. So it is the limit which left no room that says no.
    Weight tested;
    Known<Money> loss_at_stop;

    Known<Exposure> exposure;
    Room room;
    std::string_view capped_by;  ///< key of the limit that made the order smaller, "" if none
    bool failed = false;         ///< a computation went beyond all range
};

/// What the present stage allows a position of `instrument` to be worth. Not known while the stage
/// or its asset's price isn't.
Checked<Bound> stage_room(
    const Instrument& instrument,
    const Book& book,
    const Portfolio& portfolio,
    const Policy& policy);

/// Measures the entry that would bring a holding to its target.
Proposal propose(
    const TargetSet& target, const Book& book, const Portfolio& portfolio, const Policy& policy);

std::string_view name_of(SizingMethod method);

}  // namespace tapedeck::risk
