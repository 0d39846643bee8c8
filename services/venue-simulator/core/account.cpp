#include "venue-simulator/core/account.h"

#include "venue-simulator/core/text.h"

namespace tapedeck::venue_simulator {
namespace {

constexpr std::size_t kHistoryMax = 50'000;  // rows; the oldest go first
constexpr std::int64_t kVolumeDays = 30;

}  // namespace

Account::Account(Options options) : options_(std::move(options)), balances_(options_.balances) {}

Decimal Account::balance(AssetId asset) const {
    const auto found = balances_.find(asset);
    return found == balances_.end() ? Decimal{} : found->second;
}

Decimal Account::volume(Time now) const {
    Decimal sum = options_.volume_before;
    for (const auto& [day, usd] : volume_by_day_) {
        if (day > utc_day(now) - kVolumeDays) sum = sum + usd;
    }
    return sum;
}

Decimal Account::fee_rate(bool is_maker, Time now) const {
    const FeeRung& rung = fee_ladder()[fee_rung(volume(now))];
    return is_maker ? rung.maker : rung.taker;
}

void Account::add_volume(Decimal usd, Time now) {
    auto& sum = volume_by_day_[utc_day(now)];
    sum = sum + usd;
    while (volume_by_day_.begin()->first <= utc_day(now) - kVolumeDays) {
        volume_by_day_.erase(volume_by_day_.begin());
    }
}

const LedgerRow& Account::book(LedgerRow row) {
    const unsigned places = assets()[row.asset].decimals;
    row.amount = rounded(row.amount, places);
    row.fee = rounded(row.fee, places);
    auto& balance = balances_[row.asset];
    balance = balance + row.amount - row.fee;
    row.balance = balance;
    ledger_.push_back(std::move(row));
    if (ledger_.size() > kHistoryMax) ledger_.pop_front();
    return ledger_.back();
}

void Account::add_trade(Trade trade) {
    trades_.push_back(std::move(trade));
    if (trades_.size() > kHistoryMax) trades_.pop_front();
}

}  // namespace tapedeck::venue_simulator
