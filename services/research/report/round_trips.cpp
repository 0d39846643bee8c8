#include "research/report/round_trips.h"

#include <algorithm>

namespace tapedeck::research {

namespace {

/// A fill may be recorded this much after the candle that it met has opened.
constexpr Duration kSlack = std::chrono::seconds(1);

constexpr double kBasisPoints = 10'000;

/// part / of × amount, rounded half even; the rest is whatever is left.
Money share(Money amount, Quantity part, Quantity of) {
    if (part == of) return amount;
    const auto product = multiply(amount.decimal(), part.decimal(), Rounding::HalfEven);
    if (!product) return {};
    const auto quotient = divide(*product, of.decimal(), Rounding::HalfEven);
    return quotient ? Money(*quotient) : Money{};
}

CloseType close_type(const OrderFacts* order) {
    if (order == nullptr) return CloseType::External;
    switch (order->purpose) {
        case OrderPurpose::Entry: return CloseType::Flip;
        case OrderPurpose::Exit: return CloseType::Exit;
        case OrderPurpose::StopLoss: return CloseType::StopLoss;
        case OrderPurpose::TakeProfit: return CloseType::TakeProfit;
        case OrderPurpose::Emergency: return CloseType::Emergency;
    }
    return CloseType::External;
}

/// side · (fill − reference)/reference · 10⁴
std::optional<double> slippage(const OrderFilled& fill, const std::optional<Price>& reference) {
    if (!reference || !reference->is_positive()) return std::nullopt;
    const double from = reference->decimal().to_double();
    const double bps = (fill.price.decimal().to_double() - from) / from * kBasisPoints;
    return fill.side == Side::Buy ? bps : -bps;
}

}  // namespace

/// What one fill brings, gathered once.
struct RoundTrips::Booking {
    const Recorded& recorded;
    const OrderFilled& fill;
    const OrderFacts* order = nullptr;
    Market& market;
    Money value;
    Money fee;  ///< in the quote currency
    std::optional<double> slippage_bps{};
    double weight = 0;
};

void RoundTrips::restart() {
    closed_.clear();
    costs_ = Costs();
    unbookable_ = 0;
}

void RoundTrips::book(
    Holdings& holdings,
    const Recorded& recorded,
    const OrderFilled& fill,
    const OrderFacts* order) {
    Market& market = holdings.market(fill.instrument);
    const auto value = execution::fill_value(fill.side, fill.price, fill.quantity);
    if (!value || !fill.quantity.is_positive()) {
        ++unbookable_;
        return;
    }
    if (!market.is_priced) holdings.set_mark(market, fill.price);
    Booking booking{
        .recorded = recorded,
        .fill = fill,
        .order = order,
        .market = market,
        .value = *value,
        .fee = {}};
    const auto found =
        std::find_if(market.open.begin(), market.open.end(), [&](const OpenTrade& open) {
            return open.trade.account == fill.account && open.trade.strategy == fill.strategy;
        });
    const std::size_t at = static_cast<std::size_t>(found - market.open.begin());
    if (found == market.open.end()) market.open.push_back(opened(booking));
    OpenTrade& trade = market.open[at];
    const execution::Position before = trade.position;
    const bool is_exit =
        !before.quantity.is_zero() && before.quantity.is_negative() == (fill.side == Side::Buy);
    if (!before.quantity.is_zero()) {
        trade.see(fill.price);
        trade.take_extremes(fill.price);
    }
    const auto gain = trade.position.book(fill.side, fill.quantity, *value);
    if (!gain) {
        ++unbookable_;
        if (before.quantity.is_zero()) market.open.pop_back();
        return;
    }
    charge(holdings, booking);
    market.was_traded = true;
    if (!is_exit) {
        enter(trade, booking, fill.quantity, *value, booking.fee);
    } else {
        const Quantity closed = std::min(fill.quantity, before.quantity.abs());
        const Quantity rest = fill.quantity - closed;
        const Money rest_value = rest.is_zero() ? Money{} : trade.position.cost.abs();
        const Money closing_fee = share(booking.fee, closed, fill.quantity);
        leave(trade, booking, closed, *value - rest_value, closing_fee);
        if (trade.position.quantity.is_zero() || rest.is_positive()) {
            OpenTrade next = opened(booking);
            next.position.quantity = trade.position.quantity;
            next.position.cost = trade.position.cost;
            trade.position.quantity = Quantity{};
            trade.position.cost = Money{};
            close(holdings, trade, booking);
            if (rest.is_zero()) {
                market.open.erase(market.open.begin() + static_cast<std::ptrdiff_t>(at));
            } else {
                trade = std::move(next);
                enter(trade, booking, rest, rest_value, booking.fee - closing_fee);
            }
        }
    }
    holdings.revalue(market);
}

/// Cash moves, and what it cost is counted.
void RoundTrips::charge(Holdings& holdings, Booking& booking) {
    const OrderFilled& fill = booking.fill;
    const std::string_view quote = fill.instrument.quote();
    holdings.add_cash(quote, fill.side == Side::Buy ? -booking.value : booking.value);
    if (!fill.fee.is_zero()) {
        holdings.add_cash(fill.fee_currency, -fill.fee);
        if (fill.fee_currency == quote) {
            booking.fee = fill.fee;
        } else if (fill.fee_currency == fill.instrument.base()) {
            const Quantity paid(fill.fee.decimal());
            booking.fee = notional(fill.price, paid, Rounding::Up).value_or(Money{});
        } else {
            booking.fee = holdings.exchanged(fill.fee, fill.fee_currency, quote).value_or(Money{});
        }
    }
    const Money fee = holdings.in_reporting(booking.fee, quote);
    if (fee.is_negative()) {
        costs_.rebates -= fee;
    } else {
        (fill.liquidity == Liquidity::Maker ? costs_.maker_fees : costs_.taker_fees) += fee;
    }
    const Money traded = holdings.in_reporting(booking.value, quote);
    costs_.traded += traded;
    ++costs_.fills;
    const double weight = traded.decimal().to_double();
    booking.weight = weight;
    if (fill.liquidity == Liquidity::Maker) costs_.maker_traded += weight;
    if (booking.order == nullptr) return;
    booking.slippage_bps = slippage(fill, booking.order->reference);
    if (booking.slippage_bps) {
        costs_.decision_slippage += *booking.slippage_bps * weight;
        costs_.decision_value += weight;
    }
    if (const auto bps = slippage(fill, booking.order->arrival)) {
        costs_.arrival_slippage += *bps * weight;
        costs_.arrival_value += weight;
    }
}

OpenTrade RoundTrips::opened(const Booking& booking) const {
    const OrderFilled& fill = booking.fill;
    OpenTrade open;
    open.low = open.high = fill.price;
    Trade& trade = open.trade;
    trade.order = fill.intent;
    trade.opening_fill = booking.recorded.seq;
    trade.account = fill.account;
    trade.strategy = fill.strategy;
    trade.instrument = fill.instrument;
    trade.side = fill.side;
    trade.opened_at = booking.recorded.recorded_at;
    if (booking.order != nullptr) {
        trade.entry_reason = booking.order->reason;
        trade.first_stop = booking.order->stop_price;
        trade.take_profit = booking.order->take_profit_price;
    } else {
        trade.entry_reason = "external";
    }
    // Paper fills market orders at the open of a candle: the trade was there for all of it.
    const auto& candle = booking.market.candle;
    const bool from_its_open = candle && booking.recorded.cause == candle->seq &&
                               booking.order != nullptr && booking.order->type == OrderType::Market;
    if (from_its_open) {
        open.see(candle->low);
        open.see(candle->high);
    }
    return open;
}

namespace {

void add_fee(Trade& trade, Money fee, Liquidity liquidity) {
    trade.fees += fee;
    if (fee.is_negative()) {
        trade.rebates -= fee;
    } else {
        (liquidity == Liquidity::Maker ? trade.maker_fees : trade.taker_fees) += fee;
    }
    ++trade.fills;
}

}  // namespace

void RoundTrips::enter(
    OpenTrade& trade, const Booking& booking, Quantity quantity, Money value, Money fee) {
    trade.trade.quantity += quantity;
    trade.trade.entry_value += value;
    trade.trade.quantity_max = std::max(trade.trade.quantity_max, trade.position.quantity.abs());
    add_fee(trade.trade, fee, booking.fill.liquidity);
    if (!booking.slippage_bps) return;
    const double weight = value.decimal().to_double();
    trade.entry_slippage.sum += *booking.slippage_bps * weight;
    trade.entry_slippage.weight += weight;
}

void RoundTrips::leave(
    OpenTrade& trade, const Booking& booking, Quantity quantity, Money value, Money fee) {
    trade.trade.exited += quantity;
    trade.trade.exit_value += value;
    add_fee(trade.trade, fee, booking.fill.liquidity);
    if (!booking.slippage_bps) return;
    const double weight = value.decimal().to_double();
    trade.exit_slippage.sum += *booking.slippage_bps * weight;
    trade.exit_slippage.weight += weight;
}

void RoundTrips::close(const Holdings& holdings, OpenTrade& open, const Booking& booking) {
    Trade trade = open.at(booking.fill.price, booking.recorded.recorded_at);
    trade.close = close_type(booking.order);
    trade.exit_reason = booking.order == nullptr ? std::string("external") : booking.order->reason;
    trade.closing_fill = booking.recorded.seq;
    trade.closing_order = booking.fill.intent;
    convert(trade, holdings);
    if (trade.initial_risk) {
        trade.r = trade.net.decimal().to_double() / trade.initial_risk->decimal().to_double();
    }
    closed_.push_back(std::move(trade));
}

void RoundTrips::stop_placed(Holdings& holdings, const OrderTerms& terms) {
    if (terms.purpose != OrderPurpose::StopLoss || !terms.trigger_price) return;
    for (auto& open : holdings.market(terms.instrument).open) {
        const bool is_its =
            open.trade.account == terms.account && open.trade.strategy == terms.strategy;
        if (is_its && !open.trade.first_stop) open.trade.first_stop = terms.trigger_price;
    }
}

void take_candle(Market& market, std::vector<OpenTrade>& open) {
    if (!market.candle) return;
    for (auto& each : open) {
        each.see(market.candle->close);
        if (market.candle->open_time + kSlack < each.trade.opened_at) continue;
        each.see(market.candle->low);
        each.see(market.candle->high);
    }
}

void convert(Trade& trade, const Holdings& holdings) {
    const std::string_view quote = trade.instrument.quote();
    trade.gross_reporting = holdings.in_reporting(trade.gross + trade.open_gross, quote);
    trade.fees_reporting = holdings.in_reporting(trade.fees, quote);
    trade.net_reporting = holdings.in_reporting(trade.net, quote);
    trade.entry_value_reporting = holdings.in_reporting(trade.entry_value, quote);
}

}  // namespace tapedeck::research
