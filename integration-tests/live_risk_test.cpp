#include "trading.h"

#include <algorithm>
#include <set>

/// What risk says to targets when prices, account and venue are live.
namespace tapedeck::integration {
namespace {

using namespace std::chrono_literals;

class LiveRiskTest : public TradingTest {
protected:
    /// What a strategy named "hand" wants of the pair: a share of what it may have.
    Seq want(std::string_view pair, std::string_view exposure) {
        TargetSet target;
        target.strategy = "hand";
        target.instrument = Instrument::parse("kraken:" + std::string(pair)).value();
        target.exposure = Ratio::parse(exposure).value();
        target.reference_price = ask(pair);
        target.volatility =
            portion(ask(pair), Ratio::parse("0.01").value(), Rounding::Down).value();
        target.valid_until = hand_->heard().back()->recorded_at + 20s;
        target.reason = "test";
        return hand_->say(target);
    }

    /// The first entry, asked for until what a market just opened lacks has come: a gap closes with
    /// the next update, a price comes with the first. The last verdict counts.
    Seq enter(std::string_view pair, std::string_view exposure) {
        static const std::set<DenyCode> kPassing = {
            DenyCode::FeedGapOpen,
            DenyCode::NoPrice,
            DenyCode::PriceStale,
            DenyCode::Restarted,
            DenyCode::ServiceDown};
        for (int tries = 0; tries < 20; ++tries) {
            const Seq target = want(pair, exposure);
            const OrderDenied* denied = nullptr;
            hand_->wait_for([&] {
                const auto all = hand_->all<OrderApproved>();
                if (std::any_of(all.begin(), all.end(), [&](const auto& approved) {
                        return approved.target == target;
                    })) {
                    return true;
                }
                denied = hand_->find<OrderDenied>(
                    target,
                    [&](const OrderDenied& event) { return event.target == target; },
                    Duration::zero());
                return denied != nullptr;
            });
            if (denied == nullptr || !kPassing.contains(denied->code)) return target;
            hand_->wait_for([] { return false; }, std::chrono::milliseconds(500));
        }
        return want(pair, exposure);
    }

    const OrderApproved* approval_of(Seq target) {
        return hand_->find<OrderApproved>(
            target, [&](const OrderApproved& event) { return event.target == target; });
    }

    const OrderDenied* denial_of(Seq target) {
        return hand_->find<OrderDenied>(
            target, [&](const OrderDenied& event) { return event.target == target; });
    }

    void start_with(std::vector<std::string> settings) {
        // The strategies of the file would trade as well: theirs is another pair.
        const std::vector<std::string> before = {
            "risk.day_trades=500",
            "strategy.rsi.instruments=kraken:SOL/USD",
            "strategy.macd.instruments=kraken:SOL/USD",
            "strategy.bollinger.instruments=kraken:SOL/USD",
            "strategy.vote.instruments=kraken:SOL/USD"};
        settings.insert(settings.begin(), before.begin(), before.end());
        start(settings);
    }
};

TEST_F(LiveRiskTest, APositionIsSizedByTheAccountAtTheVenueAndProtectedThere) {
    start_with({"risk.fraction=0.02"});
    const Seq target = enter("BTC/USD", "1");
    const auto* approved = approval_of(target);
    ASSERT_NE(approved, nullptr) << why();
    // 2 % of what the venue said is there, in dollars.
    const auto worth =
        notional(ask("BTC/USD"), approved->terms.quantity, Rounding::HalfEven).value();
    EXPECT_LE(worth, Money::parse("2010").value()) << "the spread apart";
    EXPECT_GT(worth, Money::parse("1900").value());
    // Its stop rests at the venue as soon as it is filled.
    const auto* stop = hand_->find(target, [](const Recorded& recorded) {
        const auto* intent = recorded.event.as<OrderIntended>();
        return intent != nullptr && intent->terms.purpose == OrderPurpose::StopLoss;
    });
    ASSERT_NE(stop, nullptr) << why();
    EXPECT_NE(about<OrderAccepted>(stop->seq), nullptr) << why();
    const auto at_venue = venue_.orders();
    EXPECT_GE(
        std::count_if(
            at_venue.begin(),
            at_venue.end(),
            [](const auto& order) { return order.status == "open"; }),
        1);
}

TEST_F(LiveRiskTest, AVolatileMarketMakesASmallerPosition) {
    start_with({"risk.sizing=atr", "risk.risk_per_trade=0.001", "risk.atr_multiple=2"});
    const Seq target = enter("BTC/USD", "1");
    const auto* approved = approval_of(target);
    ASSERT_NE(approved, nullptr) << why();
    // 0.1 % of 100,000 at risk over twice an ATR of 1 %: a position of about 5,000.
    const auto worth =
        notional(ask("BTC/USD"), approved->terms.quantity, Rounding::HalfEven).value();
    EXPECT_LE(worth, Money::parse("5100").value());
    EXPECT_GT(worth, Money::parse("4500").value());
}

TEST_F(LiveRiskTest, TheDaysTradesAreCounted) {
    start_with({"risk.day_trades=1"});
    ASSERT_NE(approval_of(enter("BTC/USD", "0.5")), nullptr) << why();
    const auto* denied = denial_of(want("ETH/USD", "0.5"));
    ASSERT_NE(denied, nullptr) << why();
    EXPECT_EQ(denied->code, DenyCode::DayTradesReached);
}

TEST_F(LiveRiskTest, NothingIsBoughtOnLeverage) {
    start_with(
        {"risk.fraction=0.6",
         "risk.max_position=1",
         "risk.max_venue_exposure=1",
         "risk.max_risk_per_trade=1"});
    ASSERT_NE(approval_of(enter("BTC/USD", "1")), nullptr) << why();
    const Seq second = want("ETH/USD", "1");
    const auto is_judged = [&] {
        const auto approved = hand_->all<OrderApproved>();
        const auto denied = hand_->all<OrderDenied>();
        const auto is_it = [&](const auto& verdict) { return verdict.target == second; };
        return std::any_of(approved.begin(), approved.end(), is_it) ||
               std::any_of(denied.begin(), denied.end(), is_it);
    };
    ASSERT_TRUE(hand_->wait_for(is_judged)) << why();
    Money bought;
    for (const auto& each : hand_->all<OrderApproved>()) {
        if (each.terms.purpose != OrderPurpose::Entry) continue;
        const auto pair = std::string(each.terms.instrument.base()) + "/USD";
        bought += notional(ask(pair), each.terms.quantity, Rounding::HalfEven).value();
    }
    EXPECT_GT(bought, Money::parse("55000").value());
    EXPECT_LE(bought, Money::parse("100000").value()) << "no more than there is";
}

TEST_F(LiveRiskTest, StaleDataBlockNewPositionsAndFreshDataLetThemAgain) {
    start_with({"market-data.stale_after=3s"});
    venue_.ask("market", R"({"running":false})");
    const Seq from = hand_->last();
    ASSERT_NE(hand_->find<FeedStale>(from), nullptr) << why();
    const auto* denied = denial_of(want("BTC/USD", "0.5"));
    ASSERT_NE(denied, nullptr) << why();
    EXPECT_EQ(denied->code, DenyCode::PriceStale);
    venue_.ask("market", R"({"running":true})");
    ASSERT_NE(hand_->find<FeedRestored>(hand_->last()), nullptr) << why();
    ASSERT_TRUE(hand_->wait_for([&, last = hand_->last()] { return hand_->last() > last; }));
    EXPECT_NE(approval_of(enter("BTC/USD", "0.5")), nullptr) << why();
}

TEST_F(LiveRiskTest, AnOpenPositionIsClosedThoughTheFeedIsSilent) {
    start_with({"market-data.stale_after=3s"});
    const Seq entry = enter("BTC/USD", "0.2");
    ASSERT_NE(approval_of(entry), nullptr) << why();
    ASSERT_NE(hand_->find<OrderFilled>(entry), nullptr) << why();
    const Seq from = hand_->last();
    venue_.strike(R"("fault":"silent","channel":"book")");
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_reconciliation(from)) << why();
    const Seq exit = want("BTC/USD", "0");
    const auto* approved = approval_of(exit);
    ASSERT_NE(approved, nullptr) << why();
    EXPECT_EQ(approved->terms.purpose, OrderPurpose::Exit);
    ASSERT_NE(
        hand_->find<OrderFilled>(
            exit, [](const OrderFilled& fill) { return fill.side == Side::Sell; }),
        nullptr)
        << why();
}

}  // namespace
}  // namespace tapedeck::integration
