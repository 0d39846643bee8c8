#include "events/client_order_id.h"
#include "venues/kraken/account.h"

#include <algorithm>
#include <array>
#include <utility>

// What any message can say of an order: it is there, it was filled, it changed, it has ended.
namespace tapedeck::kraken {

namespace {

/// REST may be behind the stream by tens of seconds: what it shows of an amendment younger than
/// this may be what was before.
constexpr Duration kRestLag = std::chrono::minutes(1);

/// Fills that wait for their order; a page of history has 50.
constexpr std::size_t kOrphansMax = 1000;

constexpr std::size_t kCurrenciesMax = 4096;

/// The venue books money to so much; a fill's exact value differs from its row by less.
const Decimal kRounding = Decimal::from_units(Decimal::kOne / 10'000);

constexpr std::array<std::string_view, 2> kSides = {" buy", " sell"};

std::string key_of(const std::string& trade_id, Side side) {
    return trade_id + std::string(kSides[side == Side::Buy ? 0 : 1]);
}

/// All ways in which Kraken writes a currency of ours.
std::vector<std::string> spellings(std::string_view currency) {
    std::string own(currency);
    if (own == "BTC") own = "XBT";
    if (own == "DOGE") own = "XDG";
    std::vector<std::string> all = {own, "X" + own, "Z" + own};
    if (own != currency) all.emplace_back(currency);
    return all;
}

}  // namespace

bool is_sane(Decimal amount) {
    // So that no sum of any number of fills leaves the range of a Decimal.
    static const Decimal kMost = Decimal::from_integer(1'000'000'000'000'000);
    return -kMost <= amount && amount <= kMost;
}

/// The intent that this order at the venue comes from; 0 if it isn't ours.
Seq AccountBooks::intent_of(const OrderRef& order) {
    const auto leg = intent_by_leg_.find(order.order_id);
    if (leg != intent_by_leg_.end()) return leg->second;
    const auto id = parse_client_order_id(order.client_order_id);
    if (!id || tape_id_ == 0) return {};
    const BookedOrder* const booked = find(id->intent);
    if (booked != nullptr && booked->tape_id == id->tape_id) return id->intent;
    const bool is_beyond = id->tape_id == tape_id_ && last_ < id->intent;
    if (is_beyond && !externals_.contains(order.order_id)) {
        doubt(
            "client_order_id_beyond_tape",
            order.order_id,
            {},
            "at most " + std::to_string(last_.value),
            std::to_string(id->intent.value));
    }
    return {};
}

Leg* AccountBooks::leg_of(BookedOrder& order, std::string_view order_id) {
    for (auto& leg : order.legs) {
        if (leg.order_id == order_id) return &leg;
    }
    return nullptr;
}

/// The venue has named an order of ours: its leg, new or known. Null if it has named too many.
Leg* AccountBooks::accept(Seq intent, const std::string& order_id) {
    BookedOrder* const order = order_of(intent);
    if (order == nullptr || order_id.empty()) return nullptr;
    if (Leg* const known = leg_of(*order, order_id)) return known;
    order->news_at = now_;
    if (order->legs.size() >= BookedOrder::kLegsMax) {
        doubt("too_many_venue_orders", order_id, intent, "", "");
        return nullptr;
    }
    // An order has one leg at a time: beside one that was not replaced another is one too many,
    // also if the first has ended, for its end was taken for the order's.
    const bool is_second = std::any_of(
        order->legs.begin(), order->legs.end(), [](const Leg& leg) { return !leg.is_replaced; });
    const std::string other = is_second ? venue_order_id_of(intent) : "";
    Leg leg;
    leg.order_id = order_id;
    order->legs.push_back(std::move(leg));
    intent_by_leg_.emplace(order_id, intent);
    externals_.erase(order_id);
    if (std::exchange(order->is_ended, false)) std::erase(ended_, intent);
    say(OrderAccepted{intent, order_id, last_});
    // Both are held: either may fill, and both must go when the order shall.
    if (!other.empty()) doubt("two_venue_orders", order_id, intent, other, order_id);
    identify_orphans(order_id, intent);
    return leg_of(*order, order_id);
}

void AccountBooks::end_leg(Seq intent, Leg& leg, VenueOrderState state, std::string_view reason) {
    if (std::exchange(leg.is_dead, true)) return;
    const BookedOrder* const order = find(intent);
    if (state == VenueOrderState::Canceled && cancel_reason(reason) == "replaced") {
        leg.is_replaced = true;  // the order goes on in another leg, known or still to come
        return;
    }
    if (order == nullptr || order->is_alive()) return;
    end_order(intent, state, reason);
}

/// All legs are dead; or, without a state, nothing of it ever lived.
void AccountBooks::end_order(
    Seq intent, std::optional<VenueOrderState> state, std::string_view reason) {
    BookedOrder* const order = order_of(intent);
    if (order == nullptr || order->is_ended) return;
    order->is_ended = true;
    ended_.push_back(intent);
    const Quantity filled = std::max(order->filled, order->claimed());
    if (state == VenueOrderState::Canceled) {
        const bool is_ioc = order->terms.time_in_force == TimeInForce::ImmediateOrCancel;
        std::string code = reason.empty() && is_ioc ? "immediate_or_cancel" : cancel_reason(reason);
        if (code.empty()) code = "canceled";
        say(OrderCanceled{intent, filled, std::move(code), last_});
    } else if (state == VenueOrderState::Expired) {
        say(OrderExpired{intent, filled, last_});
    } else if (state == VenueOrderState::Filled && order->filled < order->terms.quantity) {
        // Its fills end it, and one is missing: whoever waits for it must ask.
        say(OrderStatusReported{
            intent, VenueOrderState::Filled, venue_order_id_of(intent), filled, 0, last_});
    }
    retire();
}

/// The order's terms at the venue; absent ones are as they were.
void AccountBooks::amend(
    Seq intent,
    std::optional<Quantity> quantity,
    std::optional<Price> limit_price,
    std::optional<Price> trigger_price) {
    BookedOrder* const order = order_of(intent);
    if (order == nullptr) return;
    OrderTerms terms = order->terms;
    if (quantity && quantity->is_positive()) terms.quantity = *quantity;
    if (limit_price && limit_price->is_positive() && limit_of(terms)) {
        terms.limit_price = limit_price;
    }
    if (trigger_price && trigger_price->is_positive() && trigger_of(terms)) {
        terms.trigger_price = trigger_price;
    }
    const bool was_asked = std::exchange(order->is_amending, false);
    if (terms == order->terms && !was_asked) return;
    order->terms = std::move(terms);
    order->changed_at = now_;
    order->amended_at = now_;
    say(OrderAmended{
        intent, order->terms.quantity, limit_of(order->terms), trigger_of(order->terms), last_});
}

bool AccountBooks::has_fill(const std::string& trade_id) const {
    return fill_key_set_.contains(key_of(trade_id, Side::Buy)) ||
           fill_key_set_.contains(key_of(trade_id, Side::Sell));
}

/// A fill of this order, or of one that isn't known (yet). Once, however often it is told.
void AccountBooks::fill(Seq intent, const OrphanFill& orphan) {
    const VenueFill& told = orphan.fill;
    const BookedOrder* const order = find(intent);
    const Side side = order == nullptr ? orphan.side : order->terms.side;
    if (fill_key_set_.contains(key_of(told.trade_id, side))) return;
    const bool is_sound = told.quantity.is_positive() && told.price.is_positive() &&
                          is_sane(told.quantity.decimal()) && is_sane(told.price.decimal());
    if (!is_sound) {
        doubt("fill_absurd", told.trade_id, intent, "", told.quantity.to_string());
        return;
    }
    if (order == nullptr && !externals_.contains(orphan.order_id)) {
        if (orphans_.size() < kOrphansMax) orphans_.try_emplace(told.trade_id, orphan);
        return;
    }
    if (order == nullptr && orphan.happened < since_) return;  // from before our time
    OrderFilled filled;
    filled.intent = order == nullptr ? Seq{} : intent;
    filled.account = account_;
    filled.strategy = order == nullptr ? std::string(kExternalStrategy) : order->terms.strategy;
    filled.instrument = order == nullptr ? orphan.instrument : order->terms.instrument;
    filled.trade_id = told.trade_id;
    filled.side = side;
    filled.price = told.price;
    filled.quantity = told.quantity;
    filled.liquidity = told.liquidity.value_or(Liquidity::Taker);
    filled.evidence = orphan.evidence;
    if (filled.instrument.empty()) {
        doubt("fill_of_unknown_instrument", told.trade_id, intent, "", told.quantity.to_string());
        return;
    }
    for (const auto& fee : told.fees) {
        if (fee.amount.is_zero() || !is_sane(fee.amount.decimal())) continue;
        if (!filled.fee.is_zero()) {
            doubt("second_fee", told.trade_id, intent, "", fee.currency);
            continue;
        }
        filled.fee = fee.amount;
        filled.fee_currency = fee.currency;
    }
    if (filled.fee_currency.empty()) filled.fee_currency = filled.instrument.quote();
    book(filled);
}

void AccountBooks::book(const OrderFilled& fill) {
    fill_keys_.push_back(key_of(fill.trade_id, fill.side));
    fill_key_set_.insert(fill_keys_.back());
    if (fill_keys_.size() > kFillsKept) {
        fill_key_set_.erase(fill_keys_.front());
        fill_keys_.pop_front();
    }
    owed_fills_.erase(fill.trade_id);
    const auto cost = notional(fill.price, fill.quantity, Rounding::HalfEven).value_or(Money{});
    const bool is_buy = fill.side == Side::Buy;
    const Decimal quantity = fill.quantity.decimal();
    move_balance(fill.instrument.base(), is_buy ? quantity : -quantity, {});
    move_balance(fill.instrument.quote(), is_buy ? -cost.decimal() : cost.decimal(), kRounding);
    move_balance(fill.fee_currency, -fill.fee.decimal(), kRounding);
    say(fill);
    BookedOrder* const order = order_of(fill.intent);
    if (order == nullptr) return;
    order->news_at = now_;
    order->filled += fill.quantity;
    if (order->filled < order->terms.quantity || order->legs.size() > 1) return;
    for (auto& leg : order->legs) leg.is_dead = true;
    end_order(fill.intent, {}, {});
}

void AccountBooks::move_balance(std::string_view currency, Decimal amount, Decimal slack) {
    if (balances_.size() >= kCurrenciesMax) return;
    BookedBalance& booked = balances_[std::string(currency)];
    if (!is_sane(amount) || !is_sane(booked.delta)) return;
    booked.delta = booked.delta + amount;
    booked.slack = booked.slack + slack;
}

/// Fills that came before anybody knew whose they are.
void AccountBooks::identify_orphans(std::string_view order_id, Seq intent) {
    std::vector<OrphanFill> found;
    for (auto orphan = orphans_.begin(); orphan != orphans_.end();) {
        if (orphan->second.order_id != order_id) {
            ++orphan;
            continue;
        }
        found.push_back(std::move(orphan->second));
        orphan = orphans_.erase(orphan);
    }
    for (const auto& orphan : found) fill(intent, orphan);
}

/// An order as REST tells of it: whole, but perhaps behind the stream.
void AccountBooks::told(const VenueOrder& order) {
    const bool is_open = order.state == VenueOrderState::Open;
    const Seq intent = intent_of(order.order);
    if (!intent.exists()) {
        if (!is_open) return adopt(order.order);
        ExternalOrderFound external;
        external.venue_order_id = order.order.order_id;
        external.client_order_id = order.order.client_order_id;
        external.instrument = order.instrument.value_or(instrument_of_pair(order.pair));
        external.symbol = order.pair;
        external.side = order.side;
        external.quantity = order.quantity;
        external.filled = order.filled;
        external.price = order.limit_price ? order.limit_price : order.trigger_price;
        return find_external(std::move(external));
    }
    Leg* const leg = accept(intent, order.order.order_id);
    if (leg == nullptr) return;
    claim(*leg, order.filled);
    if (!is_open) return end_leg(intent, *leg, order.state, order.reason);
    const BookedOrder* const booked = find(intent);
    const bool is_certain = booked->amended_at == Time{} || now_ - booked->amended_at > kRestLag;
    const auto differs = [](const auto& told, const auto& known) { return told && told != known; };
    const bool has_changed = order.quantity != booked->terms.quantity ||
                             differs(order.limit_price, limit_of(booked->terms)) ||
                             differs(order.trigger_price, trigger_of(booked->terms));
    if (leg->is_dead || !is_certain || !has_changed) return;
    amend(intent, order.quantity, order.limit_price, order.trigger_price);
}

void AccountBooks::claim(Leg& leg, Quantity filled) {
    if (is_sane(filled.decimal()) && leg.filled < filled) leg.filled = filled;
}

void AccountBooks::told(const HistoricFill& historic) {
    OrphanFill orphan;
    orphan.order_id = historic.order_id;
    orphan.fill = historic.fill;
    orphan.instrument = historic.instrument.value_or(instrument_of_pair(historic.pair));
    orphan.side = historic.side;
    orphan.happened = historic.happened;
    orphan.evidence = last_;
    fill(intent_of({historic.order_id, {}}), orphan);
}

void AccountBooks::doubt(
    std::string_view subject,
    std::string name,
    Seq intent,
    std::string expected,
    std::string observed) {
    DiscrepancyFound found;
    found.venue = kVenue;
    found.account = account_;
    found.subject = subject;
    found.name = std::move(name);
    found.intent = intent;
    found.expected = std::move(expected);
    found.observed = std::move(observed);
    found.evidence = last_;
    ++audit_.discrepancies;
    say(std::move(found));
}

/// By a spelling of REST's ("XXBTZUSD", "XBTUSD"), among the instruments that the tape knows.
Instrument AccountBooks::instrument_of_pair(std::string_view symbol) const {
    for (const auto& instrument : instruments_) {
        for (const auto& base : spellings(instrument.base())) {
            if (!symbol.starts_with(base)) continue;
            const auto rest = symbol.substr(base.size());
            for (const auto& quote : spellings(instrument.quote())) {
                if (rest == quote) return instrument;
            }
        }
    }
    return {};
}

}  // namespace tapedeck::kraken
