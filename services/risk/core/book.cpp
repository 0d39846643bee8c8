#include "risk/core/book.h"

#include <algorithm>

namespace tapedeck::risk {

namespace {

int sign_of(Decimal value) {
    return value.is_positive() ? 1 : value.is_negative() ? -1 : 0;
}

/// A share of `whole` in proportion part / all; the whole if it cannot be computed: worst case.
Money in_proportion(Money whole, Quantity part, Quantity all, Rounding rounding) {
    if (part == all) return whole;
    const auto ratio = ratio_of(part, all, rounding);
    if (!ratio) return whole;
    return portion(whole, *ratio, rounding).value_or(whole);
}

}  // namespace

bool Holding::is_unwanted() const {
    return wanted && sign_of(wanted->target.exposure.decimal()) != sign_of(quantity.decimal());
}

void Tally::roll(Time now) {
    const std::int64_t today = utc_day(now);
    if (today == day) return;
    day = today;
    entries = orders = fills = 0;
}

void Tally::approve(bool is_entry, Time now, std::int64_t recent_max) {
    ++orders;
    if (is_entry) ++entries;
    recent.push_back(now);
    while (static_cast<std::int64_t>(recent.size()) > recent_max) recent.pop_front();
}

std::int64_t Tally::approved_within(Duration window, Time now) const {
    // Nanoseconds say where in a frame a record stands, and a restart moves what comes behind it: a
    // limit must not turn on them.
    const auto coarse = [](Time at) { return std::chrono::floor<std::chrono::milliseconds>(at); };
    return std::count_if(
        recent.begin(), recent.end(), [&](Time at) { return coarse(now) - coarse(at) < window; });
}

void Book::approved(Seq seq, const OrderApproved& approved, Time now, std::int64_t recent_max) {
    const Key key{approved.terms.instrument, approved.terms.strategy};
    Holding& holding = holdings[key];
    OpenOrder& order = orders[seq];
    order.terms = approved.terms;
    order.reserved = approved.reserved;
    order.stop_price = approved.stop_price;
    order.take_profit_price = approved.take_profit_price;
    order.approved_at = now;
    tally.approve(order.is_entry(), now, recent_max);
    const bool is_verdict = open_targets.erase(approved.target) == 1;
    const bool is_standing = holding.wanted && holding.wanted->seq == approved.target;
    if (order.is_entry()) {
        holding.last_entry = LastEntry{
            .at = now,
            .side = approved.terms.side,
            .quantity = approved.terms.quantity,
            .exposure = {}};
        if (is_standing) holding.last_entry->exposure = holding.wanted->target.exposure;
    }
    if (is_verdict && is_standing) {
        const bool opens = !holding.wanted->target.exposure.is_zero();
        holding.wanted->reverses = opens && order.is_exit() && holding.is_unwanted();
    } else if (is_standing && order.is_entry()) {
        holding.wanted->reverses = false;  // the second half of a reversal
    }
}

void Book::denied(const OrderDenied& denied) {
    open_targets.erase(denied.target);
    const auto holding = holdings.find({denied.instrument, denied.strategy});
    if (holding == holdings.end() || !holding->second.wanted) return;
    Wanted& wanted = *holding->second.wanted;
    if (wanted.seq == denied.target) wanted.reverses = false;
}

void Book::cancel_approved(const CancelApproved& approved) {
    if (OpenOrder* order = find(approved.intent)) order->cancel_asked = true;
}

void Book::amend_approved(const AmendApproved& approved) {
    if (OpenOrder* order = find(approved.intent)) order->amend_asked = true;
}

void Book::tripped(const EmergencyStopTripped& tripped, Seq cause, Time now) {
    // What trips while another stop stands is the same trouble.
    if (trips.empty()) stage.raise(std::string(to_string(tripped.code)), cause);
    trips.emplace(
        tripped.code,
        Trip{.day = utc_day(now), .flattens = tripped.flattens, .release_asked = false});
}

void Book::released(const EmergencyStopReleased& released) {
    trips.erase(released.code);
}

void Book::ask_release() {
    for (auto& [code, trip] : trips) trip.release_asked = true;
}

void Book::target(Seq seq, const TargetSet& target, Time now) {
    const Key key{target.instrument, target.strategy};
    open_targets.emplace(seq, key);
    std::optional<Wanted>& wanted = holdings[key].wanted;
    const bool restated = wanted && wanted->target.exposure == target.exposure;
    wanted = Wanted{
        .seq = seq, .set_at = now, .target = target, .restated = restated, .reverses = false};
}

void Book::intended(Seq seq, const OrderIntended& intended) {
    const auto order = orders.find(intended.approved);
    if (order == orders.end()) return;
    order->second.intent = seq;
    order->second.terms = intended.terms;  // a close may have become smaller
}

void Book::dropped(const OrderDropped& dropped, Time now) {
    const auto order = orders.find(dropped.approved);
    if (order == orders.end()) return;
    // A close that a kill has crossed is not asked for again at once, or the two would talk without
    // end; protection that it has crossed was refused by nobody.
    const bool is_crossed = dropped.reason == "killed" && !order->second.is_exit();
    end(order, dropped.reason != "position_closed" && !is_crossed, now);
}

bool Book::filled(const OrderFilled& filled, Time now) {
    ++tally.fills;
    Holding& holding = holdings[{filled.instrument, filled.strategy}];
    const bool was_flat = holding.quantity.is_zero();
    const bool moved = move_position(holding, filled, now);
    positions += static_cast<int>(was_flat) - static_cast<int>(holding.quantity.is_zero());

    const auto order = std::find_if(orders.begin(), orders.end(), [&](const auto& entry) {
        return entry.second.intent == filled.intent;
    });
    if (order == orders.end() || !filled.intent.exists()) return moved;
    OpenOrder& open = order->second;
    if (open.is_entry()) {
        holding.stop_price = open.stop_price;
        holding.take_profit_price = open.take_profit_price;
    }
    if (open.is_exit()) holding.exiting = {};
    const Quantity before = open.remaining();
    const auto cumulated = sum(open.filled, filled.quantity);
    open.filled = std::min(cumulated.value_or(open.terms.quantity), open.terms.quantity);
    open.unknown = false;
    open.reserved = in_proportion(open.reserved, open.remaining(), before, Rounding::Up);
    if (open.remaining().is_zero()) orders.erase(order);
    return moved;
}

bool Book::move_position(Holding& holding, const OrderFilled& filled, Time now) {
    const bool buys = filled.side == Side::Buy;
    const Quantity change = buys ? filled.quantity : -filled.quantity;
    const auto after = sum(holding.quantity, change);
    const auto paid = notional(filled.price, change, Rounding::HalfEven);
    if (!after || !paid) return false;
    const int side_before = sign_of(holding.quantity.decimal());
    const int side_after = sign_of(after->decimal());
    if (side_after == 0) {
        holding.cost = {};
    } else if (side_before == side_after && after->abs() < holding.quantity.abs()) {
        holding.cost = in_proportion(holding.cost, *after, holding.quantity, Rounding::HalfEven);
    } else if (side_before == side_after || side_before == 0) {
        holding.cost = sum(holding.cost, *paid).value_or(*paid);
    } else {  // the fill crossed zero: what is left was bought at its price
        holding.cost = notional(filled.price, *after, Rounding::HalfEven).value_or(*paid);
    }
    if (side_after != side_before) {
        holding.stop_price.reset();
        holding.take_profit_price.reset();
        holding.stopping = {};
        holding.profiting = {};
        holding.exiting = {};
        holding.best_price = side_after == 0 ? Price{} : filled.price;
        if (side_after == 0) holding.closed_at = now;
    }
    holding.quantity = *after;
    return true;
}

void Book::amended(const OrderAmended& amended) {
    OpenOrder* order = find(amended.intent);
    if (order == nullptr) return;
    order->terms.quantity = std::max(amended.quantity, order->filled);
    if (amended.limit_price) order->terms.limit_price = amended.limit_price;
    if (amended.trigger_price) order->terms.trigger_price = amended.trigger_price;
    order->amend_asked = false;
    order->amending = {};
    order->unknown = false;
    if (order->remaining().is_zero()) ended(amended.intent, false, {});
}

void Book::amend_rejected(Seq intent, Time now) {
    if (OpenOrder* order = find(intent)) {
        order->amend_asked = false;
        order->amending.note(now);
    }
}

void Book::accepted(Seq intent) {
    if (OpenOrder* order = find(intent)) order->unknown = false;
}

void Book::unknown(Seq intent) {
    if (OpenOrder* order = find(intent)) order->unknown = true;
}

void Book::ended(Seq intent, bool refused, Time now) {
    const auto order = std::find_if(orders.begin(), orders.end(), [&](const auto& entry) {
        return entry.second.intent == intent && intent.exists();
    });
    if (order != orders.end()) end(order, refused, now);
}

void Book::end(std::map<Seq, OpenOrder>::iterator order, bool refused, Time now) {
    const OpenOrder& open = order->second;
    Holding& holding = holdings[{open.terms.instrument, open.terms.strategy}];
    if (refused && open.is_exit()) holding.exiting.note(now);
    if (refused && open.terms.purpose == OrderPurpose::StopLoss) holding.stopping.note(now);
    if (refused && open.terms.purpose == OrderPurpose::TakeProfit) holding.profiting.note(now);
    orders.erase(order);
}

void Book::forget_failed_exits() {
    for (auto& [key, holding] : holdings) holding.exiting = {};
}

void Book::priced(const Instrument& instrument, Price price) {
    for (auto it = holdings.lower_bound({instrument, {}});
         it != holdings.end() && it->first.instrument == instrument;
         ++it) {
        Holding& holding = it->second;
        if (holding.quantity.is_zero()) continue;
        const bool better =
            holding.is_long() ? price > holding.best_price : price < holding.best_price;
        if (better) holding.best_price = price;
    }
}

OpenOrder* Book::find(Seq intent) {
    if (!intent.exists()) return nullptr;
    for (auto& [seq, order] : orders) {
        if (order.intent == intent) return &order;
    }
    return nullptr;
}

OrdersOfKey orders_of(const Book& book, const Key& key) {
    OrdersOfKey result;
    for (const auto& [seq, order] : book.orders) {
        if (order.terms.instrument != key.instrument || order.terms.strategy != key.strategy) {
            continue;
        }
        switch (order.terms.purpose) {
            case OrderPurpose::Entry: result.entry = &order; break;
            case OrderPurpose::Exit:
            case OrderPurpose::Emergency: result.exit = &order; break;
            case OrderPurpose::StopLoss: result.stop = &order; break;
            case OrderPurpose::TakeProfit: result.take_profit = &order; break;
        }
    }
    return result;
}

}  // namespace tapedeck::risk
