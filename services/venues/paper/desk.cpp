#include "venues/paper/desk.h"

#include <algorithm>
#include <utility>

namespace tapedeck::paper {

Desk::Desk(
    const Configuration& configuration,
    const Market& market,
    const Account& account,
    Time now,
    Outbox& out)
    : configuration_(configuration),
      market_(market),
      account_(account),
      now_(now),
      out_(out),
      ask_(market.ask.available()),
      bid_(market.bid.available()) {
    for (const auto& own : out.in_flight()) {
        const auto* fill = own.event.as<OrderFilled>();
        if (fill == nullptr) continue;
        account_.book(*fill, now);
        if (!market.listing || fill->instrument != market.listing->instrument) continue;
        const QuoteSide& side = fill->side == Side::Buy ? market.ask : market.bid;
        if (own.cause >= side.since)
            pool(fill->side == Side::Buy ? Pool::Ask : Pool::Bid) -= fill->quantity;
    }
}

std::optional<BookedOrder> with_in_flight(
    BookedOrder order, const std::map<Seq, BookedOrder>& book, const Outbox& out) {
    const auto is_of_group = [&](const OrderFilled& fill) {
        const auto other = book.find(fill.intent);
        return other != book.end() && other->second.shares_group_with(order);
    };
    for (const auto& own : out.in_flight()) {
        const auto is_ours = [&](const auto* event) {
            return event != nullptr && event->intent == order.intent;
        };
        if (const auto* fill = own.event.as<OrderFilled>(); is_ours(fill)) {
            order.filled += fill->quantity;
            ++order.fills;
        } else if (fill != nullptr && is_of_group(*fill)) {
            order.filled_by_group += fill->quantity;
        } else if (const auto* amended = own.event.as<OrderAmended>(); is_ours(amended)) {
            order.amend(amended->quantity, amended->limit_price, amended->trigger_price);
        } else if (
            is_ours(own.event.as<OrderCanceled>()) || is_ours(own.event.as<OrderExpired>()) ||
            is_ours(own.event.as<OrderRejected>())) {
            return std::nullopt;
        }
    }
    if (order.remaining().is_zero()) return std::nullopt;
    return order;
}

void Desk::seat(BookedOrder order, const Reaction& reaction) {
    seats_.push_back({std::move(order), reaction});
}

void Desk::serve(const Look& look) {
    const auto share = portion(look.size, configuration_.participation, Rounding::Down);
    traded_ = share.value_or(Quantity{});
    std::stable_sort(seats_.begin(), seats_.end(), [](const Seat& a, const Seat& b) {
        return a.reaction.rank < b.reaction.rank;
    });
    for (auto& seat : seats_) serve(seat);
}

void Desk::serve(Seat& seat) {
    if (!seat.reaction.cancel.empty()) {
        cancel(seat, seat.reaction.cancel);
        return;
    }
    const OrderTerms& terms = seat.order.terms;
    const Ratio rate = configuration_.fees.rate(seat.reaction.liquidity, account_.volume(now_));
    const Allowed allowed = this->allowed(seat, rate);
    const bool is_whole = allowed.quantity == seat.order.remaining();
    if (terms.time_in_force == TimeInForce::FillOrKill && !is_whole) {
        cancel(seat, "fill_or_kill");
        return;
    }
    if (allowed.quantity.is_positive() && !fill(seat, allowed.quantity, rate)) return;
    if (is_whole) return;
    if (!allowed.bound_by.empty()) {
        cancel(seat, allowed.bound_by);
    } else if (terms.time_in_force == TimeInForce::ImmediateOrCancel) {
        cancel(seat, "immediate_or_cancel");
    }
}

Desk::Allowed Desk::allowed(const Seat& seat, Ratio fee_rate) const {
    const OrderTerms& terms = seat.order.terms;
    Allowed result{seat.order.remaining(), {}};
    const auto bound = [&](Quantity most, std::string_view reason) {
        if (most >= result.quantity) return;
        result = {std::max(most, Quantity{}), reason};
    };
    bound(seat.order.fillable(), {});
    const Quantity held = account_.holding(terms.instrument);
    const bool is_sell = terms.side == Side::Sell;
    if (terms.reduce_only) bound(is_sell ? held : -held, "reduce_only");
    if (is_sell && !configuration_.allow_short) bound(held, "insufficient_position");
    if (!is_sell) bound(affordable(seat.reaction.price, fee_rate), "insufficient_funds");
    const auto which = seat.reaction.pool;
    bound(which == Pool::Ask ? ask_ : which == Pool::Bid ? bid_ : traded_, {});

    const Quantity step = market_.listing ? market_.listing->quantity_step : Quantity{};
    if (result.quantity < seat.order.remaining()) {
        result.quantity = on_grid(result.quantity, step, Rounding::Down);
    }
    return result;
}

/// The most that the cash pays for, fee included.
Quantity Desk::affordable(Price price, Ratio fee_rate) const {
    const Money cash = account_.cash(market_.listing->instrument.quote());
    if (!cash.is_positive()) return {};
    const Ratio with_fee = Ratio(Decimal::from_integer(1)) + fee_rate;
    const auto paid = portion(price, with_fee, Rounding::Up);
    if (!paid || !paid->is_positive()) return {};
    // The fee is rounded up to 8 decimals on top: set that much aside.
    const Money rounding(Decimal::from_units(Decimal::kOne / 100'000'000));
    return quantity_for(cash - rounding, *paid, Rounding::Down).value_or(Quantity{});
}

bool Desk::fill(Seat& seat, Quantity quantity, Ratio fee_rate) {
    BookedOrder& order = seat.order;
    const OrderTerms& terms = order.terms;
    const auto value = notional(seat.reaction.price, quantity, Rounding::Up);
    const auto fee = value ? fee_of(*value, fee_rate) : tl::make_unexpected(value.error());
    if (!fee) return false;  // beyond 1.7e20: such an order is never let in

    OrderFilled event;
    event.intent = order.intent;
    event.account = terms.account;
    event.strategy = terms.strategy;
    event.instrument = terms.instrument;
    event.trade_id =
        "paper-" + std::to_string(order.intent.value) + "-" + std::to_string(order.fills + 1);
    event.side = terms.side;
    event.price = seat.reaction.price;
    event.quantity = quantity;
    event.fee = *fee;
    event.fee_currency = std::string(terms.instrument.quote());
    event.liquidity = seat.reaction.liquidity;

    account_.book(event, now_);
    pool(seat.reaction.pool) -= quantity;
    order.filled += quantity;
    ++order.fills;
    for (auto& other : seats_) {
        if (other.order.shares_group_with(order)) other.order.filled_by_group += quantity;
    }
    out_.emit(std::move(event));
    return true;
}

void Desk::cancel(const Seat& seat, std::string_view reason) {
    out_.emit(OrderCanceled{seat.order.intent, seat.order.filled, std::string(reason), {}});
}

Quantity& Desk::pool(Pool which) {
    switch (which) {
        case Pool::Ask: return ask_;
        case Pool::Bid: return bid_;
        case Pool::Traded: return traded_;
    }
    return traded_;
}

}  // namespace tapedeck::paper
