#pragma once

#include "events/risk.h"
#include "events/types.h"

#include <optional>
#include <string>

namespace tapedeck {

/// One attempt to place an order, durable before the first byte leaves. Its seq names the order for
/// ever ("o-<seq>"), and the client order id is a function of it and the tape id.
struct OrderIntended {
    static constexpr std::uint16_t kType = 100;
    static constexpr std::string_view kName = "OrderIntended";
    Seq approved;  ///< the OrderApproved
    OrderTerms terms;

    bool operator==(const OrderIntended&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "approved_seq", &OrderIntended::approved),
            field(2, "terms", &OrderIntended::terms));
    }
};

/// An approval that will never be intended: it expired, or what it was to reduce is gone.
struct OrderDropped {
    static constexpr std::uint16_t kType = 101;
    static constexpr std::string_view kName = "OrderDropped";
    Seq approved;
    std::string
        reason;  ///< stable code: "approval_expired", "position_closed", "killed", "restarted"

    bool operator==(const OrderDropped&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "approved_seq", &OrderDropped::approved),
            field(2, "reason", &OrderDropped::reason));
    }
};

/// Bytes were handed over. Proof of nothing, nor is its absence.
struct OrderSent {
    static constexpr std::uint16_t kType = 102;
    static constexpr std::string_view kName = "OrderSent";
    Seq intent;
    std::string client_order_id;

    bool operator==(const OrderSent&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderSent::intent),
            field(2, "client_order_id", &OrderSent::client_order_id));
    }
};

/// The venue has the order; it rests or is being filled there.
struct OrderAccepted {
    static constexpr std::uint16_t kType = 103;
    static constexpr std::string_view kName = "OrderAccepted";
    Seq intent;
    std::string venue_order_id;
    Seq evidence;  ///< of the raw venue message; 0 from the paper venue

    bool operator==(const OrderAccepted&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderAccepted::intent),
            field(2, "venue_order_id", &OrderAccepted::venue_order_id),
            field(3, "evidence_seq", &OrderAccepted::evidence));
    }
};

/// The venue executed part or all of an order. Folded once per (account, instrument, trade id,
/// side), however often it is repeated.
struct OrderFilled {
    static constexpr std::uint16_t kType = 104;
    static constexpr std::string_view kName = "OrderFilled";
    Seq intent;
    std::string account;
    std::string strategy;
    Instrument instrument;
    std::string trade_id;  ///< the venue's own spelling
    Side side = Side::Buy;
    Price price;
    Quantity quantity;
    Money fee;  ///< positive = paid, in fee_currency
    std::string fee_currency;
    Liquidity liquidity = Liquidity::Taker;
    Seq evidence;

    bool operator==(const OrderFilled&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderFilled::intent),
            field(2, "account", &OrderFilled::account),
            field(3, "strategy", &OrderFilled::strategy),
            field(4, "instrument", &OrderFilled::instrument),
            field(5, "trade_id", &OrderFilled::trade_id),
            field(6, "side", &OrderFilled::side),
            field(7, "price", &OrderFilled::price),
            field(8, "quantity", &OrderFilled::quantity),
            field(9, "fee", &OrderFilled::fee),
            field(10, "fee_currency", &OrderFilled::fee_currency),
            field(11, "liquidity", &OrderFilled::liquidity),
            field(12, "evidence_seq", &OrderFilled::evidence));
    }
};

/// The order is gone at the venue, what was not filled is canceled.
struct OrderCanceled {
    static constexpr std::uint16_t kType = 105;
    static constexpr std::string_view kName = "OrderCanceled";
    Seq intent;
    Quantity filled;     ///< cumulated, as the venue says
    std::string reason;  ///< "requested", "reduce_only", "immediate_or_cancel", "post_only", …
    Seq evidence;

    bool operator==(const OrderCanceled&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderCanceled::intent),
            field(2, "filled", &OrderCanceled::filled),
            field(3, "reason", &OrderCanceled::reason),
            field(4, "evidence_seq", &OrderCanceled::evidence));
    }
};

/// Its time at the venue ran out.
struct OrderExpired {
    static constexpr std::uint16_t kType = 106;
    static constexpr std::string_view kName = "OrderExpired";
    Seq intent;
    Quantity filled;
    Seq evidence;

    bool operator==(const OrderExpired&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderExpired::intent),
            field(2, "filled", &OrderExpired::filled),
            field(3, "evidence_seq", &OrderExpired::evidence));
    }
};

/// The venue proved that it did not accept the order.
struct OrderRejected {
    static constexpr std::uint16_t kType = 107;
    static constexpr std::string_view kName = "OrderRejected";
    Seq intent;
    std::string code;  ///< stable, ours: "insufficient_funds", "minimum_not_met", …
    std::string text;  ///< the venue's own words
    Seq evidence;

    bool operator==(const OrderRejected&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderRejected::intent),
            field(2, "code", &OrderRejected::code),
            field(3, "text", &OrderRejected::text),
            field(4, "evidence_seq", &OrderRejected::evidence));
    }
};

/// Sent or maybe sent, and nobody knows what became of it. Its exposure stays reserved.
struct OrderUnknown {
    static constexpr std::uint16_t kType = 108;
    static constexpr std::string_view kName = "OrderUnknown";
    Seq intent;
    std::string reason;  ///< "no_answer", "restarted_after_intent", …

    bool operator==(const OrderUnknown&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderUnknown::intent),
            field(2, "reason", &OrderUnknown::reason));
    }
};

/// How an unknown order turned out.
enum class Resolution { Accepted = 1, Ended = 2, NeverArrived = 3 };

constexpr auto enum_names(Resolution) {
    return std::array<EnumName<Resolution>, 3>{
        {{Resolution::Accepted, "accepted"},
         {Resolution::Ended, "ended"},
         {Resolution::NeverArrived, "never_arrived"}}};
}

/// Unknown is left, by evidence only.
struct OrderResolved {
    static constexpr std::uint16_t kType = 109;
    static constexpr std::string_view kName = "OrderResolved";
    Seq intent;
    Resolution resolution = Resolution::Accepted;
    Seq evidence;  ///< the event that proves it: never 0

    bool operator==(const OrderResolved&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderResolved::intent),
            field(2, "resolution", &OrderResolved::resolution),
            field(3, "evidence_seq", &OrderResolved::evidence));
    }
};

/// The order manager asks the venue what became of an order, by its client order id.
struct OrderQueryRequested {
    static constexpr std::uint16_t kType = 110;
    static constexpr std::string_view kName = "OrderQueryRequested";
    Seq intent;
    std::uint32_t attempt = 1;

    bool operator==(const OrderQueryRequested&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderQueryRequested::intent),
            field(2, "attempt", &OrderQueryRequested::attempt));
    }
};

/// What the venue knows of an order that it was asked about.
enum class VenueOrderState {
    Absent = 1,
    Open = 2,
    Filled = 3,
    Canceled = 4,
    Expired = 5,
    Rejected = 6
};

constexpr auto enum_names(VenueOrderState) {
    using enum VenueOrderState;
    return std::array<EnumName<VenueOrderState>, 6>{
        {{Absent, "absent"},
         {Open, "open"},
         {Filled, "filled"},
         {Canceled, "canceled"},
         {Expired, "expired"},
         {Rejected, "rejected"}}};
}

/// The venue's answer to a query. A query without an answer has no such event.
struct OrderStatusReported {
    static constexpr std::uint16_t kType = 111;
    static constexpr std::string_view kName = "OrderStatusReported";
    Seq intent;
    VenueOrderState state = VenueOrderState::Absent;
    std::string venue_order_id;
    Quantity filled;
    std::uint32_t attempt = 1;
    Seq evidence;

    bool operator==(const OrderStatusReported&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderStatusReported::intent),
            field(2, "state", &OrderStatusReported::state),
            field(3, "venue_order_id", &OrderStatusReported::venue_order_id),
            field(4, "filled", &OrderStatusReported::filled),
            field(5, "attempt", &OrderStatusReported::attempt),
            field(6, "evidence_seq", &OrderStatusReported::evidence));
    }
};

/// The order manager asks the venue to cancel: a request, not a result.
struct OrderCancelRequested {
    static constexpr std::uint16_t kType = 112;
    static constexpr std::string_view kName = "OrderCancelRequested";
    Seq intent;
    std::string reason;

    bool operator==(const OrderCancelRequested&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderCancelRequested::intent),
            field(2, "reason", &OrderCancelRequested::reason));
    }
};

/// Says nothing about whether the order lives.
struct OrderCancelRejected {
    static constexpr std::uint16_t kType = 113;
    static constexpr std::string_view kName = "OrderCancelRejected";
    Seq intent;
    std::string reason;
    Seq evidence;

    bool operator==(const OrderCancelRejected&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderCancelRejected::intent),
            field(2, "reason", &OrderCancelRejected::reason),
            field(3, "evidence_seq", &OrderCancelRejected::evidence));
    }
};

/// The order manager asks the venue to amend; absent fields stay as they are.
struct OrderAmendRequested {
    static constexpr std::uint16_t kType = 114;
    static constexpr std::string_view kName = "OrderAmendRequested";
    Seq intent;
    std::optional<Quantity> quantity;  ///< new total quantity, filled part included
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    std::string reason;

    bool operator==(const OrderAmendRequested&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderAmendRequested::intent),
            field(2, "quantity", &OrderAmendRequested::quantity),
            field(3, "limit_price", &OrderAmendRequested::limit_price),
            field(4, "trigger_price", &OrderAmendRequested::trigger_price),
            field(5, "reason", &OrderAmendRequested::reason));
    }
};

/// The order's terms at the venue are these now.
struct OrderAmended {
    static constexpr std::uint16_t kType = 115;
    static constexpr std::string_view kName = "OrderAmended";
    Seq intent;
    Quantity quantity;
    std::optional<Price> limit_price;
    std::optional<Price> trigger_price;
    Seq evidence;

    bool operator==(const OrderAmended&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderAmended::intent),
            field(2, "quantity", &OrderAmended::quantity),
            field(3, "limit_price", &OrderAmended::limit_price),
            field(4, "trigger_price", &OrderAmended::trigger_price),
            field(5, "evidence_seq", &OrderAmended::evidence));
    }
};

/// Says nothing about whether the order lives.
struct OrderAmendRejected {
    static constexpr std::uint16_t kType = 116;
    static constexpr std::string_view kName = "OrderAmendRejected";
    Seq intent;
    std::string reason;
    Seq evidence;

    bool operator==(const OrderAmendRejected&) const = default;

    static constexpr auto fields() {
        return std::tuple(
            field(1, "intent_seq", &OrderAmendRejected::intent),
            field(2, "reason", &OrderAmendRejected::reason),
            field(3, "evidence_seq", &OrderAmendRejected::evidence));
    }
};

}  // namespace tapedeck
