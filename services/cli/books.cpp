#include "cli/books.h"

#include "tape/format.h"

namespace tapedeck::cli {

void Books::apply(const Recorded& recorded) {
    as_of_ = recorded.seq;
    time_ = recorded.recorded_at;
    Decider* const deciders[] = {&orders_, &portfolio_, &risk_, &strategies_, &venue_};
    if (recorded.event.as<TapeStarted>() != nullptr) {
        // The id makes client order ids; two runs are compared without it.
        Recorded nameless = recorded;
        nameless.event.as<TapeStarted>()->tape_id = 0;
        for (Decider* decider : deciders) decider->apply(nameless);
    } else {
        for (Decider* decider : deciders) decider->apply(recorded);
    }
    if (recorded.event.as<OrderIntended>() != nullptr) last_order_ = recorded.seq;
    if (const auto* fill = recorded.event.as<OrderFilled>()) {
        recent_fills_.push_back({recorded.seq, recorded.recorded_at, *fill});
        if (recent_fills_.size() > kRecentFills) recent_fills_.pop_front();
    }
    if (const auto* diverged = recorded.event.as<DecisionDiverged>()) {
        divergences_[diverged->service] = *diverged;
    } else if (const auto* started = recorded.event.as<ServiceStarted>()) {
        if (!started->resumed) divergences_.erase(started->service);
    }
    count(recorded.event);
}

void Books::count(const Event& event) {
    const std::uint16_t type = event.type();
    if (type >= TradePrinted::kType && type <= CandleClosed::kType) {
        ++counts_.market_data;
    } else if (const auto* decision = event.as<DecisionMade>()) {
        counts_.decisions += decision->count;
    } else if (event.as<TargetSet>() != nullptr) {
        ++counts_.targets;
    } else if (event.as<OrderIntended>() != nullptr) {
        ++counts_.orders;
    } else if (const auto* fill = event.as<OrderFilled>()) {
        ++counts_.fills;
        ++counts_.fills_by_line[{fill->strategy, fill->instrument.to_string()}];
    } else if (const auto* denied = event.as<OrderDenied>()) {
        ++counts_.denials[std::string(to_string(denied->code))];
    } else if (event.as<MarketDataRejected>() != nullptr) {
        ++counts_.rejected_data;
    } else if (event.as<MarketDataGap>() != nullptr) {
        ++counts_.gaps;
    }
}

Result<> Books::fold(TapeSource& tape, Seq to) {
    return tape.records(as_of_.next(), to, nullptr, [this](const Recorded& recorded) {
        apply(recorded);
        return true;
    });
}

std::vector<std::pair<std::string, std::string>> Books::state_hashes() const {
    std::vector<std::pair<std::string, std::string>> hashes;
    const auto add = [&](const char* name, const Decider& decider) {
        StateWriter writer;
        decider.save(writer);
        hashes.emplace_back(name, tape::to_hex(tape::sha256(writer.bytes())));
    };
    add("strategy", strategies_);
    add("risk", risk_);
    add("execution.orders", orders_);
    add("execution.portfolio", portfolio_);
    add("execution.paper", venue_);
    return hashes;
}

}  // namespace tapedeck::cli
