#pragma once

// For tests only: candles, a rule that is easy to steer, and what to expect.

#include "strategy/core/strategies.h"
#include "testing/given.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::strategy::test {

using namespace tapedeck::testing;
using namespace std::chrono_literals;

inline const Instrument kBtc = instrument("kraken:BTC/EUR");
inline const Instrument kEth = instrument("kraken:ETH/EUR");
inline const Time kStart = time("2026-03-01T00:00Z");

/// A candle that opens where it closes but for `spread` on either side.
inline CandleClosed candle(
    Time open_time, std::string_view close, const Instrument& of = kBtc, Duration interval = 1min) {
    CandleClosed result;
    result.instrument = of;
    result.interval = interval;
    result.open_time = open_time;
    result.open = price(close);
    result.high = price(close) + price("1");
    result.low = price(close) - price("1");
    result.close = price(close);
    result.volume = quantity("1");
    return result;
}

/// Long at 200 and above, short at 50 and below; a reading is NaN at 13. Knows no warm-up.
class Levels final : public Archived<Levels> {
public:
    void take(const Bar& bar) override { close_ = bar.close; }

    Evaluation evaluate() const override {
        static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
        Readings readings;
        readings.add("level", close_ == 13 ? kNan : close_);
        if (close_ >= 200) return signal({"high", ""}, readings, 1);
        if (close_ <= 50) return signal({"low", ""}, readings, -1);
        return no_signal({"middle", ""}, readings, std::min(200 - close_, close_ - 50));
    }

    std::uint64_t bars_needed() const override { return 1; }

    template <class A>
    void archive(A& a) {
        a(close_);
    }

private:
    double close_ = 0;
};

inline const std::vector<Kind>& kinds_with_levels() {
    static const std::vector<Kind> kKinds = [] {
        Kind kind;
        kind.name = "levels";
        kind.reasons = {{"high", ""}, {"low", ""}, {"middle", ""}};
        kind.readings = {"level"};
        kind.problems = [](const Settings&) { return std::vector<Problem>{}; };
        kind.make = [](const Settings&) -> std::unique_ptr<Strategy> {
            return std::make_unique<Levels>();
        };
        return std::vector<Kind>{kind};
    }();
    return kKinds;
}

using Entries = std::vector<std::pair<std::string, std::string>>;

/// The start of the service with [strategy.a] of kind levels on BTC, and what is given besides.
inline ServiceStarted levels_started(Entries more = {}) {
    Entries entries = {
        {"strategy.a.kind", "levels"},
        {"strategy.a.instruments", "kraken:BTC/EUR"},
        {"strategy.a.atr_period", "1"}};
    for (auto& entry : more) entries.push_back(std::move(entry));
    return started("strategy", std::move(entries));
}

/// A tape with a strategy service on it, and a clock that goes from candle to candle.
class Market : public Story<Strategies> {
public:
    explicit Market(const std::vector<Kind>& kinds = kinds_with_levels())
        : Story<Strategies>(kinds) {}

    /// The next candle of BTC, a minute after the last, recorded at its close.
    CandleClosed next(std::string_view close) {
        const CandleClosed result = candle(open_, close);
        open_ += 1min;
        at(open_);
        return result;
    }

    /// Leaves candles out.
    void skip(int candles) { open_ += candles * 1min; }

    std::vector<Event> plays(std::string_view close) { return play(next(close)); }

    /// The seq of the last event of type T on the tape.
    template <AnEvent T>
    Seq last() const {
        for (auto each = tape().rbegin(); each != tape().rend(); ++each) {
            if (each->event.as<T>() != nullptr) return each->seq;
        }
        return {};
    }

    /// A fill changed the position of strategy `a` in BTC to this.
    void holds(std::string_view position) {
        PositionChanged changed;
        changed.strategy = "a";
        changed.instrument = kBtc;
        changed.quantity = quantity(position);
        play(changed);
    }

    OrderDenied denied() const {
        OrderDenied result;
        result.target = last<TargetSet>();
        result.strategy = "a";
        result.instrument = kBtc;
        result.code = DenyCode::PriceStale;
        return result;
    }

private:
    Time open_ = kStart;
};

/// "signal high 1" for each decision: outcome, reason, count.
inline std::vector<std::string> decisions(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& each : only<DecisionMade>(events)) {
        result.push_back(
            std::string(to_string(each.outcome)) + ' ' + each.reason + ' ' +
            std::to_string(each.count));
    }
    return result;
}

/// The exposure of each target.
inline std::vector<std::string> targets(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& each : only<TargetSet>(events)) result.push_back(each.exposure.to_string());
    return result;
}

inline double reading(const DecisionMade& decision, std::string_view name) {
    for (const auto& each : decision.readings) {
        if (each.name == name) return each.value;
    }
    ADD_FAILURE() << "no reading " << name;
    return 0;
}

}  // namespace tapedeck::strategy::test
