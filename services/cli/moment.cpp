#include "cli/moment.h"

#include "base/overloaded.h"
#include "cli/session.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tapedeck::cli {

namespace {

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "12:05", "12:05:30".
std::optional<Duration> time_of_day(std::string_view text) {
    if (text.size() != 5 && text.size() != 8) return std::nullopt;
    Duration result{};
    constexpr Duration kUnits[] = {
        std::chrono::hours(1), std::chrono::minutes(1), std::chrono::seconds(1)};
    constexpr std::uint64_t kLimits[] = {24, 60, 60};
    for (std::size_t i = 0; i * 3 < text.size(); ++i) {
        if (i > 0 && text[i * 3 - 1] != ':') return std::nullopt;
        const auto part = whole_number(text.substr(i * 3, 2));
        if (!part || *part >= kLimits[i]) return std::nullopt;
        result += kUnits[i] * static_cast<std::int64_t>(*part);
    }
    return result;
}

Result<Time> time_for(const Moment& moment, TapeSource& tape) {
    const Seq end = TRY(tape.end());
    Time last{};
    if (end.exists()) last = TRY(tape.time_of(end));
    return std::visit(
        overloaded{
            [](Time time) { return time; },
            [&](Moment::Ago ago) { return last - ago.duration; },
            [&](Moment::TimeOfDay at) {
                return Time(std::chrono::floor<std::chrono::days>(last)) + at.since_midnight;
            },
            [&](const auto&) { return last; }},
        moment.value);
}

}  // namespace

Result<Moment> parse_moment(std::string_view text) {
    if (text == "beginning" || text == "start") return Moment{Moment::Beginning{}};
    if (text == "end" || text == "now") return Moment{Moment::End{}};
    if (const auto seq = parse_order_name(text)) return Moment{*seq};
    if (text.starts_with('-')) {
        const std::string_view rest = text.substr(1);
        if (const auto events = whole_number(rest)) return Moment{Moment::Back{*events}};
        if (const auto ago = parse_duration(rest)) return Moment{Moment::Ago{*ago}};
    }
    if (const auto at = time_of_day(text)) return Moment{Moment::TimeOfDay{*at}};
    if (const auto time = parse_time(text)) return Moment{*time};
    return fail(
        "\"" + std::string(text) +
            "\" is no place on a tape: give a seq (48211880), a time (2026-11-20T12:05:00Z, "
            "12:05), -2h, -10 (events back), beginning or end",
        ExitCode::Usage);
}

Result<Moment> parse_since(std::string_view text) {
    const bool bare = !text.empty() && text.front() >= '0' && text.front() <= '9';
    if (bare && !whole_number(text)) {
        if (const auto ago = parse_duration(text)) return Moment{Moment::Ago{*ago}};
    }
    return parse_moment(text);
}

Result<Seq> first_of(const Moment& moment, TapeSource& tape) {
    if (std::holds_alternative<Moment::Beginning>(moment.value)) return Seq{1};
    if (const auto* seq = std::get_if<Seq>(&moment.value)) return *seq;
    const Seq end = TRY(tape.end());
    if (std::holds_alternative<Moment::End>(moment.value)) return end.next();
    if (const auto* back = std::get_if<Moment::Back>(&moment.value)) {
        return Seq{end.value - std::min(back->events, end.value) + 1};
    }
    const Time time = TRY(time_for(moment, tape));
    return tape.first_at(time);
}

Result<Seq> last_of(const Moment& moment, TapeSource& tape) {
    const Seq end = TRY(tape.end());
    if (std::holds_alternative<Moment::Beginning>(moment.value)) return Seq{end.exists() ? 1U : 0U};
    if (std::holds_alternative<Moment::End>(moment.value)) return end;
    if (const auto* seq = std::get_if<Seq>(&moment.value)) {
        if (*seq <= end) return *seq;
        return fail(
            "there is no seq " + std::to_string(seq->value) + ": the tape ends at " +
                std::to_string(end.value),
            ExitCode::NotFound);
    }
    if (const auto* back = std::get_if<Moment::Back>(&moment.value)) {
        return Seq{end.value - std::min(back->events, end.value)};
    }
    const Time time = TRY(time_for(moment, tape));
    const Seq next = TRY(tape.first_at(time + Duration(1)));
    return Seq{next.value - 1};
}

Result<Seq> first_of(std::string_view text, TapeSource& tape) {
    const Moment moment = TRY(parse_moment(text));
    return first_of(moment, tape);
}

Result<Seq> last_of(std::string_view text, TapeSource& tape) {
    const Moment moment = TRY(parse_moment(text));
    return last_of(moment, tape);
}

}  // namespace tapedeck::cli
