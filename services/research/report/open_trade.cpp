#include "research/report/open_trade.h"

#include <algorithm>

namespace tapedeck::research {

namespace {

std::optional<double> mean_of(const OpenTrade::Slippage& slippage) {
    if (slippage.weight <= 0) return std::nullopt;
    return slippage.sum / slippage.weight;
}

Price average(Money value, Quantity quantity) {
    if (quantity.is_zero()) return {};
    return price_of(value, quantity, Rounding::HalfEven).value_or(Price{});
}

}  // namespace

void OpenTrade::take_extremes(Price price) {
    for (const Price extreme : {low, high}) {
        const auto unrealised = position.unrealised(extreme);
        if (!unrealised) continue;
        const Money result = position.realised + *unrealised;
        trade.mae = std::min(trade.mae, result);
        trade.mfe = std::max(trade.mfe, result);
    }
    low = high = price;
}

Trade OpenTrade::at(Price mark, Time now) const {
    OpenTrade last = *this;
    last.take_extremes(mark);
    Trade result = last.trade;
    result.closed_at = now;
    result.gross = position.realised;
    result.open_gross = position.unrealised(mark).value_or(Money{});
    result.net = result.gross + result.open_gross - result.fees;
    result.entry_price = average(result.entry_value, result.quantity);
    result.exit_price = average(result.exit_value, result.exited);
    result.entry_slippage_bps = mean_of(entry_slippage);
    result.exit_slippage_bps = mean_of(exit_slippage);
    if (result.first_stop) {
        const Price distance = (result.entry_price - *result.first_stop).abs();
        const auto risk = notional(distance, result.quantity, Rounding::Up);
        if (risk && risk->is_positive()) result.initial_risk = *risk;
    }
    return result;
}

}  // namespace tapedeck::research
