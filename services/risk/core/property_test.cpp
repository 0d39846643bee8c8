#include "risk/core/desk_test.h"

#include <map>
#include <random>
#include <set>

/// A small market and a careless execution, driven by a seeded generator: whatever comes, in
/// whatever order, these hold.
namespace tapedeck::risk {
namespace {

const std::array<Instrument, 3> kInstruments{kBtc, kEth, instrument("coinbase:SOL/USD")};
const std::array<std::string, 3> kStrategies{"a", "b", "c"};

/// Records what risk says with a delay, so that much is in flight, and lets execution do anything
/// that it might do with it.
class Storm {
public:
    explicit Storm(std::uint32_t seed) : random_(seed), has_stages_(seed % 4 == 0) {
        Config config{
            {"risk.allow_short", "true"},
            {"risk.max_position", "0.3"},
            {"risk.max_total_exposure", "0.5"},
            {"risk.day_trades", "1000"},
            {"risk.order_rate", "100000"},
            {"risk.max_orders_per_trade", "1000"},
            {"risk.max_open_orders", "100"},
            {"risk.max_drawdown", "0.5"},
            {"risk.day_loss", "0.4"},
            {"risk.fraction", "0.2"},
            {"risk.trailing", seed % 2 == 0 ? "0.02" : "0"},
            {"risk.entry", seed % 3 == 0 ? "limit" : "market"}};
        if (has_stages_) {
            const Config stages{
                {"risk.stage.low.order", "1"},
                {"risk.stage.low.max_position", "0.1"},
                {"risk.stage.middle.order", "2"},
                {"risk.stage.middle.max_quantity", "20"},
                {"risk.stage.middle.max_quantity_asset", "BTC"},
                {"risk.stage.middle.gate_hours", "1"},
                {"risk.stage.high.order", "3"}};
            config.insert(config.end(), stages.begin(), stages.end());
        }
        say(started("risk", std::move(config)));
        for (const auto& each : kInstruments) {
            InstrumentListed listed;
            listed.instrument = each;
            listed.price_tick = price("0.01");
            listed.quantity_step = quantity("0.001");
            listed.quantity_min = quantity("0.001");
            listed.notional_min = money("5");
            say(listed);
            prices_[each] = 10'000;
            move_price(each);
        }
        CashDeposited deposited{"paper", "USD", money("10000"), ""};
        say(deposited);
    }

    void step() {
        now_ += std::chrono::milliseconds(pick(20'000));
        switch (pick(12)) {
            case 0:
            case 1:
            case 2: move_price(kInstruments[pick(3)]); break;
            case 3:
            case 4: set_target(); break;
            case 5: control(); break;
            case 6: say(ClockTicked{now_}); break;
            default: execute(); break;
        }
        // What was said comes back sooner or later, in order.
        for (auto left = pick(4); left > 0 && !in_flight_.empty(); --left) come_back();
    }

    void come_back() {
        const InFlight next = in_flight_.front();
        in_flight_.erase(in_flight_.begin());
        say(next.event, next.cause);
    }

    void settle() {
        for (int i = 0; i < 1000 && !in_flight_.empty(); ++i) come_back();
    }

    Risk risk;
    std::vector<Recorded> tape;
    std::map<std::uint64_t, int> verdicts;        // by target
    std::map<std::uint64_t, int> close_verdicts;  // exits among them
    std::set<std::uint64_t> targets;
    int entries = 0;

private:
    std::uint32_t pick(std::uint32_t below) {
        return static_cast<std::uint32_t>(random_() % below);
    }

    Seq say(Event event, Seq cause = {}) {
        Recorded recorded;
        recorded.seq = Seq{tape.size() + 1};
        now_ += Duration(1);
        recorded.recorded_at = now_;
        recorded.cause = cause;
        recorded.event = std::move(event);
        tape.push_back(recorded);
        risk.apply(recorded);
        Outbox out(in_flight_);
        risk.decide(recorded, out);
        for (auto& said : out.take()) {
            check(said, recorded);
            in_flight_.push_back({recorded.seq, std::move(said)});
        }
        return recorded.seq;
    }

    void check(const Event& said, const Recorded& at) {
        if (const auto* denied = said.as<OrderDenied>()) ++verdicts[denied->target.value];
        if (const auto* changed = said.as<StageChanged>()) {
            // Each begins where the one before it ended, and each wish has one answer.
            EXPECT_EQ(changed->from, stage_) << at.seq.value;
            stage_ = changed->to;
            const bool is_new = !changed->order.exists() || answered_.insert(changed->order).second;
            EXPECT_TRUE(is_new) << at.seq.value;
        }
        if (const auto* refused = said.as<StageRefused>()) {
            EXPECT_TRUE(answered_.insert(refused->order).second) << at.seq.value;
        }
        const auto* approved = said.as<OrderApproved>();
        if (approved == nullptr) return;
        if (targets.count(approved->target.value) != 0 && approved->reason != "exit_again") {
            ++verdicts[approved->target.value];
            if (approved->terms.purpose == OrderPurpose::Exit) {
                ++close_verdicts[approved->target.value];
            }
        }
        EXPECT_TRUE(approved->terms.quantity.is_positive()) << at.seq.value;
        if (approved->terms.purpose == OrderPurpose::Entry) {
            for (const auto& rule : approved->checks) {
                EXPECT_TRUE(rule.passed) << to_string(rule.code) << " at " << at.seq.value;
                EXPECT_FALSE(rule.headroom && rule.headroom->is_negative());
            }
            // Worst case of all that is open and in flight against half of equity.
            const auto total = check_of(approved->checks, DenyCode::TotalExposureAboveLimit);
            ASSERT_TRUE(total && total->value && total->limit);
            EXPECT_LE(*total->value, *total->limit);
            EXPECT_LE(*total->limit, approved->sizing.equity.decimal());
            ++entries;
        } else {
            EXPECT_TRUE(approved->terms.reduce_only);
            EXPECT_TRUE(approved->reserved.is_zero());
        }
        EXPECT_EQ(siblings_of(approved->terms), 0) << at.seq.value;
    }

    static bool is_close(OrderPurpose purpose) {
        return purpose == OrderPurpose::Exit || purpose == OrderPurpose::Emergency;
    }

    /// Open or in flight, of the same strategy and instrument, for the same purpose.
    int siblings_of(const OrderTerms& terms) const {
        const auto is_sibling = [&](const OrderTerms& other) {
            return other.strategy == terms.strategy && other.instrument == terms.instrument &&
                   (other.purpose == terms.purpose ||
                    (is_close(other.purpose) && is_close(terms.purpose)));
        };
        int count = 0;
        for (const auto& open : risk.reservations()) count += is_sibling(open.terms) ? 1 : 0;
        for (const auto& [cause, event] : in_flight_) {
            const auto* other = event.as<OrderApproved>();
            count += other != nullptr && is_sibling(other->terms) ? 1 : 0;
        }
        return count;
    }

    void move_price(const Instrument& which) {
        int& cents = prices_[which];
        cents = std::max(100, cents + static_cast<int>(pick(401)) - 200);
        TradePrinted trade;
        trade.instrument = which;
        trade.price = Price(Decimal::from_parts(cents, 2).value());
        trade.quantity = quantity("1");
        say(trade);
    }

    void set_target() {
        static const std::array<std::string, 6> kExposures{"1", "0.5", "0", "0", "-1", "-0.3"};
        TargetSet target;
        target.strategy = kStrategies[pick(3)];
        target.instrument = kInstruments[pick(3)];
        target.exposure = ratio(kExposures[pick(6)]);
        target.reference_price = Price(Decimal::from_parts(prices_[target.instrument], 2).value());
        target.valid_until = now_ + std::chrono::minutes(pick(4));
        targets.insert(tape.size() + 1);
        say(target);
    }

    void roll_out() {
        const auto number = ++reconciliations_;
        switch (pick(6)) {
            case 0: say(StageOrdered{"low", {}}); break;
            case 1: say(StageOrdered{"middle", {}}); break;
            case 2: say(StageOrdered{"high", {}}); break;
            case 3: {
                DiscrepancyFound found;
                found.venue = "kraken";
                found.account = "paper";
                found.subject = "balance";
                say(found);
                break;
            }
            case 4: say(AccountLinkChanged{"kraken", "paper", pick(4) != 0, ""}); break;
            default: {
                ReconciliationCompleted done;
                done.venue = "kraken";
                done.account = "paper";
                done.number = number;
                done.is_complete = pick(4) != 0;
                say(done);
                break;
            }
        }
    }

    void control() {
        if (has_stages_ && pick(2) == 0) return roll_out();
        const Instrument& any = kInstruments[pick(3)];
        switch (pick(30)) {
            case 0: say(TradingPaused{Scope::All, "", pick(2) == 0, {}}); break;
            case 1: say(TradingPaused{Scope::Strategy, "a", false, {}}); break;
            case 2: say(FlattenOrdered{any, {}}); break;
            case 3: say(KillEngaged{pick(2) == 0, {}}); break;
            case 4: say(FeedStale{any, now_, {}}); break;
            case 5: say(started("risk", configuration())); break;
            default: calm_down(any); break;
        }
    }

    void calm_down(const Instrument& any) {
        switch (pick(5)) {
            case 0: say(TradingResumed{Scope::All, "", {}}); break;
            case 1: say(TradingResumed{Scope::Strategy, "a", {}}); break;
            case 2: say(TradingResumed{Scope::Instrument, any.to_string(), {}}); break;
            case 3: say(FeedRestored{any, now_}); break;
            default: say(KillReleased{}); break;
        }
    }

    std::vector<std::pair<std::string, std::string>> configuration() const {
        std::vector<std::pair<std::string, std::string>> same;
        for (const auto& entry : tape.front().event.as<ServiceStarted>()->configuration) {
            same.emplace_back(entry.key, entry.value);
        }
        return same;
    }

    /// One of the open orders meets one of its possible fates.
    void execute() {
        const auto open = risk.reservations();
        if (open.empty()) return;
        const auto& order = open[pick(static_cast<std::uint32_t>(open.size()))];
        if (!order.intent.exists()) {
            if (pick(8) == 0) {
                say(OrderDropped{order.approved, pick(2) == 0 ? "approval_expired" : "killed"});
            } else {
                say(OrderIntended{order.approved, order.terms});
            }
            return;
        }
        switch (pick(12)) {
            case 0: say(OrderRejected{order.intent, "refused", "", {}}); break;
            case 1: say(OrderCanceled{order.intent, order.filled, "requested", {}}); break;
            case 2: say(OrderUnknown{order.intent, "no_answer"}); break;
            case 3: say(OrderResolved{order.intent, Resolution::Accepted, Seq{1}}); break;
            case 4: say(OrderAccepted{order.intent, "v", {}}); break;
            case 5: say(OrderAmended{order.intent, order.terms.quantity, {}, {}, {}}); break;
            default: fill(order); break;
        }
    }

    void fill(const Reservation& order) {
        const Quantity left = order.terms.quantity - order.filled;
        Quantity part = left;
        if (pick(2) == 0) {
            part = round_to(
                       portion(left, ratio("0.4"), Rounding::Down).value(),
                       quantity("0.001"),
                       Rounding::Up)
                       .value();
        }
        OrderFilled filled;
        filled.intent = order.intent;
        filled.account = "paper";
        filled.strategy = order.terms.strategy;
        filled.instrument = order.terms.instrument;
        filled.trade_id = std::to_string(pick(100) == 0 ? 1 : ++trades_);
        filled.side = order.terms.side;
        filled.price = Price(Decimal::from_parts(prices_[order.terms.instrument], 2).value());
        filled.quantity = part;
        filled.fee = money("0.01");
        filled.fee_currency = "USD";
        say(filled);
    }

    std::mt19937 random_;
    bool has_stages_;
    std::string stage_;
    std::set<Seq> answered_;
    std::uint32_t reconciliations_ = 0;
    Time now_ = time("2026-03-01T12:00Z");
    std::map<Instrument, int> prices_;  // in cents
    std::vector<InFlight> in_flight_;
    int trades_ = 0;
};

std::string state_of(const Risk& risk) {
    StateWriter writer;
    risk.save(writer);
    return writer.bytes();
}

TEST(RiskProperty, EveryTargetGetsExactlyOneVerdictAndExposureNeverExceedsItsLimit) {
    int entries = 0;
    for (std::uint32_t seed = 1; seed <= 80; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Storm storm(seed);
        for (int i = 0; i < 400; ++i) storm.step();
        storm.settle();
        for (const auto target : storm.targets) {
            const int verdicts = storm.verdicts[target];
            // A reversal is two orders: its close, and later the verdict on its entry.
            const int most = 1 + storm.close_verdicts[target];
            EXPECT_GE(verdicts, 1) << target;
            EXPECT_LE(verdicts, most) << target;
        }
        entries += storm.entries;
        if (HasFailure()) return;
    }
    EXPECT_GT(entries, 500);  // the storm is about something
}

TEST(RiskProperty, ApplyingAllEqualsASnapshotAndTheRest) {
    for (std::uint32_t seed = 100; seed < 110; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Storm storm(seed);
        for (int i = 0; i < 300; ++i) storm.step();
        const std::size_t half = storm.tape.size() / 2;
        Risk first;
        for (std::size_t i = 0; i < half; ++i) first.apply(storm.tape[i]);
        const std::string snapshot = state_of(first);
        Risk second;
        StateReader reader(snapshot);
        ASSERT_TRUE(second.load(reader));
        ASSERT_TRUE(reader.at_end());
        EXPECT_EQ(state_of(second), snapshot);
        for (std::size_t i = half; i < storm.tape.size(); ++i) second.apply(storm.tape[i]);
        EXPECT_EQ(state_of(second), state_of(storm.risk));
    }
}

TEST(RiskProperty, DamagedStateIsRefusedNotFollowed) {
    Storm storm(7);
    for (int i = 0; i < 100; ++i) storm.step();
    const std::string snapshot = state_of(storm.risk);
    for (std::size_t size = 0; size < snapshot.size(); size += 101) {
        Risk risk;
        StateReader reader(std::string_view(snapshot).substr(0, size));
        EXPECT_FALSE(risk.load(reader)) << size;
    }
}

TEST(RiskProperty, TicksOfAnyDensityLeadToTheSameWords) {
    const auto words = [](int ticks) {
        Desk desk;
        desk.go_long();
        std::vector<std::string> said;
        for (int minute = 0; minute < 30; ++minute) {
            for (int tick = 0; tick < ticks; ++tick) {
                desk.story.after(std::chrono::seconds(60) / ticks - Duration(1));
                for (const auto& event : desk.story.play(ClockTicked{})) {
                    said.emplace_back(event.name());
                }
            }
            for (const auto& event : desk.price(std::to_string(100 - minute))) {
                said.emplace_back(event.name());
            }
        }
        return said;
    };
    EXPECT_EQ(words(1), words(60));
}

}  // namespace
}  // namespace tapedeck::risk
