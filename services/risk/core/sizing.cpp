#include "risk/core/sizing.h"

#include <algorithm>

namespace tapedeck::risk {

namespace {

const Ratio kOne(Decimal::from_integer(1));

struct Inputs {
    const TargetSet& target;
    const Book& book;
    const Portfolio& portfolio;
    const Policy& policy;
    const InstrumentPolicy& instrument;
};

/// Each step below leaves empty what cannot be known yet; an error is a computation that failed.
using Step = Checked<void>;

Checked<Price> up_by(Price price, Ratio ratio) {
    return sum(price, TRY(portion(price, ratio, Rounding::Up)));
}

Checked<Price> moved(Price price, Ratio ratio, bool upwards) {
    const Price distance = TRY(portion(price, ratio, Rounding::HalfEven));
    return upwards ? sum(price, distance) : difference(price, distance);
}

Step measure_prices(Proposal& p, const Inputs& in) {
    if (p.market == nullptr || !p.market->has_price()) return {};
    const Price last = p.market->price;
    const Price off = TRY(difference(in.target.reference_price, last)).abs();
    p.price_deviation = TRY(ratio_of(off, last, Rounding::Up));

    const bool buys = p.side == Side::Buy;
    Price worst = last;
    if (in.instrument.entry == EntryType::Limit) {
        const Price limit = TRY(moved(last, in.instrument.limit_offset, buys));
        p.price = p.market->on_tick(limit, buys ? Rounding::Floor : Rounding::Ceiling);
        worst = *p.price;
    } else {
        p.price = last;
        worst = TRY(up_by(last, in.policy.slippage_allowance));
    }
    p.unit_cost = TRY(up_by(worst, in.policy.fee_allowance));
    return {};
}

bool has_volatility(const TargetSet& target) {
    return target.volatility && target.volatility->is_positive();
}

/// The strategy's stop, else the one that sizing by ATR counts on, else the default distance.
Checked<Known<Price>> planned_stop(const Proposal& p, const Inputs& in) {
    const bool buys = p.side == Side::Buy;
    if (in.target.stop_price) return in.target.stop_price;
    if (p.method == SizingMethod::Atr && has_volatility(in.target)) {
        const Price distance =
            TRY(portion(*in.target.volatility, in.instrument.atr_multiple, Rounding::HalfEven));
        return buys ? TRY(difference(*p.price, distance)) : TRY(sum(*p.price, distance));
    }
    if (!in.instrument.stop_loss.is_positive()) return Known<Price>();
    return TRY(moved(*p.price, in.instrument.stop_loss, !buys));
}

/// Levels round towards the price: a smaller loss, a smaller gain.
Step measure_protection(Proposal& p, const Inputs& in) {
    if (!p.price || !p.price->is_positive()) return {};
    const bool buys = p.side == Side::Buy;
    if (const auto stop = TRY(planned_stop(p, in))) {
        p.stop_price = p.market->on_tick(*stop, buys ? Rounding::Ceiling : Rounding::Floor);
        const Price distance = TRY(difference(*p.price, *p.stop_price)).abs();
        p.stop_distance = TRY(ratio_of(distance, *p.price, Rounding::Up));
    }
    Known<Price> profit = in.target.take_profit_price;
    if (!profit && in.instrument.take_profit.is_positive()) {
        profit = TRY(moved(*p.price, in.instrument.take_profit, buys));
    }
    if (profit) {
        p.take_profit_price =
            p.market->on_tick(*profit, buys ? Rounding::Floor : Rounding::Ceiling);
    }
    return {};
}

/// Quantity of a position that loses `risk_per_trade` of equity when the price goes `distance`.
Checked<Known<Quantity>> sized_by_risk(const Proposal& p, const Inputs& in, Price distance) {
    if (!distance.is_positive()) return Known<Quantity>();
    const Money risk = TRY(portion(*p.equity, in.instrument.risk_per_trade, Rounding::Down));
    return TRY(quantity_for(risk, distance, Rounding::Down));
}

/// Quantity of the whole position at an exposure of 1.
Checked<Known<Quantity>> sized(const Proposal& p, const Inputs& in) {
    switch (p.method) {
        case SizingMethod::Fixed:
            return TRY(quantity_for(in.instrument.fixed_notional, *p.price, Rounding::Down));
        case SizingMethod::Fraction: {
            const Money value = TRY(portion(*p.equity, in.instrument.fraction, Rounding::Down));
            return TRY(quantity_for(value, *p.price, Rounding::Down));
        }
        case SizingMethod::RiskFraction: {
            if (!p.stop_price) return Known<Quantity>();
            return sized_by_risk(p, in, TRY(difference(*p.price, *p.stop_price)).abs());
        }
        case SizingMethod::Atr: {
            if (!has_volatility(in.target)) return Known<Quantity>();
            const Price distance =
                TRY(portion(*in.target.volatility, in.instrument.atr_multiple, Rounding::Up));
            return sized_by_risk(p, in, distance);
        }
    }
    return Known<Quantity>();
}

Step measure_wanted(Proposal& p, const Inputs& in) {
    if (!p.price || !p.price->is_positive() || !p.equity) return {};
    const auto full = TRY(sized(p, in));
    if (!full) return {};
    const Ratio exposure(in.target.exposure.decimal().abs());
    const Quantity position = TRY(portion(*full, exposure, Rounding::Down));
    p.wanted = TRY(difference(position, p.held.abs()));
    return {};
}

Checked<Bound> share_of(const Known<Money>& equity, Ratio ratio) {
    if (!equity) return Bound{};
    return Bound(TRY(portion(*equity, ratio, Rounding::Floor)));
}

/// Worth of a stage's quantity: its asset is the account's currency, or is priced at this venue.
Checked<Bound> worth_of(
    const Stage& stage,
    const Instrument& instrument,
    const Portfolio& portfolio,
    const std::string& currency) {
    if (stage.max_quantity->is_zero()) return Bound(Money{});
    if (stage.max_quantity_asset == currency) return Bound(stage.max_quantity->decimal());
    const auto pair = Instrument::parse(
        std::string(instrument.venue()) + ":" + stage.max_quantity_asset + "/" + currency);
    const Market* market = pair ? portfolio.find(*pair) : nullptr;
    if (market == nullptr || !market->has_price()) return Checked<Bound>(tl::in_place);
    return Bound(TRY(notional(market->price, *stage.max_quantity, Rounding::Floor)));
}

Bound smaller(const Bound& a, const Bound& b) {
    if (!a.is_set()) return b;
    if (!b.is_set()) return a;
    if (!a.value() || !b.value()) return {};
    return *a.value() < *b.value() ? a : b;
}

Step measure_room(Proposal& p, const Inputs& in) {
    const Policy& policy = in.policy;
    p.room.stage = TRY(stage_room(in.target.instrument, in.book, in.portfolio, policy));
    p.room.position = TRY(share_of(p.equity, in.instrument.max_position));
    p.room.venue = TRY(share_of(p.equity, policy.max_venue_exposure));
    p.room.total = TRY(share_of(p.equity, policy.max_total_exposure));
    p.room.leverage = policy.allow_leverage ? Bound::none() : TRY(share_of(p.equity, kOne));
    const auto budget = policy.budget_of(in.target.strategy);
    p.room.budget = budget ? TRY(share_of(p.equity, *budget)) : Bound::none();
    p.room.cash = policy.allow_leverage ? Bound::none() : Bound::computed(in.portfolio.cash());
    return {};
}

/// Makes the order no larger than what is left of a limit.
Step cap(Proposal& p, std::string_view name, const Bound& limit, Money used) {
    if (!limit.is_set() || !p.order.quantity) return {};
    if (!limit.value()) {
        p.order.quantity.reset();
        return {};
    }
    const Money left = TRY(difference(Money(*limit.value()), used));
    const Money need = TRY(notional(*p.unit_cost, *p.order.quantity, Rounding::Up));
    if (need <= left) return {};  // the ordinary case, and without a division
    Quantity most;
    if (left.is_positive()) most = TRY(quantity_for(left, *p.unit_cost, Rounding::Down));
    p.order.quantity = most;
    p.capped_by = name;
    return {};
}

/// The smallest entry by quantity: the venue's demand and ours.
Quantity quantity_min(const Market& market, const InstrumentPolicy& policy) {
    const Quantity anything(Decimal::from_units(1));
    const Quantity ours = std::max(policy.min_quantity.value_or(Quantity{}), anything);
    if (!market.listing) return ours;
    return std::max({ours, market.listing->quantity_min, market.listing->quantity_step});
}

/// Likewise by value.
Money notional_min(const Market& market, const InstrumentPolicy& policy) {
    const Money ours = policy.min_notional.value_or(Money{});
    return market.listing ? std::max(ours, market.listing->notional_min) : ours;
}

/// The smallest order that satisfies both minima.
Checked<Quantity> smallest_order(const Proposal& p) {
    const Quantity by_value = TRY(quantity_for(p.notional_min, *p.price, Rounding::Up));
    const Quantity smallest = std::max(p.quantity_min, by_value);
    const auto& listing = p.market->listing;
    if (!listing || !listing->quantity_step.is_positive()) return smallest;
    return round_to(smallest, listing->quantity_step, Rounding::Up);
}

Step measure_quantity(Proposal& p) {
    if (!p.wanted || !p.exposure) return {};
    const Exposure& used = *p.exposure;
    p.order.quantity = std::max(*p.wanted, Quantity{});
    TRY(cap(p, "stage", p.room.stage, used.instrument));
    TRY(cap(p, "max_position", p.room.position, used.instrument));
    TRY(cap(p, "budget", p.room.budget, used.strategy));
    TRY(cap(p, "cash", p.room.cash, used.reserved));
    TRY(cap(p, "max_venue_exposure", p.room.venue, used.venue));
    TRY(cap(p, "max_total_exposure", p.room.total, used.total));
    TRY(cap(p, "allow_leverage", p.room.leverage, used.total));
    if (!p.order.quantity) return {};
    p.order.quantity = p.market->on_step(*p.order.quantity);
    p.tested.quantity = p.order.quantity;
    if (p.capped_by.empty()) return {};
    const Quantity smallest = TRY(smallest_order(p));
    if (*p.order.quantity < smallest && smallest <= *p.wanted) p.tested.quantity = smallest;
    return {};
}

Step weigh(Weight& weight, const Proposal& p) {
    if (!weight.quantity) return {};
    weight.notional = TRY(notional(*p.price, *weight.quantity, Rounding::Up));
    weight.cost = TRY(notional(*p.unit_cost, *weight.quantity, Rounding::Up));
    return {};
}

Step measure_weight(Proposal& p) {
    TRY(weigh(p.order, p));
    TRY(weigh(p.tested, p));
    if (!p.tested.quantity || !p.stop_price) return {};
    const Price distance = TRY(difference(*p.price, *p.stop_price)).abs();
    p.loss_at_stop = TRY(notional(distance, *p.tested.quantity, Rounding::Up));
    return {};
}

Step measure(Proposal& p, const Inputs& in) {
    p.exposure =
        TRY(exposure_of(in.book, in.portfolio, Key{in.target.instrument, in.target.strategy}));
    TRY(measure_room(p, in));
    TRY(measure_prices(p, in));
    TRY(measure_protection(p, in));
    TRY(measure_wanted(p, in));
    TRY(measure_quantity(p));
    return measure_weight(p);
}

}  // namespace

Checked<Exposure> exposure_of(const Book& book, const Portfolio& portfolio, const Key& key) {
    Exposure exposure;
    const auto add = [&](const Key& whose, Money amount) -> Step {
        exposure.total = TRY(sum(exposure.total, amount));
        if (whose.instrument == key.instrument) {
            exposure.instrument = TRY(sum(exposure.instrument, amount));
        }
        if (whose.instrument.venue() == key.instrument.venue()) {
            exposure.venue = TRY(sum(exposure.venue, amount));
        }
        if (whose.strategy == key.strategy) {
            exposure.strategy = TRY(sum(exposure.strategy, amount));
        }
        return {};
    };
    for (const auto& [whose, holding] : book.holdings) {
        if (holding.quantity.is_zero()) continue;
        const Market* market = portfolio.find(whose.instrument);
        if (market == nullptr) continue;
        const Money value = TRY(notional(market->price, holding.quantity.abs(), Rounding::Up));
        TRY(add(whose, value));
    }
    for (const auto& [seq, order] : book.orders) {
        if (!order.is_entry()) continue;
        TRY(add(Key{order.terms.instrument, order.terms.strategy}, order.reserved));
        exposure.reserved = TRY(sum(exposure.reserved, order.reserved));
    }
    return exposure;
}

Checked<Bound> stage_room(
    const Instrument& instrument,
    const Book& book,
    const Portfolio& portfolio,
    const Policy& policy) {
    if (policy.stages.empty()) return Bound::none();
    const Stage* stage = policy.stage(book.stage.name);
    if (stage == nullptr) return Checked<Bound>(tl::in_place);
    Bound room = Bound::none();
    if (stage->max_position) room = TRY(share_of(portfolio.equity(), *stage->max_position));
    if (!stage->max_quantity) return room;
    return smaller(room, TRY(worth_of(*stage, instrument, portfolio, policy.currency)));
}

Proposal propose(
    const TargetSet& target, const Book& book, const Portfolio& portfolio, const Policy& policy) {
    const Inputs in{target, book, portfolio, policy, policy.of(target.instrument)};
    Proposal p;
    p.side = target.exposure.is_negative() ? Side::Sell : Side::Buy;
    p.market = portfolio.find(target.instrument);
    p.method = in.instrument.sizing;
    p.entry = in.instrument.entry;
    p.equity = portfolio.can_value(target.instrument) ? portfolio.equity() : std::nullopt;
    if (p.market != nullptr) {
        p.quantity_min = quantity_min(*p.market, in.instrument);
        p.notional_min = notional_min(*p.market, in.instrument);
    }
    const auto holding = book.holdings.find(Key{target.instrument, target.strategy});
    if (holding != book.holdings.end()) p.held = holding->second.quantity;
    p.failed = !measure(p, in).has_value();
    return p;
}

std::string_view name_of(SizingMethod method) {
    switch (method) {
        case SizingMethod::Fixed: return "fixed";
        case SizingMethod::Fraction: return "fraction";
        case SizingMethod::RiskFraction: return "risk_fraction";
        case SizingMethod::Atr: return "atr";
    }
    return "";
}

}  // namespace tapedeck::risk
