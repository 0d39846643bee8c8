#include "cli/silence.h"

#include "base/overloaded.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace tapedeck::cli {

namespace {

constexpr std::string_view kNearestMiss = "nearest_miss";

const Reading* reading_named(const std::vector<Reading>& readings, std::string_view name) {
    const auto found = std::find_if(
        readings.begin(), readings.end(), [&](const Reading& each) { return each.name == name; });
    return found == readings.end() ? nullptr : &*found;
}

/// Listens to the tape for one strategy and instrument.
class Listener {
public:
    Listener(std::string strategy, Instrument instrument, std::pair<Time, Time> window)
        : strategy_(std::move(strategy)), instrument_(instrument) {
        silence_.from = window.first;
        silence_.to = window.second;
    }

    /// False: nothing that follows can concern the window.
    bool take(const Recorded& recorded) {
        const bool after = recorded.recorded_at > silence_.to;
        const bool inside = !after && recorded.recorded_at >= silence_.from;
        if (inside) {
            if (!silence_.first.exists()) silence_.first = recorded.seq;
            silence_.last = recorded.seq;
        }
        if (!after) hear_obstacles(recorded);
        if (const auto* candle = recorded.event.as<CandleClosed>()) {
            if (candle->instrument == instrument_) candles_.push_back(recorded.seq);
            if (inside && candle->instrument == instrument_) ++silence_.candles;
            return true;
        }
        if (const auto* decision = recorded.event.as<DecisionMade>()) {
            if (is_ours(decision->strategy, decision->instrument)) hear(*decision);
            // The first word after the window closes the run that reached out of it.
            return !(after && is_ours(decision->strategy, decision->instrument));
        }
        if (inside) hear_outcome(recorded);
        return true;
    }

    Silence finish() {
        for (const auto& [key, obstacle] : open_) add(obstacle, std::nullopt);
        count_runs();
        const auto more = [](const auto& a, const auto& b) { return a.count > b.count; };
        std::stable_sort(silence_.sorts.begin(), silence_.sorts.end(), more);
        std::stable_sort(silence_.refusals.begin(), silence_.refusals.end(), more);
        return std::move(silence_);
    }

private:
    bool is_ours(const std::string& strategy, const Instrument& instrument) const {
        return strategy == strategy_ && instrument == instrument_;
    }

    void hear(const DecisionMade& decision) {
        silence_.is_known = true;
        runs_.push_back(decision);
        // Long before the window nothing of it matters any more.
        const bool past = !silence_.first.exists() || decision.last_cause < silence_.first;
        if (past && runs_.size() > 1) runs_.erase(runs_.begin(), runs_.end() - 1);
    }

    /// Candles from … to; both are causes.
    std::uint64_t candles_between(Seq from, Seq to) const {
        const auto first = std::lower_bound(candles_.begin(), candles_.end(), from);
        const auto end = std::upper_bound(first, candles_.end(), to);
        return static_cast<std::uint64_t>(end - first);
    }

    void count_runs() {
        if (!silence_.first.exists()) return;
        Seq told;
        for (const auto& run : runs_) {
            told = std::max(told, run.last_cause);
            const Seq from = std::max(run.first_cause, silence_.first);
            const Seq to = std::min(run.last_cause, silence_.last);
            if (to < from) continue;
            count(run, from, to);
        }
        silence_.unrecorded = candles_between(std::max(told.next(), silence_.first), silence_.last);
    }

    void count(const DecisionMade& run, Seq from, Seq to) {
        const bool whole = from == run.first_cause && to == run.last_cause;
        std::uint64_t share = run.count;
        if (!whole) {
            const auto all = candles_between(run.first_cause, run.last_cause);
            const auto inside = candles_between(from, to);
            share = all == 0 ? 0 : (run.count * inside + all / 2) / all;
        }
        if (share == 0) return;
        silence_.evaluations += share;
        if (run.outcome == Outcome::Signal) silence_.signals += share;
        auto& sorts = silence_.sorts;
        auto sort = std::find_if(sorts.begin(), sorts.end(), [&](const auto& each) {
            return each.outcome == run.outcome && each.reason == run.reason;
        });
        if (sort == sorts.end()) {
            sorts.push_back({});
            sort = std::prev(sorts.end());
            sort->outcome = run.outcome;
            sort->reason = run.reason;
        }
        sort->count += share;
        sort->is_estimate = sort->is_estimate || !whole;
        const Reading* miss = reading_named(run.readings, kNearestMiss);
        const bool nearer =
            miss != nullptr && (!sort->nearest_miss || miss->value < *sort->nearest_miss);
        if (nearer) {
            sort->nearest_miss = miss->value;
            sort->nearest = run.last_cause;
        }
        if (nearer || sort->readings.empty()) sort->readings = run.readings;
    }

    void hear_outcome(const Recorded& recorded) {
        if (const auto* denied = recorded.event.as<OrderDenied>()) {
            if (!is_ours(denied->strategy, denied->instrument)) return;
            refuse(*denied, recorded.seq);
        } else if (const auto* intended = recorded.event.as<OrderIntended>()) {
            if (!is_ours(intended->terms.strategy, intended->terms.instrument)) return;
            ++silence_.orders;
            silence_.last_order = recorded.seq;
        } else if (const auto* fill = recorded.event.as<OrderFilled>()) {
            if (is_ours(fill->strategy, fill->instrument)) ++silence_.fills;
        }
    }

    void refuse(const OrderDenied& denied, Seq seq) {
        auto& all = silence_.refusals;
        auto found = std::find_if(
            all.begin(), all.end(), [&](const auto& each) { return each.code == denied.code; });
        if (found == all.end()) {
            all.push_back({});
            found = std::prev(all.end());
            found->code = denied.code;
        }
        ++found->count;
        found->last = seq;
        found->check.reset();
        for (const auto& check : denied.checks) {
            if (check.code == denied.code && !check.passed) found->check = check;
        }
    }

    // What stood in the way: begins and ends are events.

    void begin(const std::string& key, std::string what, const Recorded& recorded) {
        open_.try_emplace(
            key, Silence::Obstacle{std::move(what), recorded.seq, recorded.recorded_at, {}});
    }

    void end(const std::string& key, const Recorded& recorded) {
        const auto found = open_.find(key);
        if (found == open_.end()) return;
        add(found->second, recorded.recorded_at);
        open_.erase(found);
    }

    void once(std::string what, const Recorded& recorded) {
        add({std::move(what), recorded.seq, recorded.recorded_at, {}}, recorded.recorded_at);
    }

    void add(Silence::Obstacle obstacle, std::optional<Time> to) {
        if (to && *to < silence_.from) return;
        obstacle.to = to;
        silence_.obstacles.push_back(std::move(obstacle));
    }

    bool concerns(Scope scope, const std::string& name) const {
        switch (scope) {
            case Scope::All: return true;
            case Scope::Strategy: return name == strategy_;
            case Scope::Instrument: return name == instrument_.name();
            case Scope::Venue: return name == instrument_.venue();
        }
        return false;
    }

    static std::string pause_key(Scope scope, const std::string& name) {
        return "pause " + std::string(to_string(scope)) + ' ' + name;
    }

    void hear_obstacles(const Recorded& recorded) {
        recorded.event.visit(overloaded{
            [&](const TradingPaused& paused) {
                if (!concerns(paused.scope, paused.name)) return;
                std::string what = "paused by " + paused.request.by;
                if (!paused.request.reason.empty()) what += " \"" + paused.request.reason + "\"";
                begin(pause_key(paused.scope, paused.name), std::move(what), recorded);
            },
            [&](const TradingResumed& resumed) {
                end(pause_key(resumed.scope, resumed.name), recorded);
            },
            [&](const KillEngaged&) { begin("kill", "killed", recorded); },
            [&](const KillReleased&) { end("kill", recorded); },
            [&](const StrategyStopped& stopped) {
                if (stopped.strategy == strategy_) begin("stop", "strategy stopped", recorded);
            },
            [&](const StrategyStarted& started) {
                if (started.strategy == strategy_) end("stop", recorded);
            },
            [&](const EmergencyStopTripped& tripped) {
                const std::string code(to_string(tripped.code));
                begin("emergency " + code, "emergency stop: " + code, recorded);
            },
            [&](const EmergencyStopReleased& released) {
                end("emergency " + std::string(to_string(released.code)), recorded);
            },
            [&](const FeedStale& stale) {
                if (stale.instrument == instrument_) begin("stale", "feed stale", recorded);
            },
            [&](const FeedRestored& restored) {
                if (restored.instrument == instrument_) end("stale", recorded);
            },
            [&](const MarketDataGap& gap) {
                if (gap.instrument != instrument_ || recorded.recorded_at < silence_.from) return;
                once(
                    fmt::format(
                        "gap in the data: {} {}",
                        gap.missing,
                        gap.missing == 1 ? "candle" : "candles"),
                    recorded);
            },
            [&](const StrategyStateChanged& changed) {
                if (changed.strategy != strategy_) return;
                silence_.is_known = silence_.is_known || trades(changed);
                end("state", recorded);
                if (changed.state == StrategyState::Failed) {
                    begin("state", "strategy failed: " + changed.reason, recorded);
                }
            },
            [&](const ServiceLost& lost) {
                if (matters(lost.service))
                    begin("lost " + lost.service, lost.service + " lost", recorded);
            },
            [&](const ServiceStarted& started) { end("lost " + started.service, recorded); },
            [&](const AccountLinkChanged& link) {
                if (link.venue != instrument_.venue()) return;
                const std::string key = "link " + link.account;
                if (link.is_up) return end(key, recorded);
                begin(key, "account \"" + link.account + "\" without its stream", recorded);
            },
            [&](const StageChanged& stage) {
                if (recorded.recorded_at < silence_.from) return;
                once("stage \"" + stage.to + "\": " + stage.reason, recorded);
            },
            [](const auto&) {},  // the rest stands in nobody's way
        });
    }

    bool trades(const StrategyStateChanged& changed) const {
        const auto& all = changed.instruments;
        return std::find(all.begin(), all.end(), instrument_.to_string()) != all.end();
    }

    /// Without these nothing is traded.
    static bool matters(const std::string& service) {
        return service == "strategy" || service == "risk" || service == "market-data" ||
               service.starts_with("execution.");
    }

    std::string strategy_;
    Instrument instrument_;
    Silence silence_;
    std::vector<Seq> candles_;
    std::vector<DecisionMade> runs_;
    std::map<std::string, Silence::Obstacle> open_;
};

}  // namespace

Result<Silence> gather_silence(
    TapeSource& tape,
    const std::string& strategy,
    const Instrument& instrument,
    std::pair<Time, Time> window) {
    Listener listener(strategy, instrument, window);
    const auto wanted = [](std::uint16_t type) {
        return type != TradePrinted::kType && type != QuoteChanged::kType &&
               type != ClockTicked::kType;
    };
    const Seq end = TRY(tape.end());
    TRY(tape.records(
        {1}, end, wanted, [&](const Recorded& recorded) { return listener.take(recorded); }));
    return listener.finish();
}

}  // namespace tapedeck::cli
