#include "base/overloaded.h"
#include "venues/paper/paper.h"

#include <algorithm>

namespace tapedeck::paper {
void PaperVenue::apply(const Recorded& recorded) {
    const auto is_own = [&](const std::string& account) {
        return account == configuration_.account;
    };
    recorded.event.visit(overloaded{
        [&](const CandleClosed& event) { candle(event, recorded); },
        [&](const TradePrinted& event) { traded(event, recorded); },
        [&](const QuoteChanged& event) { quoted(event, recorded); },
        [&](const MarketDataGap& event) { blind(event.instrument); },
        [&](const FeedStale& event) { blind(event.instrument); },
        [&](const InstrumentListed& event) { market_of(event.instrument).listing = event; },
        [&](const TapeStarted& event) { tape_id_ = event.tape_id; },
        [&](const TapeBranched& event) { tape_id_ = event.tape_id; },
        [&](const ServiceStarted& event) {
            if (event.service != kService) return;
            configuration_ = Configuration::of(configuration_of(event));
        },
        [&](const CashDeposited& event) {
            if (!is_own(event.account)) return;
            account_.deposit(event.currency, event.amount);
            if (event.reason == kDepositReason) funded_.insert(event.currency);
        },
        [&](const OrderIntended& event) {
            if (!is_own(event.terms.account)) return;
            unanswered_[recorded.seq] = {event.terms, recorded.recorded_at};
        },
        [&](const OrderSent& event) {
            if (!unanswered_.contains(event.intent) || !loses_answer(event.intent)) return;
            if (lives_unanswered(event.intent)) {
                enter(event.intent);
            } else {
                leave(event.intent, VenueOrderState::Absent);
            }
        },
        [&](const OrderAccepted& event) { enter(event.intent); },
        [&](const OrderRejected& event) {
            if (is_ours(event.intent)) leave(event.intent, VenueOrderState::Rejected);
        },
        [&](const OrderFilled& event) {
            if (is_own(event.account)) filled(event, recorded);
        },
        [&](const OrderCanceled& event) {
            if (book_.contains(event.intent)) leave(event.intent, VenueOrderState::Canceled);
        },
        [&](const OrderExpired& event) {
            if (book_.contains(event.intent)) leave(event.intent, VenueOrderState::Expired);
        },
        [&](const OrderAmended& event) {
            const auto found = book_.find(event.intent);
            if (found == book_.end()) return;
            found->second.amend(event.quantity, event.limit_price, event.trigger_price);
        },
        [](const auto&) {},  // the rest of the tape doesn't reach a venue
    });
}

void PaperVenue::quoted(const QuoteChanged& quote, const Recorded& recorded) {
    Market& market = market_of(quote.instrument);
    const Time at = market_time(recorded);
    market.has_quote = true;
    market.bid.change(quote.bid, quote.bid_quantity, recorded.seq);
    market.ask.change(quote.ask, quote.ask_quantity, recorded.seq);
    market.ticks_until = std::max(market.ticks_until, at + Duration(1));
    if (at < market.candles_until) return;
    market.matched = recorded.seq;
    if (market.open != 0) see(look_at(quote, recorded.seq, at), quote.instrument);
}

void PaperVenue::traded(const TradePrinted& trade, const Recorded& recorded) {
    Market& market = market_of(trade.instrument);
    const Time at = market_time(recorded);
    market.last = trade.price;
    market.ticks_until = std::max(market.ticks_until, at + Duration(1));
    if (at < market.candles_until) return;
    market.matched = recorded.seq;
    if (market.open == 0) return;
    see(look_at(trade, market, recorded.seq, at), trade.instrument);
}

void PaperVenue::candle(const CandleClosed& candle, const Recorded& recorded) {
    Market& market = market_of(candle.instrument);
    market.last = candle.close;
    if (candle.open_time < std::max(market.candles_until, market.ticks_until)) return;
    market.candles_until = candle.close_time();
    market.matched = recorded.seq;
    if (market.open != 0) see(look_at(candle, recorded.seq), candle.instrument);
}

/// What was quoted before a gap is no price any more.
void PaperVenue::blind(const Instrument& instrument) {
    Market& market = market_of(instrument);
    market.has_quote = false;
    market.bid = {};
    market.ask = {};
}

/// Orders take notice of market data: when they first could have traded, and when it set them off.
/// Stops first: where one goes off, the take-profit beside it does not; the worse is assumed.
void PaperVenue::see(const Look& look, const Instrument& instrument) {
    const Rules rules = this->rules();
    bool has_profits = false;
    for (auto& [intent, order] : book_) {
        if (order.terms.instrument != instrument || !is_eligible(order, look, rules)) continue;
        if (!order.first_look.exists()) order.first_look = look.seq;
        if (!sets_off(order, look, rules)) continue;
        if (order.terms.type == OrderType::TakeProfit) {
            has_profits = true;
        } else {
            order.triggered = look.seq;
        }
    }
    if (!has_profits) return;
    for (auto& [intent, order] : book_) {
        if (order.terms.instrument != instrument || !is_eligible(order, look, rules)) continue;
        if (order.terms.type != OrderType::TakeProfit || !sets_off(order, look, rules)) continue;
        if (!is_beside_a_stop(order, look.seq)) order.triggered = look.seq;
    }
}

/// Whether a stop of the same position went off at this record.
bool PaperVenue::is_beside_a_stop(const BookedOrder& order, Seq seq) const {
    return std::any_of(book_.begin(), book_.end(), [&](const auto& entry) {
        const BookedOrder& other = entry.second;
        return other.terms.type == OrderType::Stop && other.triggered == seq &&
               other.terms.side == order.terms.side &&
               other.terms.strategy == order.terms.strategy &&
               other.terms.instrument == order.terms.instrument;
    });
}

void PaperVenue::enter(Seq intent) {
    auto answered = unanswered_.extract(intent);
    if (answered.empty()) return;
    BookedOrder& order = book_[intent];
    order.intent = intent;
    order.terms = std::move(answered.mapped().terms);
    order.intended_at = answered.mapped().intended_at;
    order.active_at = order.intended_at + configuration_.latency;
    ++market_of(order.terms.instrument).open;
    if (const auto expiry = order.expires_at()) next_expiry_ = std::min(next_expiry_, *expiry);
}

/// Takes an order of ours out of wherever it is, and remembers how it ended.
void PaperVenue::leave(Seq intent, VenueOrderState state) {
    unanswered_.erase(intent);
    Ended& ended = ended_[intent];
    ended.state = state;
    if (const auto booked = book_.extract(intent); !booked.empty()) {
        ended.filled = booked.mapped().filled;
        --market_of(booked.mapped().terms.instrument).open;
        derive_expiry();
    }
    if (ended_.size() > kEndedKept) ended_.erase(ended_.begin());
}

void PaperVenue::filled(const OrderFilled& fill, const Recorded& recorded) {
    account_.book(fill, recorded.recorded_at);
    Market& market = market_of(fill.instrument);
    QuoteSide& side = fill.side == Side::Buy ? market.ask : market.bid;
    if (market.has_quote && recorded.cause >= side.since) side.taken += fill.quantity;

    const auto found = book_.find(fill.intent);
    if (found == book_.end()) return;
    found->second.filled += fill.quantity;
    ++found->second.fills;
    for (auto& [intent, other] : book_) {
        if (other.shares_group_with(found->second)) other.filled_by_group += fill.quantity;
    }
    if (found->second.remaining().is_zero()) leave(fill.intent, VenueOrderState::Filled);
}

void PaperVenue::derive() {
    for (const auto& [intent, order] : book_) ++market_of(order.terms.instrument).open;
    derive_expiry();
}

void PaperVenue::derive_expiry() {
    next_expiry_ = Time::max();
    for (const auto& [intent, order] : book_) {
        if (const auto expiry = order.expires_at()) next_expiry_ = std::min(next_expiry_, *expiry);
    }
}

Market& PaperVenue::market_of(const Instrument& instrument) {
    // Most data is about the instrument of the record before.
    if (recent_ == nullptr || recent_->first != instrument) {
        recent_ = &*markets_.try_emplace(instrument).first;
    }
    return recent_->second;
}

const Market* PaperVenue::find_market(const Instrument& instrument) const {
    if (recent_ != nullptr && recent_->first == instrument) return &recent_->second;
    const auto found = markets_.find(instrument);
    return found == markets_.end() ? nullptr : &found->second;
}

}  // namespace tapedeck::paper
