#include "venue-simulator/core/desk.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr std::int64_t kPoint = DecayingCounter::kPoint;
constexpr Duration kDeadlineMax = std::chrono::seconds(60);
constexpr const char* kByUser = "User requested";
constexpr const char* kUnknown = "EOrder:Unknown order";
constexpr const char* kTooFast = "EOrder:Rate limit exceeded";

}  // namespace

DecayingCounter& Desk::points(AccountId account, PairId pair) {
    return floor_.points.of(account, floor_.exchange.account(account).tier(), pair);
}

Outcome<> Desk::charge(AccountId account, PairId pair, std::int64_t cost, Time now) {
    DecayingCounter& counter = points(account, pair);
    if (!counter.has_room(cost, now)) return refuse(kTooFast);
    counter.add(cost, now);
    return {};
}

Outcome<OrderKey> Desk::add(AccountId account, const OrderTerms& terms, Time now) {
    TRY(charge(account, terms.pair, kPoint, now));
    return floor_.exchange.place(account, terms, now);
}

Outcome<std::vector<Outcome<OrderKey>>> Desk::add_batch(
    AccountId account, const std::vector<OrderTerms>& orders, Time now) {
    const auto count = static_cast<std::int64_t>(orders.size());
    TRY(charge(account, orders.front().pair, count * kPoint / 2, now));
    for (const auto& terms : orders) TRY(floor_.exchange.check_terms(terms));
    std::vector<Outcome<OrderKey>> placed;
    for (const auto& terms : orders) placed.push_back(floor_.exchange.place(account, terms, now));
    return placed;
}

Outcome<std::string> Desk::amend(
    AccountId account, OrderKey key, const AmendTerms& wish, Time now) {
    const Order& order = *floor_.exchange.find(key);
    const bool ends = wish.quantity && order.filled.is_positive() && *wish.quantity <= order.filled;
    const auto kind = ends ? Transaction::Cancel : Transaction::Amend;
    const std::int64_t fixed_part = ends ? 0 : 1;
    const std::int64_t cost = fixed_part + age_cost(kind, now - order.touched);
    TRY(charge(account, order.terms.pair, cost * kPoint, now));
    return floor_.exchange.amend(key, wish, now);
}

Outcome<OrderKey> Desk::edit(AccountId account, OrderKey key, const OrderTerms& terms, Time now) {
    const Order& order = *floor_.exchange.find(key);
    const std::int64_t cost = 1 + age_cost(Transaction::Edit, now - order.touched);
    TRY(charge(account, order.terms.pair, cost * kPoint, now));
    return floor_.exchange.replace(key, terms, now);
}

Outcome<> Desk::cancel(AccountId account, OrderKey key, Time now) {
    const Order& order = *floor_.exchange.find(key);
    const std::int64_t cost = age_cost(Transaction::Cancel, now - order.touched);
    TRY(charge(account, order.terms.pair, cost * kPoint, now));
    return floor_.exchange.cancel(key, kByUser, now);
}

Outcome<std::size_t> Desk::cancel_batch(
    AccountId account, const std::vector<OrderKey>& keys, Time now) {
    std::size_t count = 0;
    for (const OrderKey key : keys) {
        const Order& order = *floor_.exchange.find(key);
        if (!order.is_open()) continue;
        const std::int64_t cost = age_cost(Transaction::Cancel, now - order.touched);
        points(account, order.terms.pair).add(cost * kPoint, now);
        TRY(floor_.exchange.cancel(key, kByUser, now));
        ++count;
    }
    return count;
}

Outcome<std::size_t> Desk::cancel_all(AccountId account, Time now) {
    std::vector<OrderKey> keys;
    for (const Order* order : floor_.exchange.open_orders(account)) keys.push_back(order->key);
    return cancel_batch(account, keys, now);
}

Outcome<OrderKey> Desk::find_open(AccountId account, const std::string& id) const {
    const Order* order = floor_.exchange.find(id);
    if (order == nullptr || order->account != account || !order->is_open()) return refuse(kUnknown);
    return order->key;
}

Outcome<OrderKey> Desk::find_open_client(AccountId account, const std::string& client_id) const {
    const Order* order = floor_.exchange.find_client_id(account, client_id);
    if (order == nullptr || !order->is_open()) return refuse(kUnknown);
    return order->key;
}

std::vector<OrderKey> Desk::find_open_userref(AccountId account, std::int64_t userref) const {
    std::vector<OrderKey> keys;
    for (const Order* order : floor_.exchange.open_orders(account)) {
        if (order->terms.userref == userref) keys.push_back(order->key);
    }
    return keys;
}

Outcome<> check_deadline(const std::optional<Time>& deadline, const Moment& at, Duration least) {
    if (!deadline) return {};
    if (*deadline <= at.now) return refuse("EService:Deadline elapsed");
    if (*deadline < at.received + least || *deadline > at.received + kDeadlineMax) {
        return refuse("EGeneral:Invalid arguments:deadline");
    }
    return {};
}

}  // namespace tapedeck::venue_simulator
