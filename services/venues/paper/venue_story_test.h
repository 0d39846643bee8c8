#pragma once

#include "testing/given.h"
#include "venues/paper/paper.h"

#include <initializer_list>
#include <map>

/// What the paper venue's tests say over and over.
namespace tapedeck::paper::testing {

using namespace tapedeck::testing;  // NOLINT: a header for tests only
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

inline Instrument btc() {
    return instrument("kraken:BTC/EUR");
}

inline OrderTerms market_order(Side side, std::string_view amount) {
    OrderTerms terms;
    terms.account = "paper";
    terms.strategy = "macd";
    terms.instrument = btc();
    terms.side = side;
    terms.quantity = quantity(amount);
    return terms;
}

inline OrderTerms limit_order(Side side, std::string_view amount, std::string_view at) {
    auto terms = market_order(side, amount);
    terms.type = OrderType::Limit;
    terms.limit_price = price(at);
    return terms;
}

/// Reduce-only, as risk sends them.
inline OrderTerms stop_order(Side side, std::string_view amount, std::string_view at) {
    auto terms = market_order(side, amount);
    terms.type = OrderType::Stop;
    terms.purpose = OrderPurpose::StopLoss;
    terms.trigger_price = price(at);
    terms.reduce_only = true;
    return terms;
}

inline OrderTerms take_profit_order(Side side, std::string_view amount, std::string_view at) {
    auto terms = stop_order(side, amount, at);
    terms.type = OrderType::TakeProfit;
    terms.purpose = OrderPurpose::TakeProfit;
    return terms;
}

/// A tape around the venue: tick 0.1, step 0.001, 100,000 EUR, no fees, no slippage, no latency,
/// all of the volume for us; what a test cares about it sets.
class VenueStory : public Story<PaperVenue> {
public:
    /// "latency=1s", "fees=kraken", …
    VenueStory(std::initializer_list<std::string_view> changes = {}) {
        at(clock_);
        given(TapeStarted{0xABCDEF, "demo", 1});
        given(listing());
        std::map<std::string, std::string> configuration{
            {"paper.cash", "EUR:100000"},
            {"paper.fees", "zero"},
            {"paper.latency", "0s"},
            {"paper.slippage_bps", "0"},
            {"paper.participation", "1"}};
        for (const auto change : changes) {
            const auto equals = change.find('=');
            const std::string key = "paper." + std::string(change.substr(0, equals));
            configuration[key] = std::string(change.substr(equals + 1));
        }
        configuration_.assign(configuration.begin(), configuration.end());
        play(start());
    }

    ServiceStarted start() const { return started("execution.paper", configuration_); }

    static InstrumentListed listing() {
        return {btc(), price("0.1"), quantity("0.001"), quantity("0.01"), money("5")};
    }

    /// What the venue says to an intent, and the intent.
    std::pair<Seq, std::vector<Event>> intend(OrderTerms terms) {
        const Seq intent{last_seq().value + 1};
        return {intent, play(OrderIntended{Seq{1}, std::move(terms)})};
    }

    /// An order that the venue accepts.
    Seq open(OrderTerms terms) {
        auto [intent, said] = intend(std::move(terms));
        EXPECT_EQ(only<OrderAccepted>(said).size(), 1U) << ::testing::PrintToString(said);
        return intent;
    }

    /// "" if it is accepted.
    std::string refused(OrderTerms terms) {
        const auto rejected = only<OrderRejected>(intend(std::move(terms)).second);
        return rejected.empty() ? "" : rejected[0].code;
    }

    /// Time passes; whatever tick comes, nothing is due.
    VenueStory& pass(Duration duration) {
        clock_ += duration;
        at(clock_);
        return *this;
    }

    CandleClosed next_candle(
        std::string_view open,
        std::string_view high,
        std::string_view low,
        std::string_view close,
        std::string_view volume = "1000") {
        CandleClosed candle;
        candle.instrument = btc();
        candle.interval = minutes(1);
        candle.open_time = clock_;
        candle.open = price(open);
        candle.high = price(high);
        candle.low = price(low);
        candle.close = price(close);
        candle.volume = quantity(volume);
        pass(minutes(1));
        return candle;
    }

    /// The next minute's candle, at its close.
    std::vector<Event> candle(
        std::string_view open,
        std::string_view high,
        std::string_view low,
        std::string_view close,
        std::string_view volume = "1000") {
        return play(next_candle(open, high, low, close, volume));
    }

    std::vector<Event> flat_candle(std::string_view at, std::string_view volume = "1000") {
        return candle(at, at, at, at, volume);
    }

    TradePrinted trade_of(std::string_view at, std::string_view amount) {
        return {btc(), price(at), quantity(amount), {}, ""};
    }

    std::vector<Event> trade(std::string_view at, std::string_view amount = "100") {
        return play(trade_of(at, amount));
    }

    QuoteChanged quote_of(
        std::string_view bid,
        std::string_view bid_quantity,
        std::string_view ask,
        std::string_view ask_quantity) {
        return {btc(), price(bid), quantity(bid_quantity), price(ask), quantity(ask_quantity)};
    }

    std::vector<Event> quote(
        std::string_view bid,
        std::string_view bid_quantity,
        std::string_view ask,
        std::string_view ask_quantity) {
        return play(quote_of(bid, bid_quantity, ask, ask_quantity));
    }

    /// Buys so much at 100 by a market order and a candle.
    VenueStory& holding(std::string_view amount) {
        open(market_order(Side::Buy, amount));
        flat_candle("100");
        EXPECT_EQ(held(), quantity(amount));
        return *this;
    }

    Quantity held() { return decider().account().holding(btc()); }

    Money cash() { return decider().account().cash("EUR"); }

private:
    Time clock_ = time("2026-01-01");
    std::vector<std::pair<std::string, std::string>> configuration_;
};

/// "fill 1 0.5 @ 100 taker", "OrderCanceled 7 requested", "OrderExpired 7": intents as numbers.
inline std::vector<std::string> told(const std::vector<Event>& events) {
    std::vector<std::string> result;
    for (const auto& event : events) {
        if (const auto* fill = event.as<OrderFilled>()) {
            result.push_back(
                "fill " + fill->quantity.to_string() + " @ " + fill->price.to_string() + " " +
                std::string(to_string(fill->liquidity)));
            continue;
        }
        std::string line(event.name());
        event.visit([&](const auto& e) {
            if constexpr (requires { line += e.reason; }) line += ' ' + e.reason;
            if constexpr (requires { line += e.code; }) line += ' ' + e.code;
            if constexpr (requires { to_string(e.state); }) {
                line += ' ' + std::string(to_string(e.state));
            }
        });
        result.push_back(std::move(line));
    }
    return result;
}

}  // namespace tapedeck::paper::testing
