#include "strategy/core/strategies.h"

#include "base/overloaded.h"

#include <algorithm>
#include <utility>

namespace tapedeck::strategy {

// Folding: market data, own words, what became of targets, controls. The configuration is in
// configuration.cpp, snapshots in snapshot.cpp.

void Strategies::apply(const Recorded& recorded) {
    const Seq seq = recorded.seq;
    recorded.event.visit(overloaded{
        [&](const CandleClosed& candle) { apply(candle, recorded); },
        [&](const MarketDataGap& gap) { apply(gap); },
        [&](const InstrumentListed& listed) { ticks_[listed.instrument] = listed.price_tick; },
        [&](const ServiceStarted& started) {
            if (started.service == kService) apply(started, recorded);
        },
        [&](const DecisionMade& decision) { apply(decision, recorded); },
        [&](const TargetSet& target) { apply(target, recorded); },
        [&](const StrategyStateChanged& changed) { apply(changed); },
        [&](const OrderApproved& approved) {
            const auto& terms = approved.terms;
            Line* line = find(terms.strategy, terms.instrument);
            if (line != nullptr) line->stance().hear(approved, seq);
        },
        [&](const OrderDenied& denied) {
            Line* line = find(denied.strategy, denied.instrument);
            if (line != nullptr) line->stance().hear(denied);
        },
        [&](const OrderIntended& intended) {
            Line* line = find(intended.terms.strategy, intended.terms.instrument);
            if (line != nullptr) line->stance().hear(intended, seq);
        },
        [&](const OrderDropped& dropped) {
            for_each_line([&](Line& line) { line.stance().hear(dropped); });
        },
        [&](const OrderRejected& rejected) {
            for_each_line([&](Line& line) { line.stance().hear_end(rejected.intent, false); });
        },
        [&](const OrderCanceled& canceled) {
            const bool is_filled = canceled.filled.is_positive();
            for_each_line([&](Line& line) { line.stance().hear_end(canceled.intent, is_filled); });
        },
        [&](const OrderExpired& expired) {
            const bool is_filled = expired.filled.is_positive();
            for_each_line([&](Line& line) { line.stance().hear_end(expired.intent, is_filled); });
        },
        [&](const OrderResolved& resolved) {
            if (resolved.resolution != Resolution::NeverArrived) return;
            for_each_line([&](Line& line) { line.stance().hear_end(resolved.intent, false); });
        },
        [&](const PositionChanged& changed) { apply(changed, recorded); },
        [&](const TradingPaused& paused) { apply(paused, recorded); },
        [&](const TradingResumed& resumed) { apply(resumed, recorded); },
        [&](const FlattenOrdered& flatten) {
            if (!flatten.instrument.empty()) return;
            is_all_paused_ = true;  // which it implies
            states_at_ = seq;
        },
        [&](const StrategyStopped& stopped) { apply(stopped, recorded); },
        [&](const StrategyStarted& started) {
            stopped_.erase(started.strategy);
            states_at_ = seq;
        },
        [](const auto&) {},  // the rest of the tape is not this decider's business
    });
}

void Strategies::decide(const Recorded& recorded, Outbox& out) const {
    if (states_at_ == recorded.seq) speak_states(out);
    if (due_at_ != recorded.seq) return;
    for (const Configured& configured : all_) {
        for (const Line& line : configured.lines) line.speak(recorded.seq, out);
    }
}

void Strategies::apply(const CandleClosed& candle, const Recorded& recorded) {
    const auto* places = listeners_of(candle.instrument);
    if (places == nullptr) return;
    const std::optional<Bar> bar = bar_of(candle);
    for (const Place& place : *places) {
        Configured& configured = all_[place.configured];
        Line& line = configured.lines[place.line];
        line.take(candle, bar, context(configured, recorded));
        if (line.is_due_at(recorded.seq)) due_at_ = recorded.seq;
    }
}

void Strategies::apply(const MarketDataGap& gap) {
    const auto* places = listeners_of(gap.instrument);
    if (places == nullptr) return;
    for (const Place& place : *places) all_[place.configured].lines[place.line].take(gap);
}

void Strategies::apply(const DecisionMade& decision, const Recorded& recorded) {
    Line* heard = find(decision.strategy, decision.instrument);
    if (heard == nullptr) return;
    heard->hear(decision, recorded.cause);
    for_each_line([&](Line& line) { line.void_targets_before(recorded.cause); });
    forget_settled();
}

void Strategies::apply(const TargetSet& target, const Recorded& recorded) {
    Line* heard = find(target.strategy, target.instrument);
    if (heard == nullptr) return;
    heard->hear(target, recorded.cause, context(*find(target.strategy), recorded));
    for_each_line([&](Line& line) { line.void_targets_before(recorded.cause); });
    forget_settled();
}

void Strategies::apply(const StrategyStateChanged& changed) {
    const Configured* configured = find(changed.strategy);
    if (configured == nullptr || configured->is_removed) {
        announced_.erase(changed.strategy);
    } else {
        announced_[changed.strategy] = changed;
    }
}

void Strategies::apply(const PositionChanged& changed, const Recorded& recorded) {
    Line* line = find(changed.strategy, changed.instrument);
    if (line == nullptr) return;
    line->stance().hear(changed, recorded.recorded_at);
    forget_settled();
}

void Strategies::apply(const TradingPaused& paused, const Recorded& recorded) {
    if (paused.scope == Scope::All) is_all_paused_ = true;
    if (paused.scope == Scope::Strategy) paused_.insert(paused.name);
    states_at_ = recorded.seq;
}

void Strategies::apply(const TradingResumed& resumed, const Recorded& recorded) {
    if (resumed.scope == Scope::All) is_all_paused_ = false;
    if (resumed.scope == Scope::Strategy) paused_.erase(resumed.name);
    states_at_ = recorded.seq;
}

void Strategies::apply(const StrategyStopped& stopped, const Recorded& recorded) {
    const bool is_new = stopped_.insert(stopped.strategy).second;
    states_at_ = recorded.seq;
    Configured* configured = find(stopped.strategy);
    if (configured == nullptr || !is_new) return;
    for (Line& line : configured->lines) {
        line.stop(context(*configured, recorded));
        if (line.is_due_at(recorded.seq)) due_at_ = recorded.seq;
    }
}

// Which strategy, which line.

Strategies::Configured* Strategies::find(std::string_view name) {
    const auto found = std::lower_bound(
        all_.begin(), all_.end(), name, [](const Configured& each, std::string_view wanted) {
            return each.name < wanted;
        });
    return found != all_.end() && found->name == name ? &*found : nullptr;
}

Line* Strategies::find(std::string_view strategy, const Instrument& instrument) {
    Configured* configured = find(strategy);
    if (configured == nullptr) return nullptr;
    for (Line& line : configured->lines) {
        if (line.instrument() == instrument) return &line;
    }
    return nullptr;
}

const std::vector<Strategies::Place>* Strategies::listeners_of(const Instrument& instrument) const {
    const auto found = std::lower_bound(
        listeners_.begin(),
        listeners_.end(),
        instrument,
        [](const Listeners& each, const Instrument& wanted) { return each.instrument < wanted; });
    if (found == listeners_.end() || found->instrument != instrument) return nullptr;
    return &found->places;
}

template <class Visit>
void Strategies::for_each_line(Visit visit) {
    for (Configured& configured : all_) {
        for (Line& line : configured.lines) visit(line);
    }
}

Context Strategies::context(const Configured& configured, const Recorded& recorded) const {
    return {
        .seq = recorded.seq,
        .now = recorded.recorded_at,
        .strategy = configured.name,
        .parameters = configured.parameters,
        .flat_because = flat_because(configured),
        .ticks = ticks_};
}

const Reason* Strategies::flat_because(const Configured& configured) const {
    if (configured.is_removed) return &reasons::kStrategyRemoved;
    if (!configured.failure.empty()) return &reasons::kStrategyFailed;
    return stopped_.count(configured.name) > 0 ? &reasons::kStrategyStopped : nullptr;
}

// What is known of each strategy.

bool Strategies::is_paused(const std::string& name) const {
    return is_all_paused_ || paused_.count(name) > 0;
}

StrategyStateChanged Strategies::state_of(const Configured& configured) const {
    StrategyStateChanged result;
    result.strategy = configured.name;
    result.kind = configured.own.text("kind", "");
    result.instruments = configured.own.list("instruments");
    result.reason = "running";
    if (const Reason* reason = flat_because(configured)) {
        result.state = configured.failure.empty() ? StrategyState::Stopped : StrategyState::Failed;
        result.reason = configured.failure.empty() ? reason->code : configured.failure;
    } else if (is_paused(configured.name)) {
        result.state = StrategyState::Paused;
        result.reason = is_all_paused_ ? "all_paused" : "strategy_paused";
    }
    return result;
}

/// By level: whatever the tape, or what is in flight, does not say yet.
void Strategies::speak_states(Outbox& out) const {
    std::map<std::string, StrategyStateChanged> known = announced_;
    for (const InFlight& each : out.in_flight()) {
        if (const auto* said = each.event.as<StrategyStateChanged>()) known[said->strategy] = *said;
    }
    for (const Configured& configured : all_) {
        const StrategyStateChanged state = state_of(configured);
        const auto found = known.find(configured.name);
        const bool is_known = found != known.end() && found->second == state;
        const bool was_ever_known = found != known.end();
        if (!is_known && (!configured.is_removed || was_ever_known)) out.emit(state);
        if (was_ever_known) known.erase(found);
    }
    for (auto& [name, state] : known) {  // no longer configured, and nothing left to see to
        if (state.reason == reasons::kStrategyRemoved.code) continue;
        state.state = StrategyState::Stopped;
        state.reason = reasons::kStrategyRemoved.code;
        out.emit(std::move(state));
    }
}

std::vector<StrategyStatus> Strategies::status() const {
    std::vector<StrategyStatus> result;
    for (const Configured& configured : all_) {
        if (configured.is_removed) continue;
        const StrategyStateChanged state = state_of(configured);
        StrategyStatus status;
        status.name = state.strategy;
        status.kind = state.kind;
        status.state = state.state;
        status.reason = state.reason;
        for (const Line& line : configured.lines) {
            if (line.is_retired()) continue;
            status.instruments.push_back(
                {line.instrument(),
                 line.target_said(),
                 line.last_decision(),
                 line.bars(),
                 line.bars_needed()});
        }
        result.push_back(std::move(status));
    }
    return result;
}

}  // namespace tapedeck::strategy
