#include "recorded_market.h"

#include "events/print.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace tapedeck::integration {

namespace {

/// A restart adds records of its own, which moves those behind it by nanoseconds: times are cut to
/// seconds, ages in seconds to six digits.
std::string without_nanoseconds(const std::string& text) {
    const auto point = text.find('.');
    if (point == std::string::npos || text.size() - point <= 7) return text;
    if (text.back() == 'Z') return text.substr(0, point);
    const auto value = Decimal::parse(text);
    if (!value) return text;
    const Decimal micro = Decimal::parse("0.000001").value();
    return round_to_step(*value, micro, Rounding::HalfEven).value().to_string();
}

/// What an event says, without what depends on its place on the tape: seqs, and ids made of them.
nlohmann::json without_places(const nlohmann::json& value) {
    if (value.is_array()) {
        auto result = nlohmann::json::array();
        for (const auto& item : value) result.push_back(without_places(item));
        return result;
    }
    if (value.is_string()) return without_nanoseconds(value.get<std::string>());
    if (!value.is_object()) return value;
    static const std::set<std::string> kPlaces{
        "group", "client_order_id", "trade_id", "venue_order_id", "tape_id"};
    auto result = nlohmann::json::object();
    for (const auto& [key, item] : value.items()) {
        if (key.ends_with("_seq") || kPlaces.contains(key)) continue;
        result[key] = without_places(item);
    }
    return result;
}

std::string first_difference(const std::string& a, const std::string& b) {
    const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto from = static_cast<std::size_t>(in_a - a.begin());
    const std::size_t context = std::min<std::size_t>(from, 80);
    return a.substr(from - context, 160) + " | " + b.substr(from - context, 160);
}

bool is_about_services(const Event& event) {
    return event.as<ServiceStarted>() != nullptr || event.as<ServiceLost>() != nullptr ||
           event.as<JournalStarted>() != nullptr || event.as<TapeStarted>() != nullptr ||
           event.as<SegmentSealed>() != nullptr || event.as<SnapshotRequested>() != nullptr ||
           event.as<SnapshotTaken>() != nullptr;
}

Money notional_of(const OrderFilled& fill) {
    return notional(fill.price, fill.quantity, Rounding::HalfEven).value();
}

}  // namespace

Market::Market(int minutes)
    : files_{
          write_candles(directory_, "test_BTCUSD_1m.csv", 1, minutes, 8000.0),
          write_candles(directory_, "test_ETHUSD_1m.csv", 2, minutes, 180.0),
          write_candles(directory_, "test_SOLUSD_1m.csv", 3, minutes, 20.0)} {}

std::vector<std::string> Market::settings() const {
    std::string all;
    for (const auto& file : files_) all += (all.empty() ? "" : ",") + file;
    return {"market-data.feed=recorded", "market-data.files=" + all, "market-data.speed=max"};
}

std::vector<Recorded> play(const Market& market) {
    Stack stack(market.settings());
    stack.start_all();
    EXPECT_TRUE(stack.wait_for_end());
    stack.stop();
    return stack.tape();
}

std::vector<Recorded> backtest(
    const std::vector<std::string>& files, const std::vector<std::string>& settings) {
    const Stack home(settings);  // never started: its configuration, and a place for the tape
    std::vector<std::string> words{"backtest", "--keep"};
    for (const auto& file : files) {
        words.emplace_back("--data");
        words.push_back(file);
    }
    for (const auto& word : home.arguments()) words.push_back(word);
    const Output ended = run("tapedeck", words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return home.tape();
}

std::vector<std::string> story_of(const std::vector<Recorded>& tape) {
    std::vector<std::string> story;
    for (const auto& recorded : tape) {
        if (is_about_services(recorded.event)) continue;
        story.push_back(
            std::string(recorded.event.name()) + " " +
            without_places(nlohmann::json::parse(to_json(recorded.event))).dump());
    }
    return story;
}

void expect_same_story(
    const std::vector<std::string>& found, const std::vector<std::string>& expected) {
    for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
        ASSERT_EQ(found[i], expected[i])
            << "event " << i << ", from here on: " << first_difference(found[i], expected[i]);
    }
    EXPECT_EQ(found.size(), expected.size());
}

void expect_books_balance(const std::vector<Recorded>& tape) {
    std::map<std::string, Quantity> held;
    Money cash;
    Money fees;
    for (const auto& [recorded, deposit] : all<CashDeposited>(tape)) cash += deposit.amount;
    for (const auto& [recorded, fill] : all<OrderFilled>(tape)) {
        Quantity& quantity = held[fill.strategy + fill.instrument.to_string()];
        quantity = fill.side == Side::Buy ? quantity + fill.quantity : quantity - fill.quantity;
        cash = fill.side == Side::Buy ? cash - notional_of(fill) : cash + notional_of(fill);
        cash -= fill.fee;
        fees += fill.fee;
    }
    const auto positions = all<PositionChanged>(tape);
    ASSERT_EQ(positions.size(), all<OrderFilled>(tape).size());
    EXPECT_EQ(positions.back().second.cash, cash);
    std::map<std::string, PositionChanged> last;
    for (const auto& [recorded, position] : positions) {
        last[position.strategy + position.instrument.to_string()] = position;
    }
    Money recorded_fees;
    Money realised;
    Money cost;
    for (const auto& [key, position] : last) {
        EXPECT_EQ(position.quantity, held[key]) << key;
        recorded_fees += position.fees_total;
        realised += position.realised_total;
        cost += position.cost;
    }
    EXPECT_EQ(recorded_fees, fees);
    // Cash is what was paid in, what trading realised, less fees and what the positions cost.
    Money deposits;
    for (const auto& [recorded, deposit] : all<CashDeposited>(tape)) deposits += deposit.amount;
    EXPECT_EQ(cash, deposits + realised - fees - cost);
}

}  // namespace tapedeck::integration
