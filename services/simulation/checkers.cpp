#include "simulation/checkers.h"

#include "base/overloaded.h"

#include <algorithm>

namespace tapedeck::simulation {

namespace {

/// Risk's max_position is 10 % of equity at the prices of the approval; fills come later, at prices
/// that may have moved.
constexpr int kPositionPercentMax = 15;

std::string at(Seq seq) {
    return "seq " + std::to_string(seq.value);
}

Money value_of(Price price, Quantity quantity, Rounding rounding) {
    return notional(price, quantity, rounding).value_or(Money{});
}

}  // namespace

void BooksChecker::take(const Recorded& recorded) {
    recorded.event.visit(overloaded{
        [&](const OrderFilled& fill) { take(fill, recorded.seq); },
        [&](const PositionChanged& changed) { take(changed, recorded.seq); },
        [&](const CandleClosed& candle) { prices_[candle.instrument] = candle.close; },
        [&](const TradePrinted& trade) { prices_[trade.instrument] = trade.price; },
        [&](const CashDeposited& deposit) {
            cash_[{deposit.account, deposit.currency}] += deposit.amount;
        },
        [](const auto&) {},  // the rest moves no money
    });
}

void BooksChecker::take(const OrderFilled& fill, Seq seq) {
    if (!trades_.emplace(fill.account, fill.instrument, fill.trade_id, fill.side).second) {
        verdict_.fail("books", "trade " + fill.trade_id + " is filled twice, again at " + at(seq));
        return;
    }
    const bool buys = fill.side == Side::Buy;
    const Quantity change = buys ? fill.quantity : -fill.quantity;
    const Money value = value_of(fill.price, fill.quantity, buys ? Rounding::Up : Rounding::Down);
    Quantity& position = positions_[{fill.account, fill.instrument, fill.strategy}];
    Quantity& held = held_[{fill.account, fill.instrument}];
    const std::string quote(fill.instrument.quote());
    Money& cash = cash_[{fill.account, quote}];
    position += change;
    held += change;
    cash += buys ? -value : value;
    cash_[{fill.account, fill.fee_currency}] -= fill.fee;
    unstated_[seq] = {position, held, cash};
    if (position.is_negative() || held.is_negative()) {
        verdict_.fail("books", "more was sold than held at " + at(seq));
    }
    if (cash.is_negative()) verdict_.fail("books", "more was spent than there was at " + at(seq));
    if (buys) check_exposure(fill, seq);
}

void BooksChecker::check_exposure(const OrderFilled& fill, Seq seq) {
    Money equity = cash_[{fill.account, std::string(fill.instrument.quote())}];
    for (const auto& [key, quantity] : held_) {
        const auto price = prices_.find(key.second);
        if (price != prices_.end()) equity += value_of(price->second, quantity, Rounding::Down);
    }
    const Quantity held = held_[{fill.account, fill.instrument}];
    const Money value = value_of(fill.price, held, Rounding::Down);
    const auto most = divide(
        Decimal::from_units(equity.decimal().units() * kPositionPercentMax),
        Decimal::from_integer(100),
        Rounding::Up);
    if (!most || value.decimal() > *most) {
        verdict_.fail(
            "limits",
            fill.instrument.to_string() + " worth " + value.to_string() + " is held with equity " +
                equity.to_string() + " at " + at(seq));
    }
}

void BooksChecker::take(const PositionChanged& changed, Seq seq) {
    const auto fill = unstated_.find(changed.fill);
    if (fill == unstated_.end()) {
        verdict_.fail("books", "a fill is stated that is none, or twice, at " + at(seq));
        return;
    }
    const Stated& truth = fill->second;
    if (changed.quantity != truth.quantity || changed.cash != truth.cash ||
        changed.account_quantity != truth.account_quantity) {
        verdict_.fail(
            "books",
            "after the fill at " + at(changed.fill) + " there are " + truth.quantity.to_string() +
                " and " + truth.cash.to_string() + " in cash, stated are " +
                changed.quantity.to_string() + " and " + changed.cash.to_string());
    }
    unstated_.erase(fill);
}

void BooksChecker::finish() {
    if (unstated_.empty()) return;
    verdict_.fail("books", "the fill at " + at(unstated_.begin()->first) + " was never stated");
}

void OrdersChecker::say(const Recorded& recorded, const std::string& what) {
    verdict_.fail("orders", what + " at " + at(recorded.seq));
}

void OrdersChecker::take(const Recorded& recorded) {
    recorded.event.visit(overloaded{
        [&](const TargetSet&) { targets_.insert(recorded.seq); },
        [&](const OrderApproved& approved) { take(approved, recorded); },
        [&](const OrderDenied& denied) { take(denied, recorded); },
        [&](const OrderIntended& intended) { take(intended, recorded); },
        [&](const OrderDropped& dropped) {
            const auto found = approvals_.find(dropped.approved);
            if (found == approvals_.end() || std::exchange(found->second.is_used, true)) {
                say(recorded, "an approval is dropped that is none, or was used");
            }
        },
        [&](const OrderFilled& fill) { take(fill, recorded); },
        [&](const OrderAmended& amended) {
            const auto found = orders_.find(amended.intent);
            if (found == orders_.end()) return say(recorded, "an order is amended that is none");
            found->second.most = std::max(found->second.most, amended.quantity);
        },
        [&](const OrderCanceled& ended) { end(ended.intent, recorded); },
        [&](const OrderExpired& ended) { end(ended.intent, recorded); },
        [&](const OrderRejected& ended) { end(ended.intent, recorded); },
        [&](const KillEngaged&) {
            if (!killed_) killed_ = recorded.seq;
        },
        [&](const KillReleased&) { killed_.reset(); },
        [](const auto&) {},  // the rest is no order's business
    });
}

void OrdersChecker::take(const OrderApproved& approved, const Recorded& recorded) {
    targets_.erase(approved.target);
    if (approved.target >= recorded.seq) say(recorded, "an approval of what comes after it");
    const bool all_passed =
        std::all_of(approved.checks.begin(), approved.checks.end(), [](const RuleCheck& c) {
            return c.passed;
        });
    if (!all_passed) say(recorded, "an approval against a rule");
    if (approved.terms.purpose == OrderPurpose::Entry && approved.checks.empty()) {
        say(recorded, "an entry that no rule was asked about");
    }
    approvals_.emplace(recorded.seq, Approval{approved.terms, false});
}

void OrdersChecker::take(const OrderDenied& denied, const Recorded& recorded) {
    targets_.erase(denied.target);
    const bool has_rule =
        std::any_of(denied.checks.begin(), denied.checks.end(), [&](const RuleCheck& check) {
            return check.code == denied.code && !check.passed;
        });
    if (!denied.checks.empty() && !has_rule) say(recorded, "a denial without its rule");
}

void OrdersChecker::take(const OrderIntended& intended, const Recorded& recorded) {
    const auto found = approvals_.find(intended.approved);
    if (found == approvals_.end() || std::exchange(found->second.is_used, true)) {
        return say(recorded, "an order without an approval of its own");
    }
    OrderTerms terms = intended.terms;
    const OrderTerms& approved = found->second.terms;
    if (terms.quantity > approved.quantity) say(recorded, "an order beyond its approval");
    terms.quantity = approved.quantity;  // what is to be closed may have become less
    if (terms != approved) say(recorded, "an order on other terms than approved");
    const bool enters = approved.purpose == OrderPurpose::Entry;
    if (enters && killed_ && recorded.cause >= *killed_) say(recorded, "an entry after a kill");
    Order order;
    order.terms = intended.terms;
    order.most = intended.terms.quantity;
    orders_.emplace(recorded.seq, order);
}

void OrdersChecker::take(const OrderFilled& fill, const Recorded& recorded) {
    const auto found = orders_.find(fill.intent);
    if (found == orders_.end()) return say(recorded, "a fill of no order");
    Order& order = found->second;
    order.filled += fill.quantity;
    if (order.filled > order.most) say(recorded, "an order is filled beyond its terms");
    if (fill.side != order.terms.side || fill.instrument != order.terms.instrument ||
        fill.strategy != order.terms.strategy || fill.account != order.terms.account) {
        say(recorded, "a fill of another order's kind");
    }
    if (order.is_over) say(recorded, "a fill of an order that is over");
}

void OrdersChecker::end(Seq intent, const Recorded& recorded) {
    const auto found = orders_.find(intent);
    if (found == orders_.end()) return say(recorded, "an end of no order");
    if (std::exchange(found->second.is_over, true)) say(recorded, "an order ends twice");
}

void OrdersChecker::finish() {
    if (targets_.empty()) return;
    verdict_.fail("explained", "the target at " + at(*targets_.begin()) + " has no verdict");
}

}  // namespace tapedeck::simulation
