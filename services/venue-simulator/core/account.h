#pragma once

#include "venue-simulator/core/order.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace tapedeck::venue_simulator {

enum class Tier { Starter, Intermediate, Pro };

/// Balances, fees and history of one account. What is on hold follows from its open orders, which
/// the exchange knows.
class Account {
public:
    struct Options {
        std::string name{};
        Tier tier = Tier::Pro;
        bool is_house = false;  ///< trades for the market's sake: without funds, limits and history
        std::map<AssetId, Decimal> balances{};
        Decimal volume_before{};  ///< 30-day volume (USD) that it brings along
    };

    explicit Account(Options options);

    const std::string& name() const { return options_.name; }

    Tier tier() const { return options_.tier; }

    bool is_house() const { return options_.is_house; }

    Decimal balance(AssetId asset) const;

    const std::map<AssetId, Decimal>& balances() const { return balances_; }

    /// 30-day volume in USD.
    Decimal volume(Time now) const;
    /// The fraction of the cost that a trade pays now.
    Decimal fee_rate(bool is_maker, Time now) const;

    void add_volume(Decimal usd, Time now);

    /// Books amount − fee, both rounded to what the asset is counted in, and returns the row.
    const LedgerRow& book(LedgerRow row);
    void add_trade(Trade trade);

    const std::deque<LedgerRow>& ledger() const { return ledger_; }

    const std::deque<Trade>& trades() const { return trades_; }

private:
    Options options_;
    std::map<AssetId, Decimal> balances_;
    std::map<std::int64_t, Decimal> volume_by_day_;
    std::deque<LedgerRow> ledger_;
    std::deque<Trade> trades_;
};

}  // namespace tapedeck::venue_simulator
