#pragma once

#include "base/settings.h"
#include "base/time.h"
#include "venues/paper/fees.h"

#include <string>
#include <vector>

namespace tapedeck::paper {

/// The section [paper].
std::vector<SettingsSection> settings();

/// What the paper venue is told in its ServiceStarted.
struct Configuration {
    std::string account;
    std::vector<std::pair<std::string, Money>> cash;  ///< currency and amount, deposited once
    Fees fees;
    Duration latency{};
    Duration candle_slack{};
    Ratio slippage;       ///< of the price
    Ratio participation;  ///< 0 … 1
    bool limit_fills_on_touch = false;
    bool allow_short = false;
    std::int64_t lost_answers = 0;  ///< in a million
    std::uint64_t lost_answers_seed = 0;

    static Configuration of(const Settings& settings);

    template <class A>
    void archive(A& a) {
        a(account);
        a(cash);
        a(fees);
        a(latency);
        a(candle_slack);
        a(slippage);
        a(participation);
        a(limit_fills_on_touch);
        a(allow_short);
        a(lost_answers);
        a(lost_answers_seed);
    }
};

}  // namespace tapedeck::paper
