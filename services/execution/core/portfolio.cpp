#include "execution/core/portfolio.h"

#include "base/overloaded.h"

#include <algorithm>

namespace tapedeck::execution {
namespace {

constexpr std::uint32_t kStateFormat = 1;

std::optional<Price> middle(const QuoteChanged& quote) {
    const auto half =
        divide((quote.bid + quote.ask).decimal(), Decimal::from_integer(2), Rounding::HalfEven);
    return half ? std::optional<Price>(*half) : std::nullopt;
}

}  // namespace

void Portfolio::decide(const Recorded& recorded, Outbox& out) const {
    if (recorded.event.as<OrderFilled>() != nullptr) {
        if (const auto owed = unstated_.find(recorded.seq); owed != unstated_.end()) {
            out.emit(owed->second);
        }
    } else if (is_start_of(kService, recorded)) {
        for (const auto& owed : unstated_) {
            const bool is_said = std::any_of(
                out.in_flight().begin(), out.in_flight().end(), [&](const InFlight& own) {
                    const auto* said = own.event.as<PositionChanged>();
                    return said != nullptr && said->fill == owed.first;
                });
            if (!is_said) out.emit(owed.second);
        }
    }
}

void Portfolio::apply(const Recorded& recorded) {
    if (const auto* candle = recorded.event.as<CandleClosed>()) {  // most of a backtest's tape
        prices_[candle->instrument] = candle->close;
        return;
    }
    const bool is_new_fill = fills_.fold(recorded);
    recorded.event.visit(overloaded{
        [&](const TradePrinted& trade) { prices_[trade.instrument] = trade.price; },
        [&](const QuoteChanged& quote) {
            if (const auto price = middle(quote)) prices_[quote.instrument] = *price;
        },
        [&](const OrderFilled& fill) {
            if (is_new_fill) book(fill, recorded.seq);
        },
        [&](const CashDeposited& deposit) {
            const CashKey key{deposit.account, deposit.currency};
            cash_[key] += deposit.amount;
            deposits_[key] += deposit.amount;
        },
        [&](const PositionChanged& change) { unstated_.erase(change.fill); },
        [](const auto&) {},  // the rest of the tape moves no money
    });
}

void Portfolio::book(const OrderFilled& fill, Seq seq) {
    const auto value = fill_value(fill.side, fill.price, fill.quantity);
    Position& position = positions_[{fill.account, fill.instrument, fill.strategy}];
    const auto realised = value ? position.book(fill.side, fill.quantity, *value) : std::nullopt;
    if (!realised) {
        ++unbookable_;
        return;
    }
    const std::string quote(fill.instrument.quote());
    const CashKey account{fill.account, quote};
    cash_[account] += fill.side == Side::Buy ? -*value : *value;
    if (!fill.fee.is_zero()) {
        const CashKey payer{fill.account, fill.fee_currency};
        cash_[payer] -= fill.fee;
        fees_[payer] += fill.fee;
        if (fill.fee_currency == quote) position.fees += fill.fee;
    }
    Quantity& held = account_quantities_[{fill.account, fill.instrument}];
    held += fill.side == Side::Buy ? fill.quantity : -fill.quantity;

    PositionChanged& change = unstated_[seq];
    change.account = fill.account;
    change.strategy = fill.strategy;
    change.instrument = fill.instrument;
    change.fill = seq;
    change.quantity = position.quantity;
    change.cost = position.cost;
    change.average_price = position.average_price().value_or(Price{});
    change.realised = *realised;
    change.realised_total = position.realised;
    change.fees_total = position.fees;
    change.cash = cash_[account];
    change.account_quantity = held;
}

void Portfolio::save(StateWriter& writer) const {
    writer(kStateFormat);
    writer(*this);
}

bool Portfolio::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kStateFormat) return false;
    archive(reader);
    return reader.ok();
}

std::optional<Price> Portfolio::last_price(const Instrument& instrument) const {
    const auto found = prices_.find(instrument);
    return found == prices_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Portfolio::Totals> Portfolio::totals(const std::map<Instrument, Price>& prices) const {
    std::map<CashKey, Totals> by_currency;
    for (const auto& [key, money] : cash_) by_currency[key].cash = money;
    for (const auto& [key, money] : deposits_) by_currency[key].deposits = money;
    for (const auto& [key, money] : fees_) by_currency[key].fees = money;
    for (const auto& [key, position] : positions_) {
        Totals& total = by_currency[{key.account, std::string(key.instrument.quote())}];
        total.realised += position.realised;
        if (position.quantity.is_zero()) continue;
        const auto price = prices.find(key.instrument);
        const auto value = price == prices.end() ? std::nullopt : position.value(price->second);
        if (!value) ++total.unpriced;
        total.value += value.value_or(position.cost);
        total.unrealised += value.value_or(position.cost) - position.cost;
    }
    std::vector<Totals> result;
    for (auto& [key, total] : by_currency) {
        total.account = key.first;
        total.currency = key.second;
        total.equity = total.cash + total.value;
        result.push_back(std::move(total));
    }
    return result;
}

}  // namespace tapedeck::execution
