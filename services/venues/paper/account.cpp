#include "venues/paper/account.h"

namespace tapedeck::paper {
namespace {

constexpr std::int64_t kDays = 30;

}  // namespace

void Account::book(const OrderFilled& fill, Time at) {
    const bool is_buy = fill.side == Side::Buy;
    const auto value = notional(fill.price, fill.quantity, is_buy ? Rounding::Up : Rounding::Down);
    if (!value) return;  // beyond 1.7e20: never one of our own fills
    cash_[std::string(fill.instrument.quote())] += is_buy ? -*value : *value;
    if (!fill.fee.is_zero()) cash_[fill.fee_currency] -= fill.fee;

    Quantity& held = holdings_[fill.instrument];
    held += is_buy ? fill.quantity : -fill.quantity;
    if (held.is_zero()) holdings_.erase(fill.instrument);

    const std::int64_t today = utc_day(at);
    volume_by_day_[today] += *value;
    volume_by_day_.erase(volume_by_day_.begin(), volume_by_day_.upper_bound(today - kDays));
}

Money Account::cash(std::string_view currency) const {
    const auto found = cash_.find(currency);
    return found == cash_.end() ? Money{} : found->second;
}

Quantity Account::holding(const Instrument& instrument) const {
    const auto found = holdings_.find(instrument);
    return found == holdings_.end() ? Quantity{} : found->second;
}

Money Account::volume(Time now) const {
    Money sum;
    const auto first = volume_by_day_.upper_bound(utc_day(now) - kDays);
    for (auto day = first; day != volume_by_day_.end(); ++day) sum += day->second;
    return sum;
}

}  // namespace tapedeck::paper
