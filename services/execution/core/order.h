#pragma once

#include "events/order.h"
#include "execution/core/order_state.h"
#include "execution/core/position.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::execution {

/// New terms for an open order; absent fields stay as they are.
struct Amendment {
    std::optional<Quantity> quantity;  ///< total, the filled part included
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;

    bool operator==(const Amendment&) const = default;

    bool is_empty() const { return !quantity && !limit_price && !trigger_price; }

    static constexpr auto fields() {
        return std::tuple(
            field(1, "quantity", &Amendment::quantity),
            field(2, "limit_price", &Amendment::limit_price),
            field(3, "trigger_price", &Amendment::trigger_price));
    }
};

/// A request to the venue about an order that is there: to cancel it, to amend it. Refused or
/// unanswered, it is put again only after the venue was asked about the order and said "open".
struct VenueRequest {
    std::uint32_t times = 0;  ///< how often it was put
    Time at{};                ///< when last
    bool is_open = false;     ///< put, and no result seen yet
    bool is_refused = false;  ///< the venue said no, which says nothing about the order

    template <class A>
    void archive(A& a) {
        a(times);
        a(at);
        a(is_open);
        a(is_refused);
    }
};

/// All that is known about one order. Its name is the seq of its OrderIntended.
struct Order {
    Seq intent;
    Seq approved;
    OrderTerms terms;  ///< as they are at the venue: amendments included
    OrderState state = OrderState::Intended;
    Time intended_at{};

    Quantity filled;        ///< sum of the fills seen, over all legs
    Money value;            ///< Σ price × quantity of them
    Quantity venue_filled;  ///< the most that the venue claims to have filled
    /// More than one, if the venue replaces an order in an amendment. At most kVenueIds.
    std::vector<std::string> venue_order_ids;

    Seq evidence;                ///< the newest direct fact from the venue about it
    bool is_unresolved = false;  ///< OrderUnknown was recorded, OrderResolved was not
    Time unknown_since{};
    std::optional<OrderStatusReported> status;  ///< the newest answer to a query
    Seq status_seq;
    std::uint32_t absences = 0;  ///< answered queries of the end of the window that found nothing

    std::uint32_t queries = 0;     ///< put so far
    std::uint32_t query_step = 0;  ///< place in the pace of the present inquiry
    Time queried_at{};

    std::string cancel_reason;  ///< not empty: it shall go
    VenueRequest cancel;
    Amendment wanted;  ///< terms it shall have
    std::string amend_reason;
    Amendment requested;  ///< the last ones asked for
    VenueRequest amend;
    Time ended_at{};

    static constexpr std::size_t kVenueIds = 8;

    /// Terms that the venue did not grant when asked so often are wanted no more: risk sees them as
    /// they are and decides again.
    static constexpr std::uint32_t kAmendTries = 5;

    bool is_ended() const { return is_end(state); }

    Quantity remaining() const {
        return filled < terms.quantity ? terms.quantity - filled : Quantity{};
    }

    /// Over all fills, rounded half even: to be shown. None before the first fill.
    std::optional<Price> average_price() const {
        if (filled.is_zero()) return std::nullopt;
        const auto average = price_of(value, filled, Rounding::HalfEven);
        return average ? std::optional(*average) : std::nullopt;
    }

    bool is_protective() const {
        return terms.purpose == OrderPurpose::StopLoss || terms.purpose == OrderPurpose::TakeProfit;
    }

    bool is_closing() const {
        return terms.purpose == OrderPurpose::Exit || terms.purpose == OrderPurpose::Emergency;
    }

    /// The venue claims fills that have not come: the order is not settled, even if it has ended.
    bool misses_fills() const {
        if (filled < venue_filled) return true;
        return status && status->state == VenueOrderState::Filled && filled < terms.quantity &&
               state != OrderState::Filled;
    }

    template <class A>
    void archive(A& a) {
        a(intent);
        a(approved);
        a(terms);
        a(state);
        a(intended_at);
        a(filled);
        a(value);
        a(venue_filled);
        a(venue_order_ids);
        a(evidence);
        a(is_unresolved);
        a(unknown_since);
        a(status);
        a(status_seq);
        a(absences);
        a(queries);
        a(query_step);
        a(queried_at);
        a(cancel_reason);
        a(cancel);
        a(wanted);
        a(amend_reason);
        a(requested);
        a(amend);
        a(ended_at);
    }
};

inline PositionKey position_key(const OrderTerms& terms) {
    return {terms.account, terms.instrument, terms.strategy};
}

}  // namespace tapedeck::execution
