#include "venues/recorded/format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace tapedeck::recorded {

namespace {

constexpr std::array<Format, 6> kFormats{
    {{Kind::Candles, "timestamp,open,high,low,close,volume", 6, true, false},
     {Kind::Candles, "timestamp,open,high,low,close,volume,trades", 7, true, false},
     {Kind::QuoteBars,
      "timestamp,bid_open,bid_high,bid_low,bid_close,bid_size,ask_open,ask_high,ask_low,ask_close,"
      "ask_size",
      11,
      true,
      false},
     {Kind::Trades, "timestamp,price,size,side,trade_id", 5, true, false},
     {Kind::Candles, "seconds,open,high,low,close,volume,trades", 7, false, true},
     {Kind::Trades, "seconds,price,volume", 3, false, true}}};

// Longest first: BTCUSDT is BTC/USDT, not BTCUSD/T.
constexpr std::array<std::string_view, 12> kQuotes{
    "USDT", "USDC", "USD", "EUR", "GBP", "BTC", "XBT", "ETH", "JPY", "CHF", "CAD", "AUD"};

constexpr std::array<std::string_view, 12> kVenues{
    "binance",
    "binance-usdm",
    "bitfinex",
    "bitstamp",
    "bybit",
    "coinbase",
    "gemini",
    "hyperliquid",
    "kraken",
    "kucoin",
    "okx",
    "synthetix"};

constexpr std::string_view kKraken = "kraken";

bool is_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view our_name(std::string_view asset) {
    if (asset == "XBT") return "BTC";
    if (asset == "XDG") return "DOGE";
    return asset;
}

std::vector<std::string_view> words_of(std::string_view name) {
    std::vector<std::string_view> words;
    while (true) {
        const auto end = name.find('_');
        words.push_back(name.substr(0, end));
        if (end == std::string_view::npos) return words;
        name.remove_prefix(end + 1);
    }
}

bool is_asset(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    });
}

struct Pair {
    std::string_view base;
    std::string_view quote;
};

/// "XBTEUR" or "BTC-EUR".
std::optional<Pair> read_pair(std::string_view word) {
    for (const auto quote : kQuotes) {
        if (word.size() <= quote.size() + 1) continue;
        if (word.substr(word.size() - quote.size()) != quote) continue;
        auto base = word.substr(0, word.size() - quote.size());
        if (base.back() == '-') base.remove_suffix(1);
        if (!is_asset(base)) return std::nullopt;
        return Pair{our_name(base), our_name(quote)};
    }
    return std::nullopt;
}

/// "1m", "4h", "1d"; for Kraken a plain count of minutes too.
std::optional<Duration> read_interval(std::string_view word, bool is_kraken) {
    // More digits are a date, not minutes.
    constexpr std::size_t minute_digits_max = 5;
    if (is_kraken && is_digits(word) && word.size() <= minute_digits_max) {
        int minutes = 0;
        std::from_chars(word.data(), word.data() + word.size(), minutes);
        if (minutes > 0) return std::chrono::minutes(minutes);
        return std::nullopt;
    }
    if (word.size() < 2 || !is_digits(word.substr(0, word.size() - 1))) return std::nullopt;
    if (std::string_view("smhd").find(word.back()) == std::string_view::npos) return std::nullopt;
    const auto interval = parse_duration(word);
    if (!interval || !is_interval(*interval)) return std::nullopt;
    return *interval;
}

/// The venue among the words before the pair; Kraken's archives have nothing before it.
std::string_view venue_before(const std::vector<std::string_view>& words, std::size_t pair) {
    if (pair == 0) return kKraken;
    for (std::size_t i = pair; i-- > 0;) {
        if (std::find(kVenues.begin(), kVenues.end(), words[i]) != kVenues.end()) return words[i];
    }
    return words[pair - 1];
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return result;
}

}  // namespace

const Format* find_format(std::string_view first_line) {
    if (first_line.empty()) return nullptr;
    const bool has_header = first_line.front() < '0' || first_line.front() > '9';
    const auto columns =
        static_cast<std::size_t>(std::count(first_line.begin(), first_line.end(), ',')) + 1;
    const std::string header = lower(first_line);
    for (const auto& format : kFormats) {
        if (format.has_header != has_header) continue;
        if (has_header ? format.columns == header : format.count == columns) return &format;
    }
    return nullptr;
}

std::string known_formats() {
    std::string result;
    for (const auto& format : kFormats) {
        if (!result.empty()) result += " | ";
        result += format.columns;
        if (!format.has_header) result += " (no header)";
    }
    return result;
}

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_interval(Duration interval) {
    return interval >= std::chrono::seconds(1) && interval <= std::chrono::days(366);
}

Clues read_name(std::string_view path) {
    std::string_view name = base_name(path);
    name = name.substr(0, name.find('.'));
    const auto words = words_of(name);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto pair = read_pair(words[i]);
        if (!pair) continue;
        Clues clues;
        const auto venue = venue_before(words, i);
        auto instrument = Instrument::parse(
            std::string(venue) + ':' + std::string(pair->base) + '/' + std::string(pair->quote));
        if (instrument) clues.instrument = *instrument;
        if (i + 1 < words.size()) clues.interval = read_interval(words[i + 1], venue == kKraken);
        return clues;
    }
    return {};
}

Result<FileWanted> parse_file(std::string_view text) {
    FileWanted result{std::string(text), {}};
    const auto equals = text.rfind('=');
    // A path may have an '=' too; what follows ours is an instrument, with a colon.
    if (equals != std::string_view::npos && text.find(':', equals) != std::string_view::npos) {
        result.path = std::string(text.substr(0, equals));
        const auto override_text = text.substr(equals + 1);
        const auto at = override_text.find('@');
        const auto bad = [&](const std::string& why) {
            return fail(
                "market-data.files: \"" + std::string(text) + "\": " + why +
                    "; write path=venue:BASE/QUOTE@1m",
                ExitCode::Configuration);
        };
        const auto instrument = Instrument::parse(override_text.substr(0, at));
        if (!instrument) {
            return bad('"' + std::string(override_text.substr(0, at)) + "\" is not an instrument");
        }
        result.clues.instrument = *instrument;
        if (at != std::string_view::npos) {
            const auto interval = parse_duration(override_text.substr(at + 1));
            if (!interval || !is_interval(*interval)) {
                return bad(
                    '"' + std::string(override_text.substr(at + 1)) +
                    "\" is not an interval from 1s to 366d");
            }
            result.clues.interval = *interval;
        }
    }
    if (result.path.empty()) {
        return fail(
            "market-data.files: \"" + std::string(text) + "\" names no file; write a path",
            ExitCode::Configuration);
    }
    const Clues named = read_name(result.path);
    if (!result.clues.instrument) result.clues.instrument = named.instrument;
    if (!result.clues.interval) result.clues.interval = named.interval;
    return result;
}

}  // namespace tapedeck::recorded
