#include "execution/core/portfolio.h"

#include "testing/given.h"

#include <random>

namespace tapedeck::execution {
namespace {

using namespace tapedeck::testing;
using ::testing::IsEmpty;

class PortfolioTest : public ::testing::Test {
protected:
    OrderFilled fill(
        Side side, std::string_view amount, std::string_view at, std::string_view fee = "0") {
        OrderFilled event;
        event.intent = Seq{1};
        event.account = "paper";
        event.strategy = "macd";
        event.instrument = instrument("kraken:BTC/EUR");
        event.trade_id = std::to_string(++trades_);
        event.side = side;
        event.price = price(at);
        event.quantity = quantity(amount);
        event.fee = money(fee);
        event.fee_currency = "EUR";
        return event;
    }

    PositionChanged after(OrderFilled event) {
        const auto said = only<PositionChanged>(story_.play(std::move(event)));
        EXPECT_EQ(said.size(), 1U);
        return said.empty() ? PositionChanged{} : said[0];
    }

    Story<Portfolio> story_;
    int trades_ = 0;
};

TEST_F(PortfolioTest, BuysAtAverageCostAndRealisesWhenItSells) {
    story_.given(CashDeposited{"paper", "EUR", money("10000"), "start"});
    auto change = after(fill(Side::Buy, "2", "100", "0.8"));
    EXPECT_EQ(change.quantity, quantity("2"));
    EXPECT_EQ(change.cost, money("200"));
    EXPECT_EQ(change.cash, money("9799.2"));  // 10000 − 200 − 0.8
    EXPECT_EQ(change.realised, money("0"));

    change = after(fill(Side::Buy, "1", "130"));
    EXPECT_EQ(change.cost, money("330"));
    EXPECT_EQ(change.average_price, price("110"));  // 330 / 3

    change = after(fill(Side::Sell, "1.5", "120", "0.72"));
    EXPECT_EQ(change.quantity, quantity("1.5"));
    EXPECT_EQ(change.cost, money("165"));         // half of 330
    EXPECT_EQ(change.realised, money("15"));      // 1.5 × (120 − 110)
    EXPECT_EQ(change.fees_total, money("1.52"));  // 0.8 + 0.72
    EXPECT_EQ(change.cash, money("9848.48"));     // 9799.2 − 130 + 180 − 0.72

    change = after(fill(Side::Sell, "1.5", "90"));
    EXPECT_EQ(change.quantity, quantity("0"));
    EXPECT_EQ(change.cost, money("0"));
    EXPECT_EQ(change.average_price, price("0"));
    EXPECT_EQ(change.realised, money("-30"));  // 1.5 × (90 − 110)
    EXPECT_EQ(change.realised_total, money("-15"));
    EXPECT_EQ(change.cash, money("9983.48"));  // 10000 − 15 − 1.52
}

TEST_F(PortfolioTest, SellsShortAndBuysBack) {
    auto change = after(fill(Side::Sell, "2", "100"));
    EXPECT_EQ(change.quantity, quantity("-2"));
    EXPECT_EQ(change.cost, money("-200"));
    EXPECT_EQ(change.average_price, price("100"));
    EXPECT_EQ(change.cash, money("200"));
    change = after(fill(Side::Buy, "0.5", "80"));
    EXPECT_EQ(change.realised, money("10"));  // 0.5 × (100 − 80)
    EXPECT_EQ(change.cost, money("-150"));
}

TEST_F(PortfolioTest, FlipsThroughZeroInOneFill) {
    after(fill(Side::Buy, "1", "100"));
    const auto change = after(fill(Side::Sell, "3", "120"));
    EXPECT_EQ(change.quantity, quantity("-2"));
    EXPECT_EQ(change.realised, money("20"));  // 1 × (120 − 100)
    EXPECT_EQ(change.cost, money("-240"));    // −2 × 120
    EXPECT_EQ(change.average_price, price("120"));
    EXPECT_EQ(change.cash, money("260"));  // −100 + 360
}

TEST_F(PortfolioTest, ARepeatedFillChangesNothing) {
    const auto event = fill(Side::Buy, "1", "100");
    after(event);
    const auto before = story_.decider().cash();
    EXPECT_THAT(story_.play(event), IsEmpty());
    EXPECT_EQ(story_.decider().cash(), before);
}

TEST_F(PortfolioTest, ARepeatedFillIsKnownBeforeTheFirstIsStated) {
    const auto event = fill(Side::Buy, "1", "100");
    EXPECT_EQ(story_.when(event).size(), 1U);
    EXPECT_THAT(story_.when(event), IsEmpty());
}

TEST_F(PortfolioTest, KeepsStrategiesApartAndAddsUpTheAccount) {
    after(fill(Side::Buy, "1", "100"));
    auto other = fill(Side::Buy, "0.5", "100");
    other.strategy = "rsi";
    const auto change = after(other);
    EXPECT_EQ(change.quantity, quantity("0.5"));
    EXPECT_EQ(change.account_quantity, quantity("1.5"));
}

TEST_F(PortfolioTest, AFeeInAThirdAssetIsPaidFromThatAsset) {
    auto event = fill(Side::Buy, "1", "100", "0.001");
    event.fee_currency = "BNB";
    const auto change = after(event);
    EXPECT_EQ(change.cash, money("-100"));
    EXPECT_EQ(change.fees_total, money("0"));
    EXPECT_EQ(story_.decider().cash().at({"paper", "BNB"}), money("-0.001"));
}

TEST_F(PortfolioTest, StatesAfterARestartWhatItHadNotStated) {
    const auto event = fill(Side::Buy, "1", "100");
    story_.given(event);
    const auto said = story_.play(started("execution.portfolio", {}));
    ASSERT_EQ(only<PositionChanged>(said).size(), 1U);
    EXPECT_EQ(only<PositionChanged>(said)[0].fill, Seq{1});
    EXPECT_THAT(story_.play(started("execution.portfolio", {})), IsEmpty());
}

TEST_F(PortfolioTest, SaysNothingAtARestartThatIsInFlight) {
    story_.when(fill(Side::Buy, "1", "100"));
    EXPECT_THAT(story_.when(started("execution.portfolio", {})), IsEmpty());
}

TEST_F(PortfolioTest, KnowsTheTotalsAtTheLastPrices) {
    story_.given(CashDeposited{"paper", "EUR", money("1000"), "start"});
    after(fill(Side::Buy, "2", "100", "1"));
    EXPECT_EQ(story_.decider().totals()[0].unpriced, 1U);
    QuoteChanged quote;
    quote.instrument = instrument("kraken:BTC/EUR");
    quote.bid = price("109");
    quote.ask = price("111");
    story_.given(quote);
    const auto totals = story_.decider().totals();
    ASSERT_EQ(totals.size(), 1U);
    EXPECT_EQ(totals[0].cash, money("799"));   // 1000 − 200 − 1
    EXPECT_EQ(totals[0].value, money("220"));  // 2 × 110
    EXPECT_EQ(totals[0].unrealised, money("20"));
    EXPECT_EQ(totals[0].equity, money("1019"));
    EXPECT_EQ(totals[0].fees, money("1"));
    EXPECT_EQ(totals[0].unpriced, 0U);
}

TEST_F(PortfolioTest, TakesPricesFromTradesAndCandles) {
    TradePrinted trade;
    trade.instrument = instrument("kraken:BTC/EUR");
    trade.price = price("101");
    story_.given(trade);
    EXPECT_EQ(story_.decider().last_price(trade.instrument), price("101"));
    CandleClosed candle;
    candle.instrument = trade.instrument;
    candle.close = price("102");
    story_.given(candle);
    EXPECT_EQ(story_.decider().last_price(trade.instrument), price("102"));
}

TEST_F(PortfolioTest, SurvivesAFillThatCannotBeBooked) {
    EXPECT_THAT(
        story_.play(fill(Side::Buy, "100000000000000000", "100000000000000000")), IsEmpty());
    EXPECT_EQ(story_.decider().unbookable_fills(), 1U);
    EXPECT_TRUE(story_.decider().cash().empty());
}

/// Random fills on two instruments by two strategies, prices with up to 8 and quantities with up to
/// 10 decimals: everything that can be awkward about a division.
struct RandomFills {
    std::mt19937_64 random;
    int trades = 0;

    explicit RandomFills(std::uint64_t seed) : random(seed) {}

    Decimal decimal(std::uint64_t most, unsigned scale) {
        const std::uint64_t mantissa = 1 + random() % most;
        return Decimal::from_parts(mantissa, scale).value();
    }

    OrderFilled next() {
        OrderFilled fill;
        fill.intent = Seq{1 + random() % 50};
        fill.account = "paper";
        fill.strategy = random() % 2 == 0 ? "macd" : "rsi";
        fill.instrument = instrument(random() % 3 == 0 ? "kraken:ETH/EUR" : "kraken:BTC/EUR");
        fill.trade_id = std::to_string(++trades);
        fill.side = random() % 2 == 0 ? Side::Buy : Side::Sell;
        fill.price = Price(decimal(10'000'000'000'000, static_cast<unsigned>(random() % 9)));
        if (fill.price > price("1000000")) fill.price = price("64210.5");
        fill.quantity = Quantity(decimal(30'000'000'000, 10));
        fill.fee = Money(decimal(1'000'000'000, 8));
        fill.fee_currency = "EUR";
        return fill;
    }
};

TEST(PortfolioPropertyTest, CashAndCostAddUpToTheLastDecimal) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomFills fills(seed);
        Story<Portfolio> story;
        story.given(CashDeposited{"paper", "EUR", money("1000000"), "start"});
        Money flows;  // sells − buys
        Money fees;
        std::map<PositionKey, Money> flow_by_position;
        for (int i = 0; i < 500; ++i) {
            const auto fill = fills.next();
            const auto said = only<PositionChanged>(story.play(fill));
            ASSERT_EQ(said.size(), 1U);
            // 8 + 10 decimals: exact without any rounding.
            const Money value = notional(fill.price, fill.quantity, Rounding::Down).value();
            const Money flow = fill.side == Side::Buy ? -value : value;
            flows += flow;
            fees += fill.fee;
            flow_by_position[{fill.account, fill.instrument, fill.strategy}] += flow;
            ASSERT_EQ(said[0].cash, money("1000000") + flows - fees) << "seed " << seed;
            Money realised_less_cost;
            for (const auto& [key, position] : story.decider().positions()) {
                ASSERT_EQ(flow_by_position[key], position.realised - position.cost)
                    << "seed " << seed;
                realised_less_cost += position.realised - position.cost;
                ASSERT_EQ(position.quantity.is_zero(), position.cost.is_zero()) << "seed " << seed;
            }
            ASSERT_EQ(flows, realised_less_cost) << "seed " << seed;
        }
    }
}

TEST(PortfolioPropertyTest, ApplyingAllIsASnapshotAndTheRest) {
    RandomFills fills(7);
    Story<Portfolio> story;
    for (int i = 0; i < 500; ++i) {
        auto fill = fills.next();
        if (i % 5 == 0) fill.trade_id = std::to_string(1 + i / 2);  // some twice
        story.when(fill);
        if (i % 3 == 0) story.settle();
    }
    const auto& tape = story.tape();
    for (const std::size_t cut : {std::size_t{0}, tape.size() / 3, tape.size() - 1}) {
        Portfolio first;
        for (std::size_t i = 0; i < cut; ++i) first.apply(tape[i]);
        StateWriter snapshot;
        first.save(snapshot);
        Portfolio second;
        StateReader reader(snapshot.bytes());
        ASSERT_TRUE(second.load(reader));
        for (std::size_t i = cut; i < tape.size(); ++i) second.apply(tape[i]);
        StateWriter writer;
        second.save(writer);
        EXPECT_EQ(writer.bytes(), story.state()) << cut;
    }
}

}  // namespace
}  // namespace tapedeck::execution
