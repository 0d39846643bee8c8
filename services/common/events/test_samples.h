#pragma once

#include "events/codec.h"
#include "events/event.h"
#include "events/wire.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Events of every kind, filled from their fields(), for the tests of this folder. A field that is
/// appended to an event later leaves what is drawn for the others as it was.
namespace tapedeck::samples {

/// Calls `visit.operator()<T>()` for each kind of event.
template <class Visit, class... Ts>
void for_each_kind(Visit&& visit, const std::variant<Ts...>*) {
    (visit.template operator()<Ts>(), ...);
}

template <class Visit>
void for_each_kind(Visit&& visit) {
    for_each_kind(std::forward<Visit>(visit), static_cast<const AnyEvent*>(nullptr));
}

enum class Presence {
    Everything,  ///< every optional is there, every list has two items, nothing is zero
    Least,       ///< only what must be there
    Any,         ///< by chance
};

class Filler {
public:
    Filler(std::uint64_t seed, Presence presence) : random_(seed), presence_(presence) {}

    template <class T>
    void fill(std::string_view name, T& value) {
        if constexpr (Described<T>) {
            for_each_field(value, [this](int, std::string_view field_name, auto& member) {
                this->fill(field_name, member);
            });
        } else if constexpr (std::is_enum_v<T>) {
            const auto names = enum_names(value);
            value = names[draw(names.size())].value;
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = is_there() ? text(name) : "";
        } else if constexpr (std::is_same_v<T, Instrument>) {
            value = is_there() ? instrument() : Instrument{};
        } else if constexpr (std::is_same_v<T, double>) {
            value = is_there() ? (static_cast<double>(draw(1'000'000)) + 1) / 64 - 3000 : 0;
        } else if constexpr (std::is_same_v<T, Decimal>) {
            value = is_there() ? decimal() : Decimal{};
        } else if constexpr (wire::IsAmount<T>) {
            value = T(is_there() ? decimal() : Decimal{});
        } else if constexpr (std::is_same_v<T, Time>) {
            value = time_from_ns(is_there() ? number(5'000'000'000'000'000'000) : 0);
        } else if constexpr (std::is_same_v<T, Duration>) {
            value = Duration(is_there() ? number(1'000'000'000'000'000) : 0);
        } else if constexpr (std::is_same_v<T, Seq>) {
            value = Seq{is_there() ? whole() : 0};
        } else if constexpr (std::is_same_v<T, bool>) {
            value = is_there();
        } else {
            value = is_there() ? static_cast<T>(whole()) : T{};
        }
    }

    template <class T>
    void fill(std::string_view name, std::optional<T>& value) {
        value.reset();
        // An optional may be there and zero: presence is on the wire.
        if (is_there()) fill(name, value.emplace());
    }

    template <class T>
    void fill(std::string_view name, std::vector<T>& values) {
        values.clear();
        const std::uint64_t size = presence_ == Presence::Everything ? 2
                                   : presence_ == Presence::Any      ? draw(4)
                                                                     : 0;
        for (std::uint64_t i = 0; i < size; ++i) fill(name, values.emplace_back());
    }

    bool is_there() {
        const bool chance = draw(3) != 0;
        return presence_ == Presence::Everything || (presence_ == Presence::Any && chance);
    }

    std::uint64_t draw(std::uint64_t below) { return random_() % below; }

private:
    /// Of any length in bits, never 0.
    std::uint64_t whole() { return (random_() >> draw(64)) | 1U; }

    std::int64_t number(std::int64_t below) {
        const auto value = static_cast<std::int64_t>(whole() % static_cast<std::uint64_t>(below));
        return draw(8) == 0 ? -value - 1 : value + 1;
    }

    Decimal decimal() {
        const auto size = static_cast<Int128>(whole()) * static_cast<Int128>(1 + draw(1U << 30U));
        const Int128 units = draw(3) == 0 ? size : size % 1'000'000 * (Decimal::kOne / 1000);
        return Decimal::from_units(draw(4) == 0 ? -units - 1 : units + Decimal::kOne / 10);
    }

    std::string text(std::string_view name) {
        std::string result;
        if (name.ends_with("hash")) {
            for (int i = 0; i < 32; ++i) result.push_back(static_cast<char>(random_()));
            return result;
        }
        // Quotes, a line break and letters beyond ASCII must survive, too.
        static constexpr std::array<std::string_view, 8> kWords = {
            "rsi", "below_lower", "\"x\"", "a\nb", "größer", "42", "kraken", "…"};
        const std::uint64_t words = 1 + draw(3);
        for (std::uint64_t i = 0; i < words; ++i) result += kWords[draw(kWords.size())];
        return result;
    }

    Instrument instrument() {
        static constexpr std::array<std::string_view, 4> kNames = {
            "kraken:BTC/EUR", "coinbase:ETH/USD", "paper:ETH2.S/USDC", "v:A/B"};
        return Instrument::parse(kNames[draw(kNames.size())]).value();
    }

    std::mt19937_64 random_;
    Presence presence_;
};

/// The event of this kind that the seed draws.
template <AnEvent T>
T sample(Presence presence, std::uint64_t seed) {
    T event;
    Filler filler(seed * 1000 + T::kType, presence);
    filler.fill("", event);
    return event;
}

/// One event of each kind.
inline std::vector<Event> all(Presence presence, std::uint64_t seed) {
    std::vector<Event> events;
    for_each_kind([&]<class T>() { events.emplace_back(sample<T>(presence, seed)); });
    return events;
}

/// Full ones, least ones and some by chance.
inline std::vector<Event> many() {
    std::vector<Event> events = all(Presence::Everything, 1);
    for (auto& event : all(Presence::Least, 1)) events.push_back(std::move(event));
    for (std::uint64_t seed = 2; seed < 12; ++seed) {
        for (auto& event : all(Presence::Any, seed)) events.push_back(std::move(event));
    }
    return events;
}

/// The record of an event, with an origin and numbers of its own.
inline std::string record(const Event& event) {
    std::string bytes;
    const Origin origin{
        .happened_at = time_from_ns(1'700'000'000'000'000'001),
        .received_at = time_from_ns(1'700'000'000'000'000'002),
        .source_key = "trade-1"};
    encode_record(bytes, 3, 7, Seq{41}, event, origin);
    return bytes;
}

inline std::string body_of(const std::string& record) {
    return record.substr(RecordPrefix::kSize);
}

/// A record with this body and the prefix of another; the length is set right.
inline std::string with_body(const std::string& record, const std::string& body) {
    std::string result = record.substr(0, RecordPrefix::kSize) + body;
    const auto size = static_cast<std::uint32_t>(body.size());
    std::memcpy(result.data(), &size, sizeof size);
    return result;
}

}  // namespace tapedeck::samples

namespace tapedeck {

inline void PrintTo(const Event& event, std::ostream* out) {
    *out << event.name();
}

}  // namespace tapedeck
