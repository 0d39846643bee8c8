#include "venues/kraken/fields.h"

namespace tapedeck::kraken {

namespace {

constexpr std::uint64_t kDecimalsMax = 18;
constexpr Int128 kUnitsPerNanosecond = Decimal::kOne / 1'000'000'000;
/// The last moment of Time, in seconds; the first is as far before 1970.
constexpr std::int64_t kSecondsMax = 9'223'372'036;

}  // namespace

Result<std::string> read_text(const json::Value& object, std::string_view key) {
    return TRY(object.at(key)).text();
}

Result<std::string> find_text(const json::Value& object, std::string_view key) {
    const auto value = object.find(key);
    if (!value) return std::string();
    return value->text();
}

Result<Time> find_moment(const json::Value& object, std::string_view key) {
    const auto value = object.find(key);
    if (!value) return Time{};
    const auto moment = parse_time(TRY(value->text()));
    if (!moment) return value->wrong("a time in RFC 3339");
    return *moment;
}

Result<Time> read_seconds(const json::Value& value) {
    const auto seconds = TRY(value.decimal());
    if (seconds.abs() >= Decimal::from_integer(kSecondsMax)) {
        return value.wrong("seconds since 1970");
    }
    return time_from_ns(static_cast<std::int64_t>(seconds.units() / kUnitsPerNanosecond));
}

Result<Time> find_seconds(const json::Value& object, std::string_view key) {
    const auto value = object.find(key);
    if (!value) return Time{};
    return read_seconds(*value);
}

std::string whole_seconds(Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    return std::to_string(seconds.time_since_epoch().count());
}

Result<Side> read_side(const json::Value& value) {
    if (value.equals("buy") || value.equals("b")) return Side::Buy;
    if (value.equals("sell") || value.equals("s")) return Side::Sell;
    return value.wrong("buy or sell");
}

std::optional<std::uint64_t> request_of(const json::Value& message) {
    const auto value = message.find("req_id");
    if (!value) return std::nullopt;
    const auto request = value->natural();
    return request ? std::optional(*request) : std::nullopt;
}

Result<std::uint32_t> read_count(const json::Value& value) {
    const auto count = TRY(value.natural());
    if (count > 0xFFFFFFFFU) return value.wrong("32 bits");
    return static_cast<std::uint32_t>(count);
}

Result<unsigned> read_decimals(const json::Value& object, std::string_view key) {
    const auto value = TRY(object.at(key));
    const auto count = TRY(value.natural());
    if (count > kDecimalsMax) return value.wrong("at most 18 decimals");
    return static_cast<unsigned>(count);
}

}  // namespace tapedeck::kraken
