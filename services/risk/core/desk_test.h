#pragma once

#include "risk/core/risk.h"
#include "testing/given.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

/// The vocabulary of risk's stories: a desk with an account, a price and an execution that does
/// what it is told. Equity 10000, price 100, tick 0.01, step 0.001, smallest order 0.01 and 5 USD.
namespace tapedeck::risk {

using namespace tapedeck::testing;

using Config = std::vector<std::pair<std::string, std::string>>;

/// A configuration in words: `Desk desk(with({{"risk.day_trades", "1"}}));`
inline Config with(Config config) {
    return config;
}

inline const Instrument kBtc = instrument("kraken:BTC/USD");
inline const Instrument kEth = instrument("kraken:ETH/USD");

class Desk {
public:
    explicit Desk(Config config = {}) {
        story.when(started("risk", std::move(config)));
        list(kBtc);
        list(kEth);
        deposit("10000");
        price("100");
        price("100", kEth);
    }

    Desk& list(const Instrument& what) {
        InstrumentListed listed;
        listed.instrument = what;
        listed.price_tick = testing::price("0.01");
        listed.quantity_step = quantity("0.001");
        listed.quantity_min = quantity("0.01");
        listed.notional_min = money("5");
        story.when(listed);
        return *this;
    }

    std::vector<Event> deposit(std::string_view amount) {
        CashDeposited deposited;
        deposited.account = "paper";
        deposited.currency = "USD";
        deposited.amount = money(amount);
        return story.play(deposited);
    }

    /// A trade at this price; what risk says to it, recorded.
    std::vector<Event> price(std::string_view at, const Instrument& what = kBtc) {
        TradePrinted trade;
        trade.instrument = what;
        trade.price = testing::price(at);
        trade.quantity = quantity("1");
        return story.play(trade);
    }

    TargetSet target(std::string_view exposure, std::string strategy = "s") {
        TargetSet target;
        target.strategy = std::move(strategy);
        target.instrument = kBtc;
        target.exposure = ratio(exposure);
        target.reference_price = testing::price("100");
        target.valid_until = story.now() + std::chrono::minutes(2);
        target.reason = "signal";
        return target;
    }

    /// What risk says to a target, recorded.
    std::vector<Event> ask(TargetSet target) { return story.play(std::move(target)); }

    std::vector<Event> ask(std::string_view exposure) { return ask(target(exposure)); }

    /// Execution takes up every approval and cancel that waits; orders rest.
    void execute() {
        for (std::size_t i = 0; i < story.tape().size(); ++i) {
            const Recorded recorded = story.tape()[i];
            if (const auto* cancel = recorded.event.as<CancelApproved>()) {
                if (recorded.seq > executed_) cancel_order(cancel->intent);
            }
            const auto* approved = recorded.event.as<OrderApproved>();
            if (approved == nullptr || recorded.seq <= executed_) continue;
            executed_ = recorded.seq;
            intend(recorded.seq, approved->terms);
        }
    }

    Seq intend(Seq approved, const OrderTerms& terms) {
        story.play(OrderIntended{approved, terms});
        const Seq intent = story.last_seq_of<OrderIntended>();
        story.play(OrderAccepted{intent, "v", {}});
        return intent;
    }

    void cancel_order(Seq intent, std::string reason = "requested") {
        story.play(OrderCanceled{intent, {}, std::move(reason), {}});
    }

    /// A fill of the last intended order of this purpose.
    std::vector<Event> fill(
        OrderPurpose purpose, std::string_view amount, std::string_view at = "100") {
        const auto [seq, terms] = intended(purpose);
        OrderFilled filled;
        filled.intent = seq;
        filled.account = terms.account;
        filled.strategy = terms.strategy;
        filled.instrument = terms.instrument;
        filled.trade_id = "t" + std::to_string(++trades_);
        filled.side = terms.side;
        filled.price = testing::price(at);
        filled.quantity = quantity(amount);
        filled.fee_currency = "USD";
        return story.play(filled);
    }

    std::pair<Seq, OrderTerms> intended(OrderPurpose purpose) const {
        std::pair<Seq, OrderTerms> last;
        for (const auto& recorded : story.tape()) {
            const auto* intent = recorded.event.as<OrderIntended>();
            if (intent != nullptr && intent->terms.purpose == purpose) {
                last = {recorded.seq, intent->terms};
            }
        }
        return last;
    }

    /// Long 1 from 100, with stop and take-profit resting.
    Desk& go_long() {
        ask("1");
        execute();
        fill(OrderPurpose::Entry, entry_quantity());
        execute();
        return *this;
    }

    std::string entry_quantity() const {
        return intended(OrderPurpose::Entry).second.quantity.to_string();
    }

    struct Tape : Story<Risk> {
        template <AnEvent T>
        Seq last_seq_of() const {
            Seq found;
            for (const auto& recorded : tape()) {
                if (recorded.event.as<T>() != nullptr) found = recorded.seq;
            }
            return found;
        }
    };

    Tape story;

private:
    Seq executed_;
    int trades_ = 0;
};

/// The verdict in what was said; fails the test where there is not exactly one.
inline OrderApproved approved_in(const std::vector<Event>& said) {
    const auto found = only<OrderApproved>(said);
    EXPECT_EQ(found.size(), 1U) << ::testing::PrintToString(said);
    return found.empty() ? OrderApproved{} : found.front();
}

inline OrderDenied denied_in(const std::vector<Event>& said) {
    const auto found = only<OrderDenied>(said);
    EXPECT_EQ(found.size(), 1U) << ::testing::PrintToString(said);
    return found.empty() ? OrderDenied{} : found.front();
}

/// The name of the code of the one denial in `said`.
inline std::string code_in(const std::vector<Event>& said) {
    return std::string(to_string(denied_in(said).code));
}

inline std::optional<RuleCheck> check_of(const std::vector<RuleCheck>& checks, DenyCode code) {
    for (const auto& check : checks) {
        if (check.code == code) return check;
    }
    return std::nullopt;
}

inline std::string number_of(const std::optional<Decimal>& value) {
    return value ? value->to_string() : "none";
}

/// "value limit headroom" of one rule.
inline std::string numbers_of(const std::vector<RuleCheck>& checks, DenyCode code) {
    const auto check = check_of(checks, code);
    if (!check) return "absent";
    return number_of(check->value) + " " + number_of(check->limit) + " " +
           number_of(check->headroom);
}

}  // namespace tapedeck::risk
