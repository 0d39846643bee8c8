#include "stack.h"

#include "events/print.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

/// A recorded market through five processes: what comes out, that it comes out twice the same, and
/// that killing any of them changes nothing.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class Market {
public:
    explicit Market(int minutes)
        : files_(
              write_candles(directory_, "test_BTCUSD_1m.csv", 1, minutes, 8000.0) + "," +
              write_candles(directory_, "test_ETHUSD_1m.csv", 2, minutes, 180.0) + "," +
              write_candles(directory_, "test_SOLUSD_1m.csv", 3, minutes, 20.0)) {}

    std::vector<std::string> settings() const {
        return {
            "market-data.feed=recorded", "market-data.files=" + files_, "market-data.speed=max"};
    }

private:
    testing::TemporaryDirectory directory_;
    std::string files_;
};

std::vector<Recorded> play(const Market& market) {
    Stack stack(market.settings());
    stack.start_all();
    EXPECT_TRUE(stack.wait_for_end());
    stack.stop();
    return stack.tape();
}

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
           event.as<JournalStarted>() != nullptr || event.as<TapeStarted>() != nullptr;
}

/// The run as its market and its decisions tell it: the same whoever was killed on the way.
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

template <class T>
std::vector<std::pair<Recorded, T>> all(const std::vector<Recorded>& tape) {
    std::vector<std::pair<Recorded, T>> result;
    for (const auto& recorded : tape) {
        if (const T* event = recorded.event.as<T>()) result.emplace_back(recorded, *event);
    }
    return result;
}

Money notional_of(const OrderFilled& fill) {
    return notional(fill.price, fill.quantity, Rounding::HalfEven).value();
}

class RecordedMarketTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() {
        market_ = new Market(1500);
        tape_ = new std::vector<Recorded>(play(*market_));
    }

    static void TearDownTestSuite() {
        delete tape_;
        delete market_;
    }

    static const std::vector<Recorded>& tape() { return *tape_; }

    static Market* market_;               // NOLINT: a private static
    static std::vector<Recorded>* tape_;  // NOLINT: a private static
};

Market* RecordedMarketTest::market_ = nullptr;               // NOLINT: a private static
std::vector<Recorded>* RecordedMarketTest::tape_ = nullptr;  // NOLINT: a private static

TEST_F(RecordedMarketTest, HasEveryCandleAndSomeTrades) {
    EXPECT_EQ(all<CandleClosed>(tape()).size(), 4500U);
    EXPECT_GE(all<OrderFilled>(tape()).size(), 20U);
    EXPECT_EQ(all<FeedEnded>(tape()).size(), 1U);
}

TEST_F(RecordedMarketTest, GivesEveryTargetAVerdict) {
    std::map<std::uint64_t, int> verdicts;
    for (const auto& [recorded, target] : all<TargetSet>(tape())) verdicts[recorded.seq.value] = 0;
    ASSERT_FALSE(verdicts.empty());
    for (const auto& [recorded, approved] : all<OrderApproved>(tape())) {
        if (verdicts.contains(approved.target.value)) ++verdicts[approved.target.value];
        // What reduces a position may be called for by its state; what opens one is judged.
        if (approved.terms.purpose != OrderPurpose::Entry) continue;
        EXPECT_GE(approved.checks.size(), 20U) << recorded.seq.value;
    }
    for (const auto& [recorded, denied] : all<OrderDenied>(tape())) {
        ++verdicts[denied.target.value];
    }
    for (const auto& [seq, count] : verdicts) EXPECT_GE(count, 1) << "target at seq " << seq;
}

TEST_F(RecordedMarketTest, ExplainsEveryFillBackToTheMarket) {
    std::map<std::uint64_t, const Recorded*> by_seq;
    for (const auto& recorded : tape()) by_seq[recorded.seq.value] = &recorded;
    for (const auto& [recorded, fill] : all<OrderFilled>(tape())) {
        ASSERT_TRUE(by_seq.contains(fill.intent.value));
        const auto* intended = by_seq[fill.intent.value]->event.as<OrderIntended>();
        ASSERT_NE(intended, nullptr);
        const Recorded* at = by_seq[intended->approved.value];
        ASSERT_NE(at->event.as<OrderApproved>(), nullptr);
        int steps = 0;
        while (at->cause.exists() && ++steps < 100) {
            ASSERT_LT(at->cause, at->seq);
            at = by_seq[at->cause.value];
        }
        const bool is_market =
            at->event.as<CandleClosed>() != nullptr || at->event.as<ClockTicked>() != nullptr;
        EXPECT_TRUE(is_market) << "fill at seq " << recorded.seq.value << " goes back to "
                               << at->event.name();
    }
}

TEST_F(RecordedMarketTest, PositionsAreTheSumOfFillsAndCashBalancesToTheLastDecimal) {
    std::map<std::string, Quantity> held;
    Money cash;
    Money fees;
    for (const auto& [recorded, deposit] : all<CashDeposited>(tape())) cash += deposit.amount;
    for (const auto& [recorded, fill] : all<OrderFilled>(tape())) {
        Quantity& quantity = held[fill.strategy + fill.instrument.to_string()];
        quantity = fill.side == Side::Buy ? quantity + fill.quantity : quantity - fill.quantity;
        cash = fill.side == Side::Buy ? cash - notional_of(fill) : cash + notional_of(fill);
        cash -= fill.fee;
        fees += fill.fee;
    }
    const auto positions = all<PositionChanged>(tape());
    ASSERT_EQ(positions.size(), all<OrderFilled>(tape()).size());
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
    for (const auto& [recorded, deposit] : all<CashDeposited>(tape())) deposits += deposit.amount;
    EXPECT_EQ(cash, deposits + realised - fees - cost);
}

TEST_F(RecordedMarketTest, ProtectsEveryPosition) {
    std::set<std::string> purposes;
    for (const auto& [recorded, intended] : all<OrderIntended>(tape())) {
        purposes.insert(std::string(to_string(intended.terms.purpose)));
    }
    EXPECT_TRUE(purposes.contains("entry"));
    EXPECT_TRUE(purposes.contains("stop_loss"));
    EXPECT_TRUE(purposes.contains("take_profit"));
}

TEST_F(RecordedMarketTest, RunTwiceGivesTheSameTapeRecordByRecord) {
    const auto again = play(*market_);
    ASSERT_EQ(again.size(), tape().size());
    for (std::size_t i = 0; i < again.size(); ++i) {
        ASSERT_EQ(again[i].recorded_at, tape()[i].recorded_at) << "seq " << i + 1;
        ASSERT_EQ(again[i].cause, tape()[i].cause) << "seq " << i + 1;
        if (again[i].event.as<TapeStarted>() != nullptr) continue;  // its id is random
        if (const auto* sent = again[i].event.as<OrderSent>()) {
            const auto* first = tape()[i].event.as<OrderSent>();
            ASSERT_NE(first, nullptr);
            EXPECT_NE(sent->client_order_id, first->client_order_id) << "it names the tape";
            EXPECT_EQ(sent->intent, first->intent);
            continue;
        }
        ASSERT_EQ(again[i].event, tape()[i].event) << "seq " << i + 1 << "\n"
                                                   << to_json(again[i]) << "\n"
                                                   << to_json(tape()[i]);
    }
}

class KillTest : public RecordedMarketTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(KillTest, TheRunEndsAsTheUndisturbedOne) {
    Stack stack(market_->settings());
    stack.start_all();
    const std::uint64_t size = tape().size();
    for (const std::uint64_t at : {size / 5, size / 3, size / 2}) {
        ASSERT_TRUE(stack.wait_for_seq(at));
        stack.kill(GetParam());
        stack.start(GetParam());
    }
    ASSERT_TRUE(stack.wait_for_end());
    stack.stop();
    const auto expected = story_of(tape());
    const auto found = story_of(stack.tape());
    for (std::size_t i = 0; i < std::min(expected.size(), found.size()); ++i) {
        ASSERT_EQ(found[i], expected[i])
            << "event " << i << ", from here on: " << first_difference(found[i], expected[i]);
    }
    EXPECT_EQ(found.size(), expected.size());
}

INSTANTIATE_TEST_SUITE_P(
    EachProcess,
    KillTest,
    ::testing::Values("journal", "market-data", "strategy", "risk", "execution"),
    [](const auto& tested) {
        std::string name = tested.param;
        std::erase(name, '-');
        return name;
    });

}  // namespace
}  // namespace tapedeck::integration
