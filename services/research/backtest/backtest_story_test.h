#pragma once

#include "research/backtest/backtest.h"
#include "strategy/core/test_market.h"
#include "testing/given.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// For the tests: data written by hand, and a backtest over them that is easy to steer.
namespace tapedeck::research::testing {

using namespace tapedeck::testing;  // NOLINT: literals

inline const Instrument kBtc = instrument("kraken:BTC/EUR");
inline const Time kBegin = time("2026-03-01T00:00Z");

inline InstrumentListed listed(const Instrument& of) {
    return {
        .instrument = of,
        .price_tick = price("0.01"),
        .quantity_step = quantity("0.00000001"),
        .quantity_min = quantity("0.0001"),
        .notional_min = money("5")};
}

/// A feed of steps that are given to it.
class ListFeed final : public market_data::Feed {
public:
    ListFeed(std::vector<market_data::Step> steps, std::vector<InstrumentListed> listed)
        : steps_(std::move(steps)), listed_(std::move(listed)) {}

    Result<std::optional<market_data::Step>> next() override {
        if (at_ == steps_.size()) return std::optional<market_data::Step>{};
        return std::optional(steps_[at_++]);
    }

    std::string name() const override { return "list"; }

    std::string source() const override { return "by hand"; }

    std::vector<InstrumentListed> instruments() const override { return listed_; }

    Result<> skip_to(Time time) override {
        while (at_ < steps_.size() && steps_[at_].time <= time) ++at_;
        return {};
    }

    market_data::FeedCounts counts() const override { return {at_, 0}; }

private:
    std::vector<market_data::Step> steps_;
    std::vector<InstrumentListed> listed_;
    std::size_t at_ = 0;
};

/// Minutes of one market, one after the other.
class Minutes {
public:
    explicit Minutes(const Instrument& of = kBtc) : of_(of) {}

    /// "open high low close", as much traded as anybody may want.
    Minutes& candle(
        std::string_view open,
        std::string_view high,
        std::string_view low,
        std::string_view close,
        std::string_view volume = "1000") {
        const CandleClosed closed{
            .instrument = of_,
            .interval = std::chrono::minutes(1),
            .open_time = next_,
            .open = price(open),
            .high = price(high),
            .low = price(low),
            .close = price(close),
            .volume = quantity(volume),
            .trades = {}};
        next_ += std::chrono::minutes(1);
        return event(closed);
    }

    /// Opens, stays and closes at one price.
    Minutes& flat(std::string_view at) { return candle(at, at, at, at); }

    /// Something else that happened at the end of the minute before.
    Minutes& event(Event event) {
        if (steps_.empty() || steps_.back().time != next_) steps_.push_back({next_, {}});
        steps_.back().events.push_back({std::move(event), market_data::happened(next_)});
        return *this;
    }

    Recording recording() const {
        ListFeed feed(steps_, {listed(of_)});
        return Recording::load(feed, {}).value();
    }

    const std::vector<market_data::Step>& steps() const { return steps_; }

private:
    Instrument of_;
    Time next_ = kBegin;
    std::vector<market_data::Step> steps_;
};

/// Long at 200 and above, out (or short) at 50 and below, for 1000 EUR; a stop at 3 %, a
/// take-profit at 10 %; takers pay 0.2 %, makers 0.1 %; no latency, no slippage, all of a candle's
/// volume.
inline BacktestOptions steered(std::vector<std::pair<std::string, std::string>> more = {}) {
    BacktestOptions options;
    options.kinds = &strategy::test::kinds_with_levels();
    options.build = "1+a.x";
    const std::pair<const char*, const char*> kOurs[] = {
        {"strategy.a.kind", "levels"},
        {"strategy.a.instruments", "kraken:BTC/EUR"},
        {"strategy.a.atr_period", "1"},
        {"strategy.a.interval", "1m"},
        {"risk.currency", "EUR"},
        {"risk.sizing", "fixed"},
        {"risk.fixed_notional", "1000"},
        {"risk.max_position", "0.5"},
        {"risk.max_risk_per_trade", "0.1"},
        {"risk.day_trades", "100"},
        {"risk.stop_loss", "0.03"},
        {"risk.take_profit", "0.1"},
        {"risk.price_collar", "0.5"},
        {"paper.cash", "EUR:10000"},
        {"paper.fees", "flat"},
        {"paper.maker_fee", "0.001"},
        {"paper.taker_fee", "0.002"},
        {"paper.slippage_bps", "0"},
        {"paper.latency", "0s"},
        {"paper.participation", "1"}};
    for (const auto& [key, value] : kOurs) options.configuration.set(key, value);
    for (auto& [key, value] : more) options.configuration.set(std::move(key), std::move(value));
    return options;
}

/// What a backtest says, kept.
class Played {
public:
    explicit Played(const Recording& recording, const BacktestOptions& options = steered())
        : Played(recording.all(), options) {}

    Played(const RecordingView& data, const BacktestOptions& options)
        : backtest_(data, options, [this](const Recorded& each) { records_.push_back(each); }) {
        backtest_.run();
    }

    const std::vector<Recorded>& records() const { return records_; }

    const Backtest& backtest() const { return backtest_; }

    template <AnEvent T>
    std::vector<T> all() const {
        std::vector<T> found;
        for (const auto& each : records_) {
            if (const T* event = each.event.as<T>()) found.push_back(*event);
        }
        return found;
    }

    /// "buy 5 at 201 fee 2.01 taker", one a fill.
    std::vector<std::string> fills() const {
        std::vector<std::string> lines;
        for (const auto& fill : all<OrderFilled>()) {
            lines.push_back(
                std::string(to_string(fill.side)) + ' ' + fill.quantity.to_string() + " at " +
                fill.price.to_string() + " fee " + fill.fee.to_string() + ' ' +
                std::string(to_string(fill.liquidity)));
        }
        return lines;
    }

    std::string cash() const {
        return backtest_.portfolio().cash().at({"paper", "EUR"}).to_string();
    }

private:
    std::vector<Recorded> records_;
    Backtest backtest_;
};

}  // namespace tapedeck::research::testing
