#include "risk/core/portfolio.h"

#include <algorithm>
#include <utility>

namespace tapedeck::risk {

Checked<Money> value_of(Quantity quantity, Price price) {
    return notional(price, quantity, Rounding::Floor);
}

Price Market::on_tick(Price price_wanted, Rounding rounding) const {
    if (!listing || !listing->price_tick.is_positive()) return price_wanted;
    return round_to(price_wanted, listing->price_tick, rounding).value_or(price_wanted);
}

Quantity Market::on_step(Quantity quantity_wanted) const {
    if (!listing || !listing->quantity_step.is_positive()) return quantity_wanted;
    return round_to(quantity_wanted, listing->quantity_step, Rounding::Down)
        .value_or(quantity_wanted);
}

Quantity Market::closable(Quantity position) const {
    const Quantity rounded = on_step(position.abs());
    if (!listing) return rounded;
    const auto worth = notional(price, rounded, Rounding::Down);
    const bool is_dust =
        rounded < listing->quantity_min || (has_price() && worth && *worth < listing->notional_min);
    return is_dust ? Quantity{} : rounded;
}

template <class T>
void Portfolio::assign(T& target, const Checked<T>& value) {
    if (value) {
        target = *value;
    } else {
        broken_ = true;
    }
}

void Portfolio::configure(std::string account, std::string currency) {
    if (account_ == account && currency_ == currency) return;
    account_ = std::move(account);
    currency_ = std::move(currency);
    marked_ = {};
    for (const auto& [instrument, market] : markets_) {
        if (can_value(instrument)) assign(marked_, sum(marked_, market.value));
    }
    note_cash();
    peak_ = equity();
    day_start_ = equity();
}

void Portfolio::list(const InstrumentListed& listed) {
    markets_[listed.instrument].listing = listed;
}

void Portfolio::price(const Instrument& instrument, Price price, Time at, Time data_time) {
    if (!price.is_positive()) return;  // no price; market-data should have rejected it
    Market& market = markets_[instrument];
    market.price = price;
    market.priced_at = at;
    if (data_time >= market.gap_until) market.gap_until = {};
    if (!market.quantity.is_zero()) revalue(instrument, market);
}

void Portfolio::revalue(const Instrument& instrument, Market& market) {
    const Money before = market.value;
    assign(market.value, value_of(market.quantity, market.price));
    if (!can_value(instrument)) return;
    const auto change = difference(market.value, before);
    if (change) {
        assign(marked_, sum(marked_, *change));
    } else {
        broken_ = true;
    }
    note_peak();
}

void Portfolio::note_peak() {
    const auto now = equity();
    if (!now) return;
    if (!day_start_) day_start_ = now;
    if (!peak_ || *now > *peak_) peak_ = now;
}

void Portfolio::set_stale(const Instrument& instrument, bool stale) {
    markets_[instrument].stale = stale;
}

void Portfolio::open_gap(const Instrument& instrument, Time until) {
    Market& market = markets_[instrument];
    market.gap_until = std::max(market.gap_until, until);
}

void Portfolio::deposit(const CashDeposited& deposited) {
    Money& cash = cash_[{deposited.account, deposited.currency}];
    assign(cash, sum(cash, deposited.amount));
    if (deposited.account != account_ || deposited.currency != currency_) return;
    note_cash();
    // A deposit is no profit and a withdrawal no loss.
    if (peak_) assign(*peak_, sum(*peak_, deposited.amount));
    if (day_start_) assign(*day_start_, sum(*day_start_, deposited.amount));
    note_peak();
}

void Portfolio::fill(const OrderFilled& filled, Time at) {
    Market& market = markets_[filled.instrument];
    const bool buys = filled.side == Side::Buy;
    const auto paid =
        notional(filled.price, filled.quantity, buys ? Rounding::Ceiling : Rounding::Floor);
    Money& cash = cash_[{account_, std::string(filled.instrument.quote())}];
    if (paid) {
        assign(cash, buys ? difference(cash, *paid) : sum(cash, *paid));
    } else {
        broken_ = true;
    }
    const std::string fee_currency =
        filled.fee_currency.empty() ? std::string(filled.instrument.quote()) : filled.fee_currency;
    Money& fee_cash = cash_[{account_, fee_currency}];
    assign(fee_cash, difference(fee_cash, filled.fee));
    note_cash();
    assign(
        market.quantity,
        buys ? sum(market.quantity, filled.quantity)
             : difference(market.quantity, filled.quantity));
    if (!market.has_price() && filled.price.is_positive()) {
        market.price = filled.price;  // better than none: what we have just paid
        market.priced_at = at;
    }
    revalue(filled.instrument, market);
}

void Portfolio::roll(Time now) {
    const std::int64_t today = utc_day(now);
    if (today == day_) return;
    day_ = today;
    day_start_ = equity();
}

void Portfolio::forget_drawdown() {
    peak_ = equity();
}

void Portfolio::forget_day_loss() {
    day_start_ = equity();
}

const Market* Portfolio::find(const Instrument& instrument) const {
    const auto found = markets_.find(instrument);
    return found == markets_.end() ? nullptr : &found->second;
}

void Portfolio::note_cash() {
    const auto found = cash_.find({account_, currency_});
    free_ = found == cash_.end() ? std::nullopt : Known<Money>(found->second);
}

Known<Money> Portfolio::equity() const {
    const auto free = cash();
    if (!free) return std::nullopt;
    return known(sum(*free, marked_));
}

}  // namespace tapedeck::risk
