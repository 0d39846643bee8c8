#pragma once

#include "cli/session.h"
#include "events/event.h"

#include <cstdint>
#include <map>
#include <string>

namespace tapedeck::cli {

/// One event in a few words: "BUY 0.005 kraken:BTC/EUR @ 64210.1, fee 1.28 EUR taker". No line
/// break.
std::string describe(const Event& event);

/// "BUY 0.005 kraken:BTC/EUR LIMIT IOC 64210.5".
std::string describe(const OrderTerms& terms);

/// The tightest rule that passed: "drawdown_reached 79 %"; "" without numbers.
std::string tightest(const std::vector<RuleCheck>& checks);

/// "BUY", "SELL", "IOC": an enum's name in capitals.
template <NamedEnum E>
std::string in_capitals(E value) {
    std::string text(to_string(value));
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == '_') c = ' ';
    }
    return text;
}

/// Prints records one a line:
/// `48211880 12:05:00.202 strategy  TargetSet  macd_btc …  ← 48211879`.
class RecordLines {
public:
    RecordLines(const Session& session, std::map<std::uint32_t, std::string> producers)
        : session_(session), producers_(std::move(producers)) {}

    std::string line(const Recorded& recorded) const;

    /// kcat's way: {seq}, {time}, {clock}, {type}, {service}, {cause}, {text}, {json} are replaced.
    Result<std::string> formatted(std::string_view format, const Recorded& recorded) const;

    std::string service(std::uint32_t producer) const;

    /// A producer that said HELLO later than the list was asked for.
    void set_producers(std::map<std::uint32_t, std::string> producers) {
        producers_ = std::move(producers);
    }

private:
    const Session& session_;
    std::map<std::uint32_t, std::string> producers_;
};

}  // namespace tapedeck::cli
