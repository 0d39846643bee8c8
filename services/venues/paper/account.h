#pragma once

#include "base/time.h"
#include "events/order.h"

#include <map>
#include <string>

namespace tapedeck::paper {

/// What the venue knows of its one account: money, holdings and how much was traded lately.
class Account {
public:
    void deposit(const std::string& currency, Money amount) { cash_[currency] += amount; }

    void book(const OrderFilled& fill, Time at);

    Money cash(std::string_view currency) const;

    /// Signed; of this instrument, over all strategies.
    Quantity holding(const Instrument& instrument) const;

    /// Value of the fills of the last 30 UTC days, today included; all quote currencies at par.
    Money volume(Time now) const;

    template <class A>
    void archive(A& a) {
        a(cash_);
        a(holdings_);
        a(volume_by_day_);
    }

private:
    std::map<std::string, Money, std::less<>> cash_;
    std::map<Instrument, Quantity> holdings_;      // without the empty ones
    std::map<std::int64_t, Money> volume_by_day_;  // at most kDays, by UTC day
};

}  // namespace tapedeck::paper
