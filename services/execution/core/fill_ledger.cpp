#include "execution/core/fill_ledger.h"

#include "base/overloaded.h"

#include <utility>

namespace tapedeck::execution {

bool FillLedger::fold(const Recorded& recorded) {
    return recorded.event.visit(overloaded{
        [&](const OrderIntended& event) {
            open_[recorded.seq].quantity = event.terms.quantity;
            return false;
        },
        [&](const OrderAmended& event) {
            const auto found = open_.find(event.intent);
            if (found == open_.end()) return false;
            found->second.quantity = event.quantity;
            if (found->second.filled >= event.quantity) close(event.intent);
            return false;
        },
        [&](const OrderFilled& event) { return fold_fill(event); },
        [&](const OrderCanceled& event) { return close(event.intent), false; },
        [&](const OrderExpired& event) { return close(event.intent), false; },
        [&](const OrderRejected& event) { return close(event.intent), false; },
        [&](const OrderResolved& event) {
            if (event.resolution != Resolution::Accepted) close(event.intent);
            return false;
        },
        [](const auto&) { return false; }});
}

bool FillLedger::fold_fill(const OrderFilled& fill) {
    FillKey key = FillKey::of(fill);
    if (!keys_.insert(key).second) return false;
    const auto found = open_.find(fill.intent);
    if (found == open_.end()) {
        age(std::move(key));
        return true;
    }
    Open& order = found->second;
    order.keys.push_back(std::move(key));
    order.filled += fill.quantity;
    if (order.filled >= order.quantity) close(fill.intent);
    return true;
}

void FillLedger::close(Seq intent) {
    auto closed = open_.extract(intent);
    if (closed.empty()) return;
    for (auto& key : closed.mapped().keys) age(std::move(key));
}

void FillLedger::age(FillKey key) {
    recent_.push_back(std::move(key));
    if (recent_.size() <= kRecent) return;
    keys_.erase(recent_.front());
    recent_.pop_front();
}

void FillLedger::derive() {
    keys_.clear();
    keys_.insert(recent_.begin(), recent_.end());
    for (const auto& [intent, order] : open_) keys_.insert(order.keys.begin(), order.keys.end());
}

}  // namespace tapedeck::execution
