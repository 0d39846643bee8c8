#include "research/report/order_facts.h"

#include "base/overloaded.h"

#include <chrono>

namespace tapedeck::research {

namespace {

double milliseconds(Duration passed) {
    return std::chrono::duration<double, std::milli>(passed).count();
}

template <class Map>
void bound(Map& map, std::size_t most) {
    while (map.size() > most) map.erase(map.begin());
}

bool is_wanted(OrderPurpose purpose) {
    return purpose == OrderPurpose::Entry || purpose == OrderPurpose::Exit;
}

}  // namespace

void OrderBook::apply(const Recorded& recorded, std::optional<Price> mark) {
    const Time now = recorded.recorded_at;
    recorded.event.visit(overloaded{
        [&](const DecisionMade& decision) { decided(decision); },
        [&](const TargetSet& target) {
            Target& kept = targets_[recorded.seq];
            kept.reference = target.reference_price;
            kept.reason = target.reason;
            kept.at = now;
            const auto& data = data_[recorded.cause.value % data_.size()];
            if (data.first == recorded.cause && data.first.exists()) kept.data_at = data.second;
            bound(targets_, kTargetsKept);
        },
        [&](const OrderApproved& approved) { approve(approved, recorded.seq, now); },
        [&](const OrderDenied& denied) { tally("denied", std::string(to_string(denied.code))); },
        [&](const OrderDropped& dropped) {
            approvals_.erase(dropped.approved);
            tally("dropped", dropped.reason);
        },
        [&](const OrderIntended& intended) { intend(recorded, intended, mark); },
        [&](const OrderSent& sent) {
            OrderFacts* facts = order(sent.intent);
            if (facts == nullptr || facts->sent_at != Time{}) return;
            facts->sent_at = now;
            if (facts->approved_at != Time{}) time(Stage::Sending, now - facts->approved_at);
            const auto target = targets_.find(facts->target);
            if (target == targets_.end() || target->second.data_at == Time{}) return;
            if (is_data_time_) return;
            tick_to_send_.push_back(milliseconds(now - target->second.data_at));
        },
        [&](const OrderAccepted& accepted) {
            OrderFacts* facts = order(accepted.intent);
            if (facts == nullptr || facts->accepted_at != Time{}) return;
            facts->accepted_at = now;
            if (facts->sent_at != Time{}) time(Stage::Acceptance, now - facts->sent_at);
        },
        [&](const OrderCanceled& canceled) { end(canceled.intent, "canceled", canceled.reason); },
        [&](const OrderExpired& expired) { end(expired.intent, "expired", "expired"); },
        [&](const OrderRejected& rejected) { end(rejected.intent, "rejected", rejected.code); },
        [&](const OrderUnknown& unknown) { tally("unknown", unknown.reason); },
        [&](const OrderAmended&) { tally("replaced", "amended"); },
        [&](const EmergencyStopTripped& stop) {
            tally("emergency_stop", std::string(to_string(stop.code)));
        },
        [&](const MarketDataGap& gap) { tally("gap", std::string(to_string(gap.reason))); },
        [&](const FeedStale& stale) { tally("stale", stale.instrument.to_string()); },
        [&](const DiscrepancyFound&) { tally("reconciliation", "discrepancy"); },
        [&](const ExternalOrderFound&) { tally("reconciliation", "external_order"); },
        [](const auto&) {},
    });
}

void OrderBook::decided(const DecisionMade& decision) {
    tally("decision", std::string(to_string(decision.outcome)), decision.count);
    if (decision.outcome == Outcome::Blocked) tally("blocked", decision.reason, decision.count);
}

void OrderBook::approve(const OrderApproved& approved, Seq seq, Time now) {
    OrderFacts& facts = approvals_[seq];
    facts.target = approved.target;
    facts.purpose = approved.terms.purpose;
    facts.type = approved.terms.type;
    facts.stop_price = approved.stop_price;
    facts.take_profit_price = approved.take_profit_price;
    facts.reason = approved.reason;
    facts.approved_at = now;
    const auto target = targets_.find(approved.target);
    if (target != targets_.end()) {
        facts.reference = target->second.reference;
        if (!target->second.reason.empty()) facts.reason = target->second.reason;
        time(Stage::Approval, now - target->second.at);
        if (target->second.data_at != Time{}) {
            time(Stage::Decision, target->second.at - target->second.data_at);
        }
    }
    if (facts.reason.empty()) facts.reason = to_string(facts.purpose);
    bound(approvals_, kTargetsKept);
}

void OrderBook::intend(
    const Recorded& recorded, const OrderIntended& intended, std::optional<Price> mark) {
    auto approval = approvals_.extract(intended.approved);
    OrderFacts& facts = orders_[recorded.seq];
    if (!approval.empty()) facts = std::move(approval.mapped());
    facts.purpose = intended.terms.purpose;
    facts.type = intended.terms.type;
    if (intended.terms.trigger_price) facts.reference = intended.terms.trigger_price;
    facts.arrival = mark;
    facts.ordered = intended.terms.quantity;
    facts.intended_at = recorded.recorded_at;
    const Price price = mark.value_or(facts.reference.value_or(Price{}));
    facts.arrival_value = price.decimal().to_double() * facts.ordered.decimal().to_double();
    ++orders_count_;
    tally("order", std::string(to_string(facts.purpose)));
    bound(orders_, kOrdersKept);
}

void OrderBook::filled(const OrderFilled& fill, Time now) {
    OrderFacts* facts = order(fill.intent);
    if (facts == nullptr) return;
    if (!facts->has_fill && facts->accepted_at != Time{})
        time(Stage::Fill, now - facts->accepted_at);
    facts->has_fill = true;
    facts->filled += fill.quantity;
    if (facts->filled >= facts->ordered) end(fill.intent, "filled", "filled");
}

void OrderBook::end(Seq intent, const char* how, const std::string& reason) {
    OrderFacts* facts = order(intent);
    if (facts != nullptr && facts->has_ended) return;
    tally(how, reason);
    if (facts == nullptr) return;
    facts->has_ended = true;
    if (!is_wanted(facts->purpose) || !facts->ordered.is_positive()) return;
    const double part = facts->filled.decimal().to_double() / facts->ordered.decimal().to_double();
    ++wanted_;
    wanted_value_ += facts->arrival_value;
    wanted_filled_ += facts->arrival_value * part;
}

OrderFacts* OrderBook::order(Seq intent) {
    const auto found = orders_.find(intent);
    return found == orders_.end() ? nullptr : &found->second;
}

const OrderFacts* OrderBook::find(Seq intent) const {
    const auto found = orders_.find(intent);
    return found == orders_.end() ? nullptr : &found->second;
}

void OrderBook::tally(const char* group, std::string key, std::uint64_t count) {
    tallies_[{group, std::move(key)}] += count;
}

void OrderBook::time(Stage stage, Duration passed) {
    if (is_data_time_ && stage != Stage::Fill) return;
    latencies_[static_cast<std::size_t>(stage)].push_back(milliseconds(passed));
}

void OrderBook::restart_counts() {
    tallies_.clear();
    for (auto& each : latencies_) each.clear();
    tick_to_send_.clear();
    orders_count_ = wanted_ = 0;
    wanted_value_ = wanted_filled_ = 0;
}

std::vector<Occurrences> OrderBook::tallies() const {
    std::vector<Occurrences> result;
    for (const auto& [key, count] : tallies_) result.push_back({key.first, key.second, count});
    return result;
}

std::uint64_t OrderBook::count(const std::string& group) const {
    std::uint64_t sum = 0;
    for (const auto& [key, count] : tallies_) {
        if (key.first == group) sum += count;
    }
    return sum;
}

std::optional<double> OrderBook::fill_ratio() const {
    if (wanted_value_ <= 0) return std::nullopt;
    return wanted_filled_ / wanted_value_;
}

}  // namespace tapedeck::research
