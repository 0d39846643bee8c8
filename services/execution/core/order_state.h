#pragma once

#include "events/describe.h"

#include <array>
#include <cstddef>

namespace tapedeck::execution {

/// Where an order is in its life. Filled, Canceled, Expired and Rejected are ends.
enum class OrderState {
    Intended = 1,     ///< durable, nothing known to have left
    Sent,             ///< bytes handed over: proof of nothing
    Accepted,         ///< the venue has it
    PartiallyFilled,  ///< and has executed a part
    Filled,           ///< all of it executed
    Canceled,         ///< gone at the venue, the rest unfilled
    Expired,          ///< likewise, because its time was up
    Rejected,         ///< proven never to have been in the book
    Unknown,          ///< nobody knows; only the venue's evidence leads out
};

constexpr auto enum_names(OrderState) {
    using enum OrderState;
    return std::array<EnumName<OrderState>, 9>{
        {{Intended, "intended"},
         {Sent, "sent"},
         {Accepted, "accepted"},
         {PartiallyFilled, "partially_filled"},
         {Filled, "filled"},
         {Canceled, "canceled"},
         {Expired, "expired"},
         {Rejected, "rejected"},
         {Unknown, "unknown"}}};
}

/// What can happen to an order. A resolution is told as what it found.
enum class OrderEvent {
    Sent = 1,
    Accepted,
    PartlyFilled,  ///< a fill after which something remains; or found alive, with fills
    FullyFilled,   ///< a fill after which nothing remains
    Canceled,
    Expired,
    Rejected,  ///< by the venue, or never arrived
    Lost,      ///< no answer came
};

constexpr auto enum_names(OrderEvent) {
    using enum OrderEvent;
    return std::array<EnumName<OrderEvent>, 8>{
        {{Sent, "sent"},
         {Accepted, "accepted"},
         {PartlyFilled, "partly_filled"},
         {FullyFilled, "fully_filled"},
         {Canceled, "canceled"},
         {Expired, "expired"},
         {Rejected, "rejected"},
         {Lost, "lost"}}};
}

constexpr bool is_end(OrderState state) {
    switch (state) {
        case OrderState::Filled:
        case OrderState::Canceled:
        case OrderState::Expired:
        case OrderState::Rejected: return true;
        case OrderState::Intended:
        case OrderState::Sent:
        case OrderState::Accepted:
        case OrderState::PartiallyFilled:
        case OrderState::Unknown: return false;
    }
    return false;
}

/// The life of an order, every state against every event. Facts come late, twice and in any order:
/// * what is known better is not unlearned: an acceptance after a fill changes nothing;
/// * an end stays, but a fill that completes the order makes it Filled, and proof of life of an
///   order that was held to be rejected (or never to have arrived) brings it back;
/// * a rejection of an order that was accepted contradicts itself: Unknown, and the venue is asked;
/// * no answer is never a rejection.
constexpr OrderState next_state(OrderState state, OrderEvent event) {
    using enum OrderState;
    constexpr auto kPart = PartiallyFilled;
    constexpr std::array<std::array<OrderState, 8>, 9> kNext = {{
        // Sent    Accepted  PartlyFilled FullyFilled Canceled  Expired  Rejected  Lost
        {Sent, Accepted, kPart, Filled, Canceled, Expired, Rejected, Unknown},           // Intended
        {Sent, Accepted, kPart, Filled, Canceled, Expired, Rejected, Unknown},           // Sent
        {Accepted, Accepted, kPart, Filled, Canceled, Expired, Unknown, Unknown},        // Accepted
        {kPart, kPart, kPart, Filled, Canceled, Expired, Unknown, Unknown},              // kPart
        {Filled, Filled, Filled, Filled, Filled, Filled, Filled, Filled},                // Filled
        {Canceled, Canceled, Canceled, Filled, Canceled, Canceled, Canceled, Canceled},  // Canceled
        {Expired, Expired, Expired, Filled, Expired, Expired, Expired, Expired},         // Expired
        {Rejected, Accepted, kPart, Filled, Canceled, Expired, Rejected, Rejected},      // Rejected
        {Unknown, Accepted, kPart, Filled, Canceled, Expired, Rejected, Unknown},        // Unknown
    }};
    return kNext[static_cast<std::size_t>(state) - 1][static_cast<std::size_t>(event) - 1];
}

}  // namespace tapedeck::execution
