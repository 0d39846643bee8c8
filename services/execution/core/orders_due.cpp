#include "execution/core/orders.h"

#include <array>

namespace tapedeck::execution {
namespace {

using std::chrono::seconds;

constexpr Time kNow = Time::min();
constexpr Time kNever = Time::max();

/// How long to wait before the n-th repetition: quick at first, because most silences are short;
/// then gently, because a venue in trouble doesn't need us on top.
Duration pace(std::uint32_t n) {
    constexpr std::array<seconds, 4> kPace{seconds(1), seconds(5), seconds(15), seconds(60)};
    return kPace[std::min<std::size_t>(n, kPace.size() - 1)];
}

/// How many answered queries must have found nothing.
constexpr std::uint32_t kAbsencesToBelieve = 3;

/// The end of time is not exceeded, whatever a source wrote into valid_until.
Time later(Time time, Duration duration) {
    return time > kNever - duration ? kNever : time + duration;
}

}  // namespace

/// When the request can no longer arrive at the venue.
Time Orders::window_end(const Order& order) const {
    const bool has_limit = order.terms.valid_until != Time{};
    const Time end =
        has_limit ? order.terms.valid_until : later(order.intended_at, arrival_window_);
    return later(end, arrival_margin_);
}

/// What evidence says about an order whose end, or life, is not stated yet.
std::optional<OrderResolved> Orders::resolution_of(const Order& order) const {
    if (order.is_unresolved && order.state != OrderState::Unknown) {
        const auto found = order.is_ended() ? Resolution::Ended : Resolution::Accepted;
        return OrderResolved{order.intent, found, order.evidence};
    }
    if (order.is_ended() || !order.status) return std::nullopt;
    const bool is_unknown = order.state == OrderState::Unknown && order.is_unresolved;
    switch (order.status->state) {
        case VenueOrderState::Absent:
            if (!is_unknown || order.absences < kAbsencesToBelieve) return std::nullopt;
            return OrderResolved{order.intent, Resolution::NeverArrived, order.status_seq};
        case VenueOrderState::Canceled:
        case VenueOrderState::Expired:
        case VenueOrderState::Rejected:
            // An end is believed when the fills before it have come: there are no synthetic ones.
            if (!order.misses_fills()) {
                return OrderResolved{order.intent, Resolution::Ended, order.status_seq};
            }
            break;
        case VenueOrderState::Open:
        case VenueOrderState::Filled: break;  // its fills will end it
    }
    if (!is_unknown) return std::nullopt;
    return OrderResolved{order.intent, Resolution::Accepted, order.status_seq};
}

Time Orders::unknown_due(const Order& order) const {
    switch (order.state) {
        case OrderState::Intended:
        case OrderState::Sent: return later(order.intended_at, answer_timeout_);
        case OrderState::Unknown: return order.is_unresolved ? kNever : kNow;
        case OrderState::Accepted:
        case OrderState::PartiallyFilled:
        case OrderState::Filled:
        case OrderState::Canceled:
        case OrderState::Expired:
        case OrderState::Rejected: return kNever;
    }
    return kNever;
}

/// When to cancel an order that shall go.
Time Orders::cancel_due(const Order& order) const {
    if (order.is_ended() || order.cancel.is_open) return kNever;
    if (order.cancel.times == 0) return kNow;
    return later(order.cancel.at, pace(order.cancel.times));
}

/// When to put the wanted terms to the venue. An order that the venue has not confirmed is left
/// alone: an amendment could overtake it.
Time Orders::amend_due(const Order& order) const {
    const bool is_confirmed =
        order.state == OrderState::Accepted || order.state == OrderState::PartiallyFilled;
    if (!is_confirmed || order.wanted.is_empty() || !order.cancel_reason.empty()) return kNever;
    if (order.amend.times == 0) return kNow;
    if (order.amend.is_open || order.amend.times >= Order::kAmendTries) return kNever;
    return later(order.amend.at, pace(order.amend.times));
}

/// Since when the outcome of a request is in doubt: refused says nothing, silence neither.
Time Orders::request_doubt(const VenueRequest& request) const {
    if (!request.is_open) return kNever;
    return request.is_refused ? request.at : later(request.at, answer_timeout_);
}

/// When to ask the venue what became of the order.
Time Orders::query_due(const Order& order) const {
    Time since = kNever;
    if (resolution_of(order)) return kNever;  // known, and about to be stated
    if (order.state == OrderState::Unknown && order.is_unresolved) since = order.unknown_since;
    if (!order.is_ended()) {
        since = std::min({since, request_doubt(order.cancel), request_doubt(order.amend)});
    }
    if (order.misses_fills()) {
        since = std::min(since, order.is_ended() ? order.ended_at : order.queried_at);
    }
    if (since == kNever) return kNever;
    if (order.query_step == 0) return later(since, pace(0));
    const Time next = later(order.queried_at, pace(order.query_step));
    const Time end = window_end(order);
    // Once the window is over an absence would prove something: no reason to sit out the pace.
    const bool waits_for_end = order.state == OrderState::Unknown && order.queried_at <= end;
    return waits_for_end ? std::min(next, later(end, pace(0))) : next;
}

/// The earliest moment at which something may have to be said though nothing happens.
Time Orders::next_due() const {
    Time due = kNever;
    for (const auto& [seq, approval] : waiting_) {
        if (approval.terms.valid_until == Time{}) continue;
        due = std::min(due, later(approval.terms.valid_until, Duration(1)));
    }
    for (const auto& [intent, order] : open_) {
        if (resolution_of(order)) return kNow;
        due = std::min({due, unknown_due(order), amend_due(order), query_due(order)});
        const bool shall_go = !order.cancel_reason.empty() || order.cancel.times > 0;
        if (shall_go) due = std::min(due, cancel_due(order));
    }
    return due;
}

}  // namespace tapedeck::execution
