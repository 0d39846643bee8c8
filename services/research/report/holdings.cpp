#include "research/report/holdings.h"

#include <algorithm>

namespace tapedeck::research {

namespace {

Money times(Money amount, Ratio rate) {
    return portion(amount, rate, Rounding::Floor).value_or(Money{});
}

std::optional<Ratio> rate_from(Price price, bool is_inverse) {
    if (!price.is_positive()) return std::nullopt;
    if (!is_inverse) return Ratio(price.decimal());
    const auto inverse = divide(Decimal::from_integer(1), price.decimal(), Rounding::HalfEven);
    return inverse ? std::optional(Ratio(*inverse)) : std::nullopt;
}

}  // namespace

Market& Holdings::find_market(const Instrument& instrument) {
    const auto [place, is_new] = by_name_.try_emplace(instrument, nullptr);
    if (is_new) {
        Market& market = markets_.emplace_back();
        market.instrument = instrument;
        place->second = &market;
        link(market);
    }
    last_ = place->second;
    return *last_;
}

/// A market speaks of currencies: its quote, and if that or its base is the reporting one, it
/// gives the other's rate, unless another market does already.
void Holdings::link(Market& market) {
    const auto index_of = [&](std::string_view name) {
        const auto found = std::find_if(
            currencies_.begin(), currencies_.end(), [&](const auto& c) { return c.name == name; });
        return found == currencies_.end() ? Market::kNone
                                          : static_cast<std::size_t>(found - currencies_.begin());
    };
    const auto base = market.instrument.base();
    const auto quote = market.instrument.quote();
    market.currency = index_of(quote);
    if (market.rates != Market::kNone) return;
    const bool is_inverse = base == reporting_;
    if (!is_inverse && quote != reporting_) return;
    const std::size_t other = index_of(is_inverse ? quote : base);
    const bool is_taken = std::any_of(
        markets_.begin(), markets_.end(), [&](const auto& m) { return m.rates == other; });
    if (other == Market::kNone || is_taken) return;
    market.rates = other;
    market.is_inverse = is_inverse;
}

std::size_t Holdings::currency_of(std::string_view name) {
    for (std::size_t i = 0; i < currencies_.size(); ++i) {
        if (currencies_[i].name == name) return i;
    }
    Currency& added = currencies_.emplace_back();
    added.name = name;
    if (reporting_.empty()) reporting_ = name;
    if (reporting_ == name) {
        added.rate = Ratio(Decimal::from_integer(1));
        added.rate_value = 1;
    }
    for (auto& market : markets_) link(market);
    for (const auto& market : markets_) {
        if (market.rates != currencies_.size() - 1 || !market.is_priced) continue;
        added.rate = rate_from(market.mark, market.is_inverse);
        if (added.rate) added.rate_value = added.rate->decimal().to_double();
    }
    return currencies_.size() - 1;
}

const Holdings::Currency* Holdings::find_currency(std::string_view name) const {
    for (const auto& currency : currencies_) {
        if (currency.name == name) return &currency;
    }
    return nullptr;
}

void Holdings::add_cash(std::string_view currency, Money amount) {
    currencies_[currency_of(currency)].cash += amount;
    update_cash_value();
}

void Holdings::update_cash_value() {
    cash_value_ = 0;
    for (const auto& currency : currencies_) {
        cash_value_ += currency.cash.decimal().to_double() * currency.rate_value;
    }
}

std::optional<Money> Holdings::set_mark(Market& market, Price price) {
    market.mark = price;
    market.is_priced = true;
    if (!market.matters()) return std::nullopt;
    std::optional<Money> appeared;
    if (market.rates != Market::kNone) {
        Currency& currency = currencies_[market.rates];
        const bool had_rate = currency.rate.has_value();
        if (const auto rate = rate_from(price, market.is_inverse)) {
            currency.rate = rate;
            currency.rate_value = rate->decimal().to_double();
        }
        if (!had_rate && currency.rate) {
            appeared = times(currency.cash + positions_in(market.rates), *currency.rate);
        }
        update_cash_value();
        for (Market* open : open_) {
            if (open->currency == market.rates) revalue(*open);
        }
    }
    if (market.held != 0 && market.currency != Market::kNone) {
        market.value =
            market.held * price.decimal().to_double() * currencies_[market.currency].rate_value;
    }
    return appeared;
}

void Holdings::revalue(Market& market) {
    if (market.currency == Market::kNone) market.currency = currency_of(market.instrument.quote());
    Quantity held;
    for (const auto& trade : market.open) held += trade.position.quantity;
    market.held = held.decimal().to_double();
    market.value =
        market.held * market.mark.decimal().to_double() * currencies_[market.currency].rate_value;
    const auto place = std::find(open_.begin(), open_.end(), &market);
    if (market.open.empty() && place != open_.end()) open_.erase(place);
    if (!market.open.empty() && place == open_.end()) open_.push_back(&market);
}

Money Holdings::positions_in(std::size_t currency) const {
    Money sum;
    for (const Market* market : open_) {
        if (market->currency != currency) continue;
        for (const auto& trade : market->open) {
            sum += trade.position.value(market->mark).value_or(trade.position.cost);
        }
    }
    return sum;
}

Money Holdings::equity() const {
    Money sum;
    for (std::size_t i = 0; i < currencies_.size(); ++i) {
        const Currency& currency = currencies_[i];
        if (!currency.rate) continue;
        const Money whole = currency.cash + positions_in(i);
        sum += currency.name == reporting_ ? whole : times(whole, *currency.rate);
    }
    return sum;
}

Money Holdings::in_reporting(Money amount, std::string_view currency) const {
    return exchanged(amount, currency, reporting_).value_or(Money{});
}

std::optional<Money> Holdings::exchanged(
    Money amount, std::string_view from, std::string_view to) const {
    if (from == to) return amount;
    const Currency* source = find_currency(from);
    const Currency* target = find_currency(to);
    if (source == nullptr || target == nullptr || !source->rate || !target->rate) {
        return std::nullopt;
    }
    const Money reporting = times(amount, *source->rate);
    if (to == reporting_) return reporting;
    const auto result = divide(reporting.decimal(), target->rate->decimal(), Rounding::HalfEven);
    return result ? std::optional(Money(*result)) : std::nullopt;
}

std::vector<std::string> Holdings::unrated() const {
    std::vector<std::string> names;
    for (const auto& currency : currencies_) {
        if (!currency.rate && !currency.cash.is_zero()) names.push_back(currency.name);
    }
    return names;
}

}  // namespace tapedeck::research
