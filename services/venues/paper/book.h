#pragma once

#include "events/event.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace tapedeck::paper {

/// An order that is live at the venue.
struct BookedOrder {
    Seq intent;
    OrderTerms terms;
    Time intended_at{};
    Time active_at{};  ///< intended_at + latency: nothing before that fills it
    Quantity filled;
    std::uint32_t fills = 0;
    Seq first_look;  ///< the first market data that could fill it; 0 = none yet
    /// What others of its group have filled and nobody has taken off terms.quantity yet: one
    /// cancels other, and the venue holds to it until the cancel or amend comes.
    Quantity filled_by_group;
    Seq triggered;  ///< stop, take-profit: the market data that set it off; 0 = none yet

    Quantity remaining() const {
        return filled < terms.quantity ? terms.quantity - filled : Quantity{};
    }

    /// The most that may be filled now.
    Quantity fillable() const {
        const Quantity left = remaining();
        return filled_by_group < left ? left - filled_by_group : Quantity{};
    }

    bool shares_group_with(const BookedOrder& other) const {
        return terms.group != 0 && terms.group == other.terms.group &&
               terms.account == other.terms.account && intent != other.intent;
    }

    /// A smaller quantity is what the group's fills were to be taken off.
    void amend(
        Quantity quantity, std::optional<Price> limit_price, std::optional<Price> trigger_price) {
        const Quantity less = terms.quantity - quantity;
        if (less.is_positive()) {
            filled_by_group = less < filled_by_group ? filled_by_group - less : Quantity{};
        }
        terms.quantity = quantity;
        terms.limit_price = limit_price;
        terms.trigger_price = trigger_price;
    }

    /// When it leaves the book unfilled, if it does. Good-till-date orders rest no longer than
    /// valid_until; a market order never rests at a real venue, so one that found no market by
    /// then is gone too. For all others valid_until bounds the arrival only.
    std::optional<Time> expires_at() const {
        const bool does_expire =
            terms.time_in_force == TimeInForce::GoodTillDate || terms.type == OrderType::Market;
        if (!does_expire || terms.valid_until == Time{}) return std::nullopt;
        return terms.valid_until;
    }

    template <class A>
    void archive(A& a) {
        a(intent);
        a(terms);
        a(intended_at);
        a(active_at);
        a(filled);
        a(fills);
        a(filled_by_group);
        a(first_look);
        a(triggered);
    }
};

/// One side of the best quote: what is displayed, less what our own fills have taken since that
/// price came up. The public feed doesn't know of paper fills, so it shows the same size again.
struct QuoteSide {
    Price price;
    Quantity displayed;
    Quantity taken;
    Seq since;  ///< when this price came up

    void change(Price new_price, Quantity quantity, Seq seq) {
        if (new_price != price) {
            price = new_price;
            taken = {};
            since = seq;
        }
        displayed = quantity;
    }

    Quantity available() const { return std::max(displayed - taken, Quantity{}); }

    template <class A>
    void archive(A& a) {
        a(price);
        a(displayed);
        a(taken);
        a(since);
    }
};

/// What the venue knows of one instrument.
struct Market {
    std::optional<InstrumentListed> listing;
    bool has_quote = false;
    QuoteSide bid;
    QuoteSide ask;
    std::optional<Price> last;  ///< trade or close
    /// Candles were matched up to here, and quotes and trades up to there. A candle that begins
    /// earlier tells of trades that were seen already, one by one or in shorter candles; a trade
    /// from before, of one that a candle contained. Neither is matched again.
    Time candles_until{};
    Time ticks_until{};
    Seq matched;             ///< the last record that is to be matched
    std::uint32_t open = 0;  ///< orders in the book; derived

    template <class A>
    void archive(A& a) {
        a(listing);
        a(has_quote);
        a(bid);
        a(ask);
        a(last);
        a(candles_until);
        a(ticks_until);
        a(matched);
    }
};

/// When it happened at its origin; where that isn't told, when it was recorded.
inline Time market_time(const Recorded& recorded) {
    return recorded.happened_at == Time{} ? recorded.recorded_at : recorded.happened_at;
}

/// The price that a taker of this side pays now, as far as it is known.
inline std::optional<Price> taker_reference(const Market& market, Side side) {
    if (market.has_quote) return side == Side::Buy ? market.ask.price : market.bid.price;
    return market.last;
}

/// `value` rounded toward `rounding` on a grid that may be missing.
template <class Amount>
Amount on_grid(Amount value, Amount step, Rounding rounding) {
    if (!step.is_positive()) return value;
    const auto rounded = round_to(value, step, rounding);
    return rounded ? *rounded : value;
}

}  // namespace tapedeck::paper
