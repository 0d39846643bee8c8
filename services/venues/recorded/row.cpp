#include "venues/recorded/row.h"

#include "base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace tapedeck::recorded {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kColumnsMax = 11;
constexpr std::size_t kShownMax = 40;  // of a field in a message

using Fields = std::array<std::string_view, kColumnsMax>;

/// The number of fields, of which the first kColumnsMax are in `out`.
std::size_t split(std::string_view line, Fields& out) {
    std::size_t count = 0;
    const char* at = line.data();
    const char* const end = at + line.size();
    while (true) {
        const char* comma = std::find(at, end, ',');
        if (count < kColumnsMax) out[count] = {at, static_cast<std::size_t>(comma - at)};
        ++count;
        if (comma == end) return count;
        at = comma + 1;
    }
}

std::string shown(std::string_view field) {
    std::string text = printable(field.substr(0, kShownMax));
    if (field.size() > kShownMax) text += "...";
    return '"' + text + '"';
}

std::string_view column_name(const Format& format, std::size_t column) {
    std::string_view rest = format.columns;
    for (; column > 0; --column) rest.remove_prefix(rest.find(',') + 1);
    return rest.substr(0, rest.find(','));
}

// Nothing was traded before 2009; what is later than 2100 is in other units.
constexpr Time kEarliest = std::chrono::sys_days{std::chrono::year{2009} / 1 / 1};
constexpr Time kLatest = std::chrono::sys_days{std::chrono::year{2100} / 1 / 1};

std::string wrong_unit(std::string_view field, std::string_view unit) {
    return "time " + shown(field) + " is not within 2009 to 2100 when read in " +
           std::string(unit) + ", the unit of this format";
}

/// Whole milliseconds.
std::string read_milliseconds(std::string_view field, Time& out) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), count);
    if (error == std::errc::invalid_argument || end != field.data() + field.size()) {
        return "time " + shown(field) + " is not a whole number of milliseconds since 1970";
    }
    if (error != std::errc{} || count < kEarliest.time_since_epoch() / 1ms ||
        count >= kLatest.time_since_epoch() / 1ms) {
        return wrong_unit(field, "milliseconds");
    }
    out = Time{count * 1ms};
    return {};
}

/// Seconds, of which there may be fractions down to the nanosecond.
std::string read_seconds(std::string_view field, Time& out) {
    const auto seconds = Decimal::parse(field);
    constexpr Int128 ns = Decimal::kOne / 1'000'000'000;
    if (!seconds || seconds->units() % ns != 0) {
        return "time " + shown(field) + " is not a number of seconds since 1970";
    }
    const Int128 count = seconds->units() / ns;
    if (count < kEarliest.time_since_epoch().count() ||
        count >= kLatest.time_since_epoch().count()) {
        return wrong_unit(field, "seconds");
    }
    out = time_from_ns(static_cast<std::int64_t>(count));
    return {};
}

/// Reads fields one after the other; remembers the first fault and does nothing after it.
class RowReader {
public:
    RowReader(const Format& format, const Fields& fields) : format_(format), fields_(fields) {}

    void time(Time& out) {
        fault_ =
            format_.in_seconds ? read_seconds(fields_[0], out) : read_milliseconds(fields_[0], out);
        column_ = 1;
    }

    template <class Tag>
    void amount(Amount<Tag>& out) {
        if (!fault_.empty()) return;
        // Exporters that computed a volume in doubles wrote all their digits. Prices are exact.
        constexpr bool is_quantity = std::is_same_v<Amount<Tag>, Quantity>;
        constexpr Excess excess = is_quantity ? Excess::Round : Excess::Refuse;
        const auto value = parse_number(fields_[column_], excess);
        if (!value) {
            fault_ = named() + ' ' + std::string(to_string(value.error()));
            return;
        }
        out = Amount<Tag>(*value);
        ++column_;
    }

    void count(std::optional<std::uint32_t>& out) {
        if (!fault_.empty()) return;
        const auto field = fields_[column_];
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
        if (error != std::errc{} || end != field.data() + field.size()) {
            fault_ = named() + " is not a count";
            return;
        }
        out = value;
        ++column_;
    }

    void side(std::optional<Side>& out) {
        if (!fault_.empty()) return;
        const auto field = fields_[column_];
        if (field == "buy") {
            out = Side::Buy;
        } else if (field == "sell") {
            out = Side::Sell;
        } else if (field.empty()) {
            out.reset();
        } else {
            fault_ = named() + " is neither buy nor sell";
            return;
        }
        ++column_;
    }

    void text(std::string& out) {
        if (!fault_.empty()) return;
        // It goes on the tape with each trade; no venue's ids are longer than a UUID.
        constexpr std::size_t size_max = 64;
        if (fields_[column_].size() > size_max) {
            fault_ = named() + " is longer than 64 characters";
            return;
        }
        out = printable(fields_[column_]);
        ++column_;
    }

    std::string take_fault() { return std::move(fault_); }

private:
    std::string named() const {
        return std::string(column_name(format_, column_)) + ' ' + shown(fields_[column_]);
    }

    const Format& format_;
    const Fields& fields_;
    std::size_t column_ = 0;
    std::string fault_;
};

std::string wrong_count(const Format& format, std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column, not " : " columns, not ") +
           std::to_string(format.count) + " (" + std::string(format.columns) + ")";
}

void read_candle(RowReader& reader, const Format& format, CandleClosed& candle) {
    reader.amount(candle.open);
    reader.amount(candle.high);
    reader.amount(candle.low);
    reader.amount(candle.close);
    reader.amount(candle.volume);
    if (format.count == 7) reader.count(candle.trades);
}

/// A bar of quotes says at its close what was quoted then. Its extremes have passed.
void read_quotes(RowReader& reader, QuoteChanged& quote) {
    Price passed;
    for (int i = 0; i < 3; ++i) reader.amount(passed);
    reader.amount(quote.bid);
    reader.amount(quote.bid_quantity);
    for (int i = 0; i < 3; ++i) reader.amount(passed);
    reader.amount(quote.ask);
    reader.amount(quote.ask_quantity);
}

void read_trade(RowReader& reader, const Format& format, TradePrinted& trade) {
    reader.amount(trade.price);
    reader.amount(trade.quantity);
    if (format.count < 5) return;
    reader.side(trade.taker_side);
    reader.text(trade.trade_id);
}

}  // namespace

std::string printable(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c < 0x20 || c > 0x7e) c = '?';
    }
    return result;
}

std::string read_row(const Format& format, Duration interval, std::string_view line, Row& row) {
    Fields fields;
    const std::size_t count = split(line, fields);
    if (count != format.count) return wrong_count(format, count);
    RowReader reader(format, fields);
    reader.time(row.begin);
    row.time = row.begin + interval;
    switch (format.kind) {
        case Kind::Candles:
            row.candle.open_time = row.begin;
            read_candle(reader, format, row.candle);
            break;
        case Kind::QuoteBars: read_quotes(reader, row.quote); break;
        case Kind::Trades: read_trade(reader, format, row.trade); break;
    }
    return reader.take_fault();
}

}  // namespace tapedeck::recorded
