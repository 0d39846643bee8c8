#include "trading.h"

#include "events/client_order_id.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

namespace tapedeck::integration {

using namespace std::chrono_literals;

namespace {

constexpr Duration kValidity = 20s;

Instrument instrument_of(std::string_view pair) {
    return Instrument::parse("kraken:" + std::string(pair)).value();
}

}  // namespace

void TradingTest::start(const std::vector<std::string>& settings) {
    auto all = venue_.settings();
    for (auto& each : venue_.trading_settings()) all.push_back(std::move(each));
    all.emplace_back("risk.day_trades=0");  // the strategies only watch
    all.insert(all.end(), settings.begin(), settings.end());
    std::map<std::string, std::string> by_key;  // the last word counts
    for (auto& each : all) by_key[each.substr(0, each.find('='))] = each;
    all.clear();
    for (auto& [key, each] : by_key) all.push_back(std::move(each));
    stack_.emplace(std::move(all));
    stack_->start_all();
    const auto must = [&](bool holds, const char* what) {
        if (!holds) throw std::runtime_error(what + why());
    };
    must(stack_->connect() != nullptr, "no journal");
    hand_ = std::make_unique<Hand>(*stack_);
    must(wait_for_reconciliation({}), "the account is not reconciled");
    for (const auto& pair : {"BTC/USD", "ETH/USD"}) {
        const auto is_it = [&](const QuoteChanged& quote) {
            return quote.instrument == instrument_of(pair);
        };
        must(hand_->find<QuoteChanged>({}, is_it) != nullptr, "no price");
    }
    const auto* began = hand_->find<TapeStarted>({});
    must(began != nullptr, "no tape");
    tape_id_ = began->tape_id;
}

bool TradingTest::wait_for_reconciliation(Seq from) {
    // One under way ends first; hundreds of orders are many pages, each waiting for the key's
    // budget.
    constexpr Duration kPatience = std::chrono::minutes(4);
    const auto is_whole = [](const ReconciliationCompleted& done) { return done.is_complete; };
    return hand_->find<ReconciliationCompleted>(from, is_whole, kPatience) != nullptr;
}

Price TradingTest::bid(std::string_view pair) const {
    Price found;
    for (const auto& quote : hand_->all<QuoteChanged>()) {
        if (quote.instrument == instrument_of(pair)) found = quote.bid;
    }
    return found;
}

Price TradingTest::ask(std::string_view pair) const {
    Price found;
    for (const auto& quote : hand_->all<QuoteChanged>()) {
        if (quote.instrument == instrument_of(pair)) found = quote.ask;
    }
    return found;
}

OrderTerms TradingTest::market(Side side, std::string_view pair, std::string_view quantity) const {
    OrderTerms terms;
    terms.account = "main";
    terms.strategy = "hand";
    terms.instrument = instrument_of(pair);
    terms.side = side;
    terms.quantity = Quantity::parse(quantity).value();
    terms.valid_until = hand_->heard().back()->recorded_at + kValidity;
    return terms;
}

OrderTerms TradingTest::limit(
    Side side, std::string_view pair, std::string_view quantity, Price price) const {
    OrderTerms terms = market(side, pair, quantity);
    terms.type = OrderType::Limit;
    terms.limit_price = price;
    terms.valid_until = {};
    return terms;
}

OrderTerms TradingTest::resting(std::string_view pair, std::string_view quantity) const {
    const Price half = portion(bid(pair), Ratio::parse("0.5").value(), Rounding::Down).value();
    const Price whole(Decimal::from_integer(1));
    return limit(Side::Buy, pair, quantity, round_to(half, whole, Rounding::Down).value());
}

Seq TradingTest::intend(const OrderTerms& terms) {
    OrderApproved approved;
    approved.terms = terms;
    approved.reason = "test";
    const Seq seq = hand_->say(approved);
    const auto* intended = hand_->find(seq, [&](const Recorded& recorded) {
        const auto* intent = recorded.event.as<OrderIntended>();
        return intent != nullptr && intent->approved == seq;
    });
    EXPECT_NE(intended, nullptr) << why();
    return intended == nullptr ? Seq{} : intended->seq;
}

std::vector<Seq> TradingTest::unresolved() const {
    std::map<Seq, OrderTerms> open;
    std::map<Seq, Quantity> filled_by;
    std::set<Seq> resting;
    for (const auto& recorded : hand_->heard()) {
        const Event& event = recorded->event;
        if (const auto* intended = event.as<OrderIntended>()) {
            open.emplace(recorded->seq, intended->terms);
        } else if (const auto* fill = event.as<OrderFilled>()) {
            filled_by[fill->intent] += fill->quantity;
        } else if (const auto* accepted = event.as<OrderAccepted>()) {
            resting.insert(accepted->intent);
        } else if (const auto* canceled = event.as<OrderCanceled>()) {
            open.erase(canceled->intent);
        } else if (const auto* expired = event.as<OrderExpired>()) {
            open.erase(expired->intent);
        } else if (const auto* rejected = event.as<OrderRejected>()) {
            open.erase(rejected->intent);
        } else if (const auto* resolved = event.as<OrderResolved>()) {
            if (resolved->resolution != Resolution::Accepted) open.erase(resolved->intent);
        }
    }
    std::vector<Seq> result;
    for (const auto& [intent, terms] : open) {
        const bool rests = resting.contains(intent) && terms.type != OrderType::Market;
        if (!rests && filled_by[intent] != terms.quantity) result.push_back(intent);
    }
    return result;
}

Quantity TradingTest::filled(Seq intent) const {
    Quantity sum;
    for (const auto& fill : hand_->all<OrderFilled>()) {
        if (fill.intent == intent) sum += fill.quantity;
    }
    return sum;
}

std::string TradingTest::name_of(Seq intent) const {
    return to_uuid_text({tape_id_, intent});
}

std::size_t TradingTest::placed(Seq intent) {
    const auto all = venue_.orders();
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& order) {
        return order.client_id == name_of(intent);
    }));
}

Decimal TradingTest::on_tape(std::string_view currency) const {
    Decimal sum;
    for (const auto& deposit : hand_->all<CashDeposited>()) {
        if (deposit.account == "main" && deposit.currency == currency) {
            sum = sum + deposit.amount.decimal();
        }
    }
    for (const auto& fill : hand_->all<OrderFilled>()) {
        const bool is_buy = fill.side == Side::Buy;
        if (fill.instrument.base() == currency) {
            sum = sum + (is_buy ? fill.quantity.decimal() : -fill.quantity.decimal());
        }
        if (fill.instrument.quote() == currency) {
            const Decimal cost =
                notional(fill.price, fill.quantity, Rounding::HalfEven).value().decimal();
            sum = sum + (is_buy ? -cost : cost);
        }
        if (fill.fee_currency == currency) sum = sum - fill.fee.decimal();
    }
    return sum;
}

void TradingTest::expect_balances_agree() {
    // A lost connection is followed by a reconciliation, which settles what the ledger rounds.
    const Seq from = hand_->last().next();
    venue_.ask("drop_sockets");
    ASSERT_TRUE(wait_for_reconciliation(from)) << why();
    const auto held = venue_.balances();
    for (const auto& [currency, amount] : held) {
        EXPECT_EQ(on_tape(currency).to_string(), amount.to_string()) << currency;
    }
    EXPECT_TRUE(hand_->all<DiscrepancyFound>().empty());
}

}  // namespace tapedeck::integration
