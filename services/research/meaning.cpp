#include "research/meaning.h"

#include "events/state.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace tapedeck::research {

namespace {

/// From here on an event type is what a decider or a venue says.
constexpr std::uint16_t kFirstDecision = DecisionMade::kType;
/// From here on it is the market; below, the stack's own.
constexpr std::uint16_t kFirstMarket = InstrumentListed::kType;

/// Fields that are made of a tape's id or of seqs.
bool is_place(std::string_view field) {
    static constexpr std::array<std::string_view, 5> kPlaces = {
        "client_order_id", "venue_order_id", "trade_id", "group", "tape_id"};
    return std::find(kPlaces.begin(), kPlaces.end(), field) != kPlaces.end();
}

/// Rules whose value is an age: the same decision a little later has another one.
bool is_about_age(DenyCode code) {
    return code == DenyCode::TargetExpired || code == DenyCode::TargetTooOld ||
           code == DenyCode::PriceStale || code == DenyCode::CooldownRunning ||
           code == DenyCode::AccountNotReady;
}

template <class T>
void strip(T& value, bool with_times);

template <class T>
void strip_field(std::string_view name, T& member, bool with_times) {
    if constexpr (std::is_same_v<T, Seq>) {
        member = {};
    } else if constexpr (std::is_same_v<T, Time>) {
        if (!with_times) member = {};
    } else if constexpr (std::is_same_v<T, std::string> || std::is_integral_v<T>) {
        if (is_place(name)) member = {};
    } else if constexpr (requires { member.emplace_back(); }) {
        for (auto& each : member) strip_field(name, each, with_times);
    } else if constexpr (Described<T>) {
        strip(member, with_times);
    }
}

template <class T>
void strip(T& value, bool with_times) {
    if constexpr (std::is_same_v<T, RuleCheck>) {
        if (is_about_age(value.code)) {
            value.value.reset();
            value.headroom.reset();
        }
    }
    for_each_field(value, [&](int, std::string_view name, auto& member) {
        strip_field(name, member, with_times);
    });
}

}  // namespace

std::optional<std::string> meaning_of(const Event& event) {
    const std::uint16_t type = event.type();
    if (type < kFirstMarket) return std::nullopt;
    return event.visit([&](const auto& said) {
        auto copy = said;
        strip(copy, type < kFirstDecision);
        StateWriter writer;
        writer(type);
        writer(copy);
        return writer.bytes();
    });
}

}  // namespace tapedeck::research
