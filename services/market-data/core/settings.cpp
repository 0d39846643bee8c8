#include "market-data/core/settings.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace tapedeck::market_data {

namespace {

constexpr std::string_view kPrefix = "market-data.";
constexpr std::string_view kInstrumentPrefix = "market-data.instrument.";

Setting setting(
    std::string key,
    SettingKind kind,
    std::string default_text,
    std::string help,
    std::vector<std::string> choices = {}) {
    Setting result;
    result.key = std::move(key);
    result.kind = kind;
    result.default_text = std::move(default_text);
    result.help = std::move(help);
    result.choices = std::move(choices);
    return result;
}

Setting bounded(Setting setting, std::string min, std::string max) {
    setting.min = std::move(min);
    setting.max = std::move(max);
    return setting;
}

/// Where the data come from.
std::vector<Setting> source_settings() {
    using enum SettingKind;
    return {
        setting(
            "feed",
            Text,
            "synthetic",
            "The source; a venue's name: its public data, live.",
            {"synthetic", "recorded", "kraken"}),
        setting(
            "files",
            TextList,
            "",
            "Recorded: CSV files, plain, .gz or .zst; path, or path=venue:BASE/QUOTE@1m where "
            "the name does not say what is in it. Or series of the store, "
            "store:venue:BASE/QUOTE@1m:2024-01-01..2024-03-01. Or the directory of one tape."),
        setting(
            "speed",
            Text,
            "1",
            "Seconds of the tape a second: 1 is real time, max is as fast as possible."),
        bounded(
            setting("seed", Integer, "1", "Synthetic: the same seed gives the same market."),
            "0",
            "9223372036854775807"),
        setting(
            "instruments",
            Instruments,
            "demo:BTC/USD,demo:ETH/USD,demo:SOL/USD",
            "What is traded: in the synthetic market, or at the venue (kraken:BTC/USD).")};
}

/// How they are taken.
std::vector<Setting> reading_settings() {
    using enum SettingKind;
    return {
        bounded(
            setting(
                "history",
                Integer,
                "720",
                "Live: closed 1-minute candles asked for at the start, for indicators."),
            "0",
            "720"),
        setting(
            "quote_interval",
            TimeSpan,
            "100ms",
            "Live: of an instrument no more than one quote in so long; 0s: every change."),
        setting(
            "start",
            Moment,
            "",
            "The first moment. Synthetic: 2026-01-01 if not set. Recorded: earlier data is "
            "left out."),
        setting("duration", TimeSpan, "0s", "The feed ends after this; 0s: all there is."),
        bounded(
            setting(
                "stale_after",
                TimeSpan,
                "1m",
                "An instrument without data for longer is stale (where only candles come, for "
                "longer than three of them)."),
            "1s",
            ""),
        setting(
            "build_candles",
            TimeSpan,
            "1m",
            "Interval of the candles built from trades that come without candles; 0s: none."),
        setting(
            "on_bad_line",
            Text,
            "stop",
            "Recorded: a line that cannot be read ends the feed, or is rejected and shown.",
            {"stop", "reject"})};
}

SettingsSection feed_section() {
    auto settings = source_settings();
    for (auto& each : reading_settings()) settings.push_back(std::move(each));
    return {
        .name = "market-data",
        .help = "Where prices come from, and how fast.",
        .settings = std::move(settings),
        .kind = ""};
}

constexpr std::string_view kStoreDefault = "var/data";

SettingsSection data_section() {
    return {
        .name = "data",
        .help = "The store of market data (tapedeck data).",
        .settings = {setting(
            "dir",
            SettingKind::Text,
            std::string(kStoreDefault),
            "Its directory; one for all profiles, from the working directory if not absolute.")},
        .kind = ""};
}

SettingsSection instrument_section() {
    using enum SettingKind;
    return {
        .name = "market-data.instrument.*",
        .help = "What an instrument demands of an order, instead of what its data suggests.",
        .settings =
            {setting("price_tick", Decimal, "", "Every order price is a multiple; quote currency."),
             setting("quantity_step", Decimal, "", "Every order quantity is a multiple; base."),
             setting("quantity_min", Decimal, "", "The smallest order; base."),
             setting("notional_min", Decimal, "", "The smallest order's value; quote currency.")},
        .kind = ""};
}

const Setting& descriptor(std::string_view key) {
    static const SettingsSection kSection = feed_section();
    for (const auto& each : kSection.settings) {
        if (each.key == key) return each;
    }
    static const Setting kNone;
    return kNone;
}

/// The key's text, or its default.
std::string text_of(const Settings& settings, std::string_view key) {
    return settings.text(std::string(kPrefix) + std::string(key), descriptor(key).default_text);
}

auto bad(std::string_view key, std::string_view value, std::string_view expected) {
    return fail(
        std::string(key) + ": expected " + std::string(expected) + ", was \"" + std::string(value) +
            "\"",
        ExitCode::Configuration);
}

auto bad_feed(const Settings& settings, std::string_view key, std::string_view expected) {
    return bad(std::string(kPrefix) + std::string(key), text_of(settings, key), expected);
}

/// Which of the key's choices was made.
Result<std::size_t> choice(const Settings& settings, std::string_view key) {
    const std::string text = text_of(settings, key);
    const auto& choices = descriptor(key).choices;
    const auto found = std::find(choices.begin(), choices.end(), text);
    if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
    std::string expected;
    for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i > 0) expected += i + 1 == choices.size() ? " or " : ", ";
        expected += '"' + choices[i] + '"';
    }
    return bad_feed(settings, key, expected);
}

Result<Duration> duration(const Settings& settings, std::string_view key, Duration min) {
    const auto value = parse_duration(text_of(settings, key));
    if (!value) return bad_feed(settings, key, "a duration such as 90s, 1m or 2d");
    if (*value < min) return bad_feed(settings, key, "at least " + to_string(min));
    return *value;
}

Result<std::uint64_t> number(const Settings& settings, std::string_view key, std::uint64_t max) {
    const std::string text = text_of(settings, key);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{} && end == text.data() + text.size() && value <= max) return value;
    return bad_feed(settings, key, "a whole number from 0 to " + std::to_string(max));
}

Result<std::vector<Instrument>> instruments(const Settings& settings) {
    Settings one;
    one.set("list", text_of(settings, "instruments"));
    std::vector<Instrument> result;
    for (const auto& name : one.list("list")) {
        const auto instrument = Instrument::parse(name);
        if (!instrument) {
            return bad_feed(settings, "instruments", "names like demo:BTC/USD, joined by commas");
        }
        result.push_back(*instrument);
    }
    std::sort(result.begin(), result.end());
    if (std::adjacent_find(result.begin(), result.end()) != result.end()) {
        return bad_feed(settings, "instruments", "each instrument once");
    }
    return result;
}

/// Sets `out` to the decimal under `key`, which must be positive, if there is one.
template <class T>
Result<> read_amount(const Settings& settings, const std::string& key, std::optional<T>& out) {
    if (settings.text(key).empty()) return {};
    const auto value = T::parse(settings.text(key));
    if (!value || !value->is_positive()) {
        return bad(key, settings.text(key), "a positive decimal");
    }
    out = *value;
    return {};
}

Result<std::map<Instrument, Precision>> precisions(const Settings& settings) {
    std::map<Instrument, Precision> result;
    const auto& values = settings.values();
    for (auto it = values.lower_bound(kInstrumentPrefix); it != values.end(); ++it) {
        const std::string& key = it->first;
        if (key.compare(0, kInstrumentPrefix.size(), kInstrumentPrefix) != 0) break;
        // An asset's name may have a dot; a key has none.
        const auto dot = key.rfind('.');
        if (dot < kInstrumentPrefix.size()) continue;
        const auto name = key.substr(kInstrumentPrefix.size(), dot - kInstrumentPrefix.size());
        const auto instrument = Instrument::parse(name);
        if (!instrument) return bad(key, name, "an instrument such as kraken:BTC/EUR in the key");
        Precision& precision = result[*instrument];
        const auto field = key.substr(dot + 1);
        if (field == "price_tick") TRY(read_amount(settings, key, precision.price_tick));
        if (field == "quantity_step") TRY(read_amount(settings, key, precision.quantity_step));
        if (field == "quantity_min") TRY(read_amount(settings, key, precision.quantity_min));
        if (field == "notional_min") TRY(read_amount(settings, key, precision.notional_min));
    }
    return result;
}

}  // namespace

void Precision::apply_to(InstrumentListed& listed) const {
    listed.price_tick = price_tick.value_or(listed.price_tick);
    listed.quantity_step = quantity_step.value_or(listed.quantity_step);
    listed.quantity_min = quantity_min.value_or(listed.quantity_min);
    listed.notional_min = notional_min.value_or(listed.notional_min);
}

Precision FeedSettings::precision_of(const Instrument& instrument) const {
    const auto found = precision.find(instrument);
    return found == precision.end() ? Precision{} : found->second;
}

std::vector<SettingsSection> settings() {
    return {feed_section(), instrument_section(), data_section()};
}

Result<FeedSettings> parse(const Settings& settings) {
    FeedSettings result;
    result.source = static_cast<Source>(TRY(choice(settings, "feed")));
    result.on_bad_line = static_cast<BadLine>(TRY(choice(settings, "on_bad_line")));
    result.files = settings.list("market-data.files");
    result.store = settings.text("data.dir", kStoreDefault);
    const auto speed = Speed::parse(text_of(settings, "speed"));
    if (!speed) {
        return bad_feed(settings, "speed", "\"max\", or a number from 0.001 to 1000000");
    }
    result.speed = *speed;
    result.seed = TRY(number(settings, "seed", std::numeric_limits<std::int64_t>::max()));
    result.instruments = TRY(instruments(settings));
    const std::string start = text_of(settings, "start");
    if (!start.empty()) {
        const auto time = parse_time(start);
        if (!time) return bad_feed(settings, "start", "a time such as 2026-01-01T00:00:00Z");
        result.start = *time;
    }
    result.duration = TRY(duration(settings, "duration", Duration::zero()));
    result.stale_after = TRY(duration(settings, "stale_after", std::chrono::seconds(1)));
    result.build_candles = TRY(duration(settings, "build_candles", Duration::zero()));
    result.quote_interval = TRY(duration(settings, "quote_interval", Duration::zero()));
    result.history = TRY(number(settings, "history", 720));
    result.precision = TRY(precisions(settings));
    if (result.source == Source::Recorded && result.files.empty()) {
        return bad_feed(settings, "files", "at least one CSV file for feed = \"recorded\"");
    }
    if (result.source != Source::Recorded && result.instruments.empty()) {
        return bad_feed(settings, "instruments", "at least one");
    }
    if (is_live(result.source)) {
        const std::string venue = text_of(settings, "feed");
        for (const auto& instrument : result.instruments) {
            if (instrument.venue() == venue) continue;
            return bad_feed(
                settings, "instruments", "names of " + venue + ", like " + venue + ":BTC/USD");
        }
    }
    return result;
}

}  // namespace tapedeck::market_data
