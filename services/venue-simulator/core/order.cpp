#include "venue-simulator/core/order.h"

#include "venue-simulator/core/text.h"

#include <algorithm>
#include <array>

namespace tapedeck::venue_simulator {
namespace {

constexpr std::array<std::string_view, 6> kTypes = {
    "market", "limit", "stop-loss", "take-profit", "stop-loss-limit", "take-profit-limit"};
constexpr std::array<std::string_view, 4> kTimes = {"GTC", "GTD", "IOC", "FOK"};
constexpr std::array<std::string_view, 3> kSelfTrades = {
    "cancel-newest", "cancel-oldest", "cancel-both"};

template <class Enum, std::size_t size>
std::optional<Enum> find_in(
    const std::array<std::string_view, size>& texts, std::string_view text) {
    const auto* const found = std::find(texts.begin(), texts.end(), text);
    if (found == texts.end()) return std::nullopt;
    return static_cast<Enum>(found - texts.begin());
}

bool is_hex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
           (letter >= 'A' && letter <= 'F');
}

}  // namespace

std::string_view text_of(Side side) {
    return side == Side::Buy ? "buy" : "sell";
}

std::string_view text_of(OrderType type) {
    return kTypes[static_cast<std::size_t>(type)];
}

std::string_view text_of(TimeInForce time) {
    return kTimes[static_cast<std::size_t>(time)];
}

std::optional<Side> parse_side(std::string_view text) {
    if (text == "buy") return Side::Buy;
    if (text == "sell") return Side::Sell;
    return std::nullopt;
}

std::optional<OrderType> parse_order_type(std::string_view text) {
    return find_in<OrderType>(kTypes, text);
}

std::optional<TimeInForce> parse_time_in_force(std::string_view text) {
    return find_in<TimeInForce>(kTimes, upper(text));
}

std::optional<SelfTrade> parse_self_trade(std::string_view text) {
    std::string dashed(text);
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    return find_in<SelfTrade>(kSelfTrades, dashed);
}

bool is_client_id(std::string_view text) {
    if (text.size() == 36) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
        }
        return true;
    }
    if (text.size() == 32) return std::all_of(text.begin(), text.end(), is_hex);
    return !text.empty() && text.size() <= 18 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

Decimal Order::average() const {
    return over(cost, filled);
}

}  // namespace tapedeck::venue_simulator
