#include "venues/paper/paper.h"

#include "base/overloaded.h"
#include "venues/paper/desk.h"

#include <algorithm>

namespace tapedeck::paper {
namespace {

constexpr std::uint32_t kStateFormat = 2;

}  // namespace

PaperVenue::PaperVenue() : configuration_(Configuration::of({})) {}

void PaperVenue::decide(const Recorded& recorded, Outbox& out) const {
    const Time now = recorded.recorded_at;
    if (now > next_expiry_) expire(now, out);
    const auto has_takers = [&](const Market* market) {
        return market != nullptr && market->open != 0 && market->matched == recorded.seq;
    };
    recorded.event.visit(overloaded{
        [&](const CandleClosed& event) {
            const Market* market = find_market(event.instrument);
            if (has_takers(market))
                match(*market, event.instrument, look_at(event, recorded.seq), now, out);
        },
        [&](const TradePrinted& event) {
            const Market* market = find_market(event.instrument);
            if (!has_takers(market)) return;
            const Look look = look_at(event, *market, recorded.seq, market_time(recorded));
            match(*market, event.instrument, look, now, out);
        },
        [&](const QuoteChanged& event) {
            const Market* market = find_market(event.instrument);
            if (!has_takers(market)) return;
            const Look look = look_at(event, recorded.seq, market_time(recorded));
            match(*market, event.instrument, look, now, out);
        },
        [&](const OrderIntended&) {
            const auto found = unanswered_.find(recorded.seq);
            if (found != unanswered_.end()) answer_intent(recorded.seq, found->second, now, out);
        },
        // What expires at this very moment has its answer.
        [&](const OrderCancelRequested& event) {
            if (!is_expired(event.intent, now)) answer_cancel(event, out);
        },
        [&](const OrderAmendRequested& event) {
            if (!is_expired(event.intent, now)) answer_amend(event, out);
        },
        [&](const OrderQueryRequested& event) { answer_query(event, out); },
        [&](const ServiceStarted& event) {
            if (event.service == kService) settle(now, out);
        },
        [](const auto&) {},
    });
}

/// Shows one piece of market data to every order of its instrument, and serves those it reaches.
void PaperVenue::match(
    const Market& market,
    const Instrument& instrument,
    const Look& look,
    Time now,
    Outbox& out) const {
    const Rules rules = this->rules();
    std::optional<Desk> desk;
    for (const auto& [intent, order] : book_) {
        if (order.terms.instrument != instrument || !order.first_look.exists()) continue;
        if (order.expires_at().value_or(Time::max()) < now) continue;
        if (!is_eligible(order, look, rules)) continue;
        const auto seat = [&](const BookedOrder& present) {
            const auto reaction = react(present, look, market, rules);
            if (!reaction) return;
            if (!desk) desk.emplace(configuration_, market, account_, now, out);
            desk->seat(present, *reaction);
        };
        if (out.in_flight().empty()) {
            seat(order);
        } else if (const auto present = with_in_flight(order, book_, out)) {
            seat(*present);
        }
    }
    if (desk) desk->serve(look);
}

bool PaperVenue::is_expired(Seq intent, Time now) const {
    const auto found = book_.find(intent);
    return found != book_.end() && found->second.expires_at().value_or(Time::max()) < now;
}

void PaperVenue::expire(Time now, Outbox& out) const {
    for (const auto& [intent, order] : book_) {
        const auto expiry = order.expires_at();
        if (!expiry || now <= *expiry) continue;
        if (const auto present = with_in_flight(order, book_, out)) {
            out.emit(OrderExpired{intent, present->filled, {}});
        }
    }
}

/// At its own start: the first deposit of each currency, and an answer for each intent that waits
/// for one. Nothing of an older instance can follow, so what is in flight is all that was said.
void PaperVenue::settle(Time now, Outbox& out) const {
    for (const auto& cash : configuration_.cash) {
        if (funded_.contains(cash.first) || !cash.second.is_positive()) continue;
        const bool is_said =
            std::any_of(out.in_flight().begin(), out.in_flight().end(), [&](const InFlight& own) {
                const auto* deposit = own.event.as<CashDeposited>();
                return deposit != nullptr && deposit->currency == cash.first;
            });
        if (is_said) continue;
        out.emit(CashDeposited{
            configuration_.account, cash.first, cash.second, std::string(kDepositReason)});
    }
    for (const auto& [intent, order] : unanswered_) {
        if (!is_in_flight<OrderSent>(intent, out)) answer_intent(intent, order, now, out);
    }
}

Rules PaperVenue::rules() const {
    return {
        configuration_.latency,
        configuration_.candle_slack,
        configuration_.slippage,
        configuration_.limit_fills_on_touch};
}

void PaperVenue::save(StateWriter& writer) const {
    writer(kStateFormat);
    writer(*this);
}

bool PaperVenue::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kStateFormat) return false;
    archive(reader);
    derive();
    return reader.ok();
}

}  // namespace tapedeck::paper
