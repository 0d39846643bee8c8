#pragma once

#include "events/account.h"
#include "events/market.h"
#include "events/order.h"
#include "risk/core/arithmetic.h"

#include <map>
#include <string>
#include <utility>

namespace tapedeck::risk {

/// What is known of one instrument, and what the account holds of it over all strategies.
struct Market {
    std::optional<InstrumentListed> listing;
    Price price;  ///< last trade, candle close, quote midpoint or own fill; 0 = none yet
    Time priced_at{};
    bool stale = false;
    Time gap_until{};  ///< data before this is missing and nothing newer has come; 0 = no gap
    Quantity quantity;
    Money value;  ///< quantity × price, rounded against us

    bool has_price() const { return price.is_positive(); }

    /// On the venue's tick. Without a tick, or beyond all range, as it is.
    Price on_tick(Price price_wanted, Rounding rounding) const;

    /// Downwards on the venue's step.
    Quantity on_step(Quantity quantity_wanted) const;

    /// How much of a position an order can close: 0 for dust, of which the venue would refuse the
    /// quantity or the worth.
    Quantity closable(Quantity position) const;

    template <class A>
    void archive(A& a) {
        a(listing);
        a(price);
        a(priced_at);
        a(stale);
        a(gap_until);
        a(quantity);
        a(value);
    }
};

/// The account's worth: cash plus positions at the last price, its peak, and what it was when the
/// UTC day began. A fold of deposits, fills and prices. Not changed by approvals.
class Portfolio {
public:
    /// From a new configuration: whose cash and which currency count.
    void configure(std::string account, std::string currency);

    void list(const InstrumentListed& listed);
    void price(const Instrument& instrument, Price price, Time at, Time data_time);
    void set_stale(const Instrument& instrument, bool stale);
    void open_gap(const Instrument& instrument, Time until);
    void deposit(const CashDeposited& deposited);
    void fill(const OrderFilled& filled, Time at);

    /// A new UTC day begins before this moment: its losses count from what the account is worth.
    void roll(Time now);

    /// After an emergency stop is lifted: losses count from here, else it would trip at once again.
    void forget_drawdown();
    void forget_day_loss();

    void forget_failure() { broken_ = false; }

    /// A fact could not be folded elsewhere: what the account is worth is not known.
    void fail() { broken_ = true; }

    const Market* find(const Instrument& instrument) const;

    /// Only pairs quoted in the account's currency can be valued: there are no exchange rates here.
    bool can_value(const Instrument& instrument) const { return instrument.quote() == currency_; }

    /// Unknown until the first deposit.
    Known<Money> equity() const;

    Known<Money> cash() const { return broken_ ? std::nullopt : free_; }

    Known<Money> peak() const { return peak_; }

    Known<Money> day_start() const { return day_start_; }

    std::int64_t day() const { return day_; }

    /// A fact could not be folded (a number beyond all range): nothing here can be trusted.
    bool is_broken() const { return broken_; }

    template <class A>
    void archive(A& a) {
        a(account_);
        a(currency_);
        a(markets_);
        a(cash_);
        a(free_);
        a(marked_);
        a(peak_);
        a(day_);
        a(day_start_);
        a(broken_);
    }

private:
    void revalue(const Instrument& instrument, Market& market);
    void note_cash();
    void note_peak();

    template <class T>
    void assign(T& target, const Checked<T>& value);

    std::string account_;
    std::string currency_;
    std::map<Instrument, Market> markets_;
    /// By account and currency, of all accounts: deposits may precede our configuration.
    std::map<std::pair<std::string, std::string>, Money> cash_;
    Known<Money> free_;  // our account's, in its currency
    Money marked_;       // Σ value of the markets that can be valued
    Known<Money> peak_;
    std::int64_t day_ = 0;
    Known<Money> day_start_;
    bool broken_ = false;
};

/// Whole-position value of a quantity at a price, rounded against us.
Checked<Money> value_of(Quantity quantity, Price price);

}  // namespace tapedeck::risk
