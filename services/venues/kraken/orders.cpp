#include "venues/kraken/orders.h"

#include <array>

namespace tapedeck::kraken {

namespace {

struct ReasonName {
    std::string_view text;  ///< in lower case
    std::string_view reason;
};

constexpr std::array<ReasonName, 6> kReasons = {{
    {"user requested", "requested"},
    {"post only order", "post_only"},
    {"order replaced", "replaced"},
    {"out of funds", "insufficient_funds"},
    {"insufficient funds", "insufficient_funds"},
    {"ioc order", "immediate_or_cancel"},
}};

}  // namespace

std::string_view order_type_name(const OrderTerms& terms) {
    switch (terms.type) {
        case OrderType::Market: return "market";
        case OrderType::Limit: return "limit";
        case OrderType::Stop: return terms.limit_price ? "stop-loss-limit" : "stop-loss";
        case OrderType::TakeProfit: return terms.limit_price ? "take-profit-limit" : "take-profit";
    }
    return "market";
}

std::optional<Price> limit_of(const OrderTerms& terms) {
    return terms.type == OrderType::Market ? std::nullopt : terms.limit_price;
}

std::optional<Price> trigger_of(const OrderTerms& terms) {
    const bool is_triggered = terms.type == OrderType::Stop || terms.type == OrderType::TakeProfit;
    return is_triggered ? terms.trigger_price : std::nullopt;
}

bool has_time_in_force(const OrderTerms& terms) {
    return terms.type == OrderType::Limit;
}

std::optional<VenueOrderState> order_state(std::string_view status) {
    if (status == "pending" || status == "open") return VenueOrderState::Open;
    if (status == "closed") return VenueOrderState::Filled;
    if (status == "canceled") return VenueOrderState::Canceled;
    if (status == "expired") return VenueOrderState::Expired;
    return std::nullopt;
}

std::string cancel_reason(std::string_view text) {
    std::string plain(text);
    for (char& c : plain) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    for (const auto& known : kReasons) {
        if (known.text == plain) return std::string(known.reason);
    }
    for (char& c : plain) {
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!is_plain) c = '_';
    }
    return plain;
}

}  // namespace tapedeck::kraken
