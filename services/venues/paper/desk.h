#pragma once

#include "events/decider.h"
#include "venues/paper/account.h"
#include "venues/paper/configuration.h"
#include "venues/paper/matching.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace tapedeck::paper {

/// Serves the orders that one piece of market data reaches: shares out what there is to trade, and
/// keeps everybody within money, holdings and their own terms. Lives for one decide(); counts what
/// is in flight as done.
class Desk {
public:
    Desk(
        const Configuration& configuration,
        const Market& market,
        const Account& account,
        Time now,
        Outbox& out);

    /// Adds an order, as with_in_flight() sees it, and what the market does to it.
    void seat(BookedOrder order, const Reaction& reaction);

    /// Says what becomes of them, in order of rank, then age.
    void serve(const Look& look);

private:
    struct Seat {
        BookedOrder order;
        Reaction reaction;
    };

    /// How much of the order can be filled, and why it isn't more: "" if only for want of
    /// liquidity.
    struct Allowed {
        Quantity quantity;
        std::string_view bound_by;
    };

    void serve(Seat& seat);
    Allowed allowed(const Seat& seat, Ratio fee_rate) const;
    Quantity affordable(Price price, Ratio fee_rate) const;
    bool fill(Seat& seat, Quantity quantity, Ratio fee_rate);
    void cancel(const Seat& seat, std::string_view reason);
    Quantity& pool(Pool which);

    const Configuration& configuration_;
    const Market& market_;
    Account account_;  // a copy: what is said here counts at once
    Time now_;
    Outbox& out_;
    Quantity ask_;
    Quantity bid_;
    Quantity traded_;
    std::vector<Seat> seats_;
};

/// Whether an own event of this type about `intent` is in flight.
template <AnEvent T>
bool is_in_flight(Seq intent, const Outbox& out) {
    return std::any_of(out.in_flight().begin(), out.in_flight().end(), [&](const InFlight& own) {
        const T* event = own.event.as<T>();
        return event != nullptr && event->intent == intent;
    });
}

/// The order as it will be when all that is in flight about it has come back; nothing if it will be
/// gone by then.
/// `book`: all that is live, for what is in flight about others of its group.
std::optional<BookedOrder> with_in_flight(
    BookedOrder order, const std::map<Seq, BookedOrder>& book, const Outbox& out);

}  // namespace tapedeck::paper
