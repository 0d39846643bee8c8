// How an order that exists changes, and how it ends.
#include "base/verify.h"
#include "venue-simulator/core/exchange.h"
#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kEndedMax = 20'000;  // remembered orders of an account
constexpr const char* kByUser = "User requested";

OrderTerms changed_by(const OrderTerms& terms, const AmendTerms& wish) {
    OrderTerms result = terms;
    if (wish.quantity) result.quantity = *wish.quantity;
    if (wish.limit) result.limit = *wish.limit;
    if (wish.trigger) result.trigger = *wish.trigger;
    if (wish.post_only) result.post_only = *wish.post_only;
    return result;
}

}  // namespace

Outcome<> Exchange::check_amended(const Order& order, const OrderTerms& changed, Time now) const {
    TRY(check_modes(changed));
    TRY(check_terms(changed));
    // What is filled is paid already.
    OrderTerms rest_of_it = changed;
    rest_of_it.quantity = changed.quantity - order.filled;
    TRY(check_funds(order.account, rest_of_it, now, order.key));
    if (changed.post_only && !order.is_waiting() && would_cross(changed)) {
        return refuse("EOrder:Post only order");
    }
    return {};
}

Outcome<std::string> Exchange::amend(OrderKey key, const AmendTerms& wish, Time now) {
    Order& order = orders_.at(key);
    VERIFY(order.is_open());
    if (wish.limit && !has_limit(order.terms.type)) {
        return refuse("EGeneral:Invalid arguments:limit_price");
    }
    if (wish.trigger && !order.is_waiting()) {
        return refuse("EGeneral:Invalid arguments:trigger_price");
    }
    const OrderTerms changed = changed_by(order.terms, wish);
    const bool ends = order.filled.is_positive() && changed.quantity <= order.filled;
    if (ends) {
        TRY(check_modes(changed));
    } else {
        TRY(check_amended(order, changed, now));
    }
    if (order.amendments.empty()) {
        order.amendments.push_back(
            {make_id('T'),
             "original",
             order.terms.quantity,
             order.remaining(),
             order.terms.limit,
             order.terms.post_only,
             order.opened});
    }
    const std::string id = make_id('T');
    apply_amended(order, changed, now);
    order.amendments.push_back(
        {id, "user", changed.quantity, order.remaining(), changed.limit, changed.post_only, now});
    const PairId pair = order.terms.pair;
    say(ExecutionType::Amended, order, now);
    if (ends) {
        finish(order, OrderStatus::Canceled, kByUser, now);
    } else if (order.is_waiting()) {
        if (is_fired(order)) fired_.insert(pair);
    } else if (would_cross(order.terms)) {
        leave_book(order);
        enter(order, now);
    }
    fire_triggers(pair, now);
    return id;
}

/// Less of it keeps its place; more of it, or another price, goes to the back.
void Exchange::apply_amended(Order& order, const OrderTerms& changed, Time now) {
    const bool in_book = !order.is_waiting();
    const bool keeps_place =
        changed.limit == order.terms.limit && changed.quantity <= order.terms.quantity;
    if (in_book && !keeps_place) leave_book(order);
    order.terms = changed;
    if (order.terms.quantity < order.filled) order.terms.quantity = order.filled;
    order.touched = now;
    order.is_amended = true;
    if (!in_book) return;
    if (!keeps_place) {
        rest(order);
    } else if (order.remaining().is_positive()) {
        books_[order.terms.pair].resize(
            order.terms.side, order.terms.limit, order.key, order.remaining());
    }
}

Outcome<OrderKey> Exchange::replace(OrderKey key, const OrderTerms& terms, Time now) {
    Order& old = orders_.at(key);
    VERIFY(old.is_open());
    TRY(check(old.account, terms, now, key));
    const std::string replaced = old.id;
    const AccountId account = old.account;
    finish(old, OrderStatus::Canceled, "Order replaced", now);
    const OrderKey fresh = accept(account, terms, now);
    orders_.at(fresh).replaced = replaced;
    return fresh;
}

Outcome<> Exchange::cancel(OrderKey key, const std::string& reason, Time now) {
    Order& order = orders_.at(key);
    VERIFY(order.is_open());
    if (mode_ == SystemMode::Maintenance && !is_house(order)) {
        return refuse("EService:Unavailable");
    }
    finish(order, OrderStatus::Canceled, reason, now);
    return {};
}

std::size_t Exchange::cancel_all(AccountId account, const std::string& reason, Time now) {
    const std::set<OrderKey> open = open_[account];
    for (const OrderKey key : open) {
        finish(orders_.at(key), OrderStatus::Canceled, reason, now);
    }
    return open.size();
}

void Exchange::leave_book(Order& order) {
    order.is_resting = false;
    books_[order.terms.pair].remove(order.terms.side, order.terms.limit, order.key);
}

/// The order must be open. It may be gone afterwards, if it is the house's.
void Exchange::finish(Order& order, OrderStatus status, const std::string& reason, Time now) {
    VERIFY(order.is_open());
    if (order.is_resting) leave_book(order);
    waiting_[order.terms.pair].erase(order.key);
    if (order.terms.expires) expiries_.erase({*order.terms.expires, order.key});
    open_[order.account].erase(order.key);
    order.status = status;
    order.closed = now;
    order.reason = reason;
    if (!is_house(order)) {
        const auto type = status == OrderStatus::Filled    ? ExecutionType::Filled
                          : status == OrderStatus::Expired ? ExecutionType::Expired
                                                           : ExecutionType::Canceled;
        say(type, order, now);
    }
    ended_[order.account].push_back(order.key);
    forget_oldest();
}

/// The house's ended orders go at the next chance, those of accounts when there are too many.
void Exchange::forget_oldest() {
    constexpr std::size_t kHouseMax = 64;  // so that references in a match stay good
    for (auto& [account, ended] : ended_) {
        const std::size_t most = accounts_[account].is_house() ? kHouseMax : kEndedMax;
        while (ended.size() > most) {
            key_by_id_.erase(orders_.at(ended.front()).id);
            orders_.erase(ended.front());
            ended.pop_front();
        }
    }
}

}  // namespace tapedeck::venue_simulator
