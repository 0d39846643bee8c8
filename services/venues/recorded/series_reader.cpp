#include "venues/recorded/series_reader.h"

#include "venues/recorded/file_cursor.h"
#include "venues/recorded/store.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

namespace tapedeck::recorded {

namespace {

constexpr std::string_view kPrefix = "store:";

/// The multiple of the interval since 1970 at or before the time.
Time floor_to(Time time, Duration interval) {
    const Duration rest = time.time_since_epoch() % interval;
    return time - (rest < Duration::zero() ? rest + interval : rest);
}

Time ceil_to(Time time, Duration interval) {
    const Time below = floor_to(time, interval);
    return below == time ? below : below + interval;
}

bool can_make(const Series& wanted, const Series& stored) {
    if (wanted.kind == Kind::Trades) return false;
    if (wanted.kind == Kind::Candles && stored.kind == Kind::Trades) return true;
    return stored.kind == wanted.kind && stored.interval < wanted.interval &&
           wanted.interval % stored.interval == Duration::zero();
}

/// How much of what was asked for the series covers.
Duration covered(const Selection& selection, const SeriesFacts& facts) {
    const Time from = std::max(selection.from.value_or(facts.first), facts.first);
    const Time to = std::min(selection.to.value_or(facts.end()), facts.end());
    return std::max(to - from, Duration::zero());
}

/// The finer series to make it of.
std::optional<Series> finer(const std::string& store, const Selection& selection) {
    const auto& instrument = selection.series.instrument;
    const auto folder = selection.series.path();
    const auto files = list_store(store + '/' + folder.substr(0, folder.rfind('/')));
    if (!files) return std::nullopt;
    std::optional<Series> best;
    std::pair<Duration, Duration> best_rank{};
    for (const auto& file : *files) {
        if (!file.facts || file.facts->series.instrument != instrument) continue;
        const Series& series = file.facts->series;
        if (!can_make(selection.series, series)) continue;
        const std::pair rank(covered(selection, *file.facts), series.interval);
        if (best && rank <= best_rank) continue;
        best = series;
        best_rank = rank;
    }
    return best;
}

Result<std::optional<Time>> read_bound(std::string_view text) {
    if (text.empty()) return std::optional<Time>{};
    return std::optional(TRY(parse_time(text)));
}

std::string range_of(const std::optional<Time>& from, const std::optional<Time>& to) {
    if (!from && !to) return {};
    return (from ? to_string(*from) : "") + ".." + (to ? to_string(*to) : "");
}

}  // namespace

std::string Selection::to_string() const {
    const std::string range = range_of(from, to);
    return series.to_string() + (range.empty() ? "" : ":" + range);
}

bool names_store(std::string_view text) {
    return text.starts_with(kPrefix);
}

Result<Selection> parse_selection(std::string_view text) {
    if (names_store(text)) text.remove_prefix(kPrefix.size());
    const auto at = text.find('@');
    const auto colon = at == std::string_view::npos ? at : text.find(':', at);
    Selection selection;
    selection.series = TRY(parse_series(text.substr(0, colon)));
    if (colon == std::string_view::npos) return selection;
    const std::string_view range = text.substr(colon + 1);
    const auto dots = range.find("..");
    if (dots == std::string_view::npos) {
        return fail(
            '"' + std::string(range) + "\" is not a range; write 2024-01-01..2024-03-01, where " +
                "either end may be left out",
            ExitCode::Usage);
    }
    selection.from = TRY(read_bound(range.substr(0, dots)));
    selection.to = TRY(read_bound(range.substr(dots + 2)));
    if (selection.from && selection.to && *selection.from >= *selection.to) {
        return fail(
            '"' + std::string(range) + "\" is empty; the end is after the beginning",
            ExitCode::Usage);
    }
    return selection;
}

Result<SeriesReader> SeriesReader::open(const std::string& store, const Selection& selection) {
    auto file = open_series(store, selection.series);
    if (!file && file.error().exit_code != ExitCode::NotFound) {
        return tl::make_unexpected(file.error());
    }
    std::optional<SeriesReader> reader;
    if (file) {
        reader = stored(selection, std::move(*file));
    } else {
        const auto from = finer(store, selection);
        if (!from) return tl::make_unexpected(file.error());
        reader = made_of(selection, TRY(open_series(store, *from)));
    }
    // What a range leaves of a file is known by its index, but for the first block.
    SeriesReader probe = *reader;
    if (!TRY(probe.next())) {
        const SeriesFacts& facts = reader->file().facts();
        return fail(
            selection.to_string() + ": has no whole row; the store has " +
                facts.series.to_string() + " from " + tapedeck::to_string(facts.first) + " to " +
                tapedeck::to_string(facts.end()),
            ExitCode::NotFound);
    }
    return std::move(*reader);
}

SeriesReader SeriesReader::stored(const Selection& selection, ColumnFile file) {
    return {selection, SeriesCursor(std::move(file), selection.from, selection.to), false};
}

SeriesReader SeriesReader::made_of(const Selection& selection, ColumnFile file) {
    const SeriesFacts& facts = file.facts();
    const Duration interval = selection.series.interval;
    // Before its first row and behind its last one the file knows nothing.
    const Time from = std::max(selection.from.value_or(facts.first), facts.first);
    const Time to = std::min(selection.to.value_or(facts.end()), facts.end());
    return {
        selection,
        SeriesCursor(std::move(file), ceil_to(from, interval), floor_to(to, interval)),
        true};
}

Result<bool> SeriesReader::next() {
    return made_ ? make_bar() : cursor_.next();
}

Result<bool> SeriesReader::make_bar() {
    if (!begun_) ahead_ = TRY(cursor_.next());
    begun_ = true;
    if (!ahead_) return false;
    const Duration interval = selection_.series.interval;
    const bool of_trades = cursor_.file().facts().series.kind == Kind::Trades;
    bar_ = cursor_.row();
    bar_.begin = floor_to(bar_.begin, interval);
    number_ = cursor_.number();
    if (of_trades) {
        const auto [price, quantity] = std::pair(bar_.numbers[0], bar_.numbers[1]);
        bar_.numbers = {price, price, price, price, quantity};
        bar_.trades = 1;
        bar_.side.reset();
        bar_.id.clear();
    }
    while (true) {
        ahead_ = TRY(cursor_.next());
        if (!ahead_ || cursor_.row().begin >= bar_.begin + interval) return true;
        StoredRow part = cursor_.row();
        if (of_trades) {
            const auto [price, quantity] = std::pair(part.numbers[0], part.numbers[1]);
            part.numbers = {price, price, price, price, quantity};
            part.trades = 1;
        }
        TRY(add(part));
    }
}

Result<> SeriesReader::add(const StoredRow& part) {
    if (selection_.series.kind == Kind::QuoteBars) {
        bar_.numbers = part.numbers;  // what was quoted at the close
        return {};
    }
    auto& [open, high, low, close, volume] = bar_.numbers;
    high = std::max(high, part.numbers[1]);
    low = std::min(low, part.numbers[2]);
    close = part.numbers[3];
    // Each of the two is at most 1.7e20 and not negative: the sum fits 128 bits without a sign.
    const UInt128 sum =
        static_cast<UInt128>(volume.units()) + static_cast<UInt128>(part.numbers[4].units());
    if (sum > static_cast<UInt128>(Decimal::kMaxUnits)) {
        return fail(
            place() + ": the volumes of a bar of " +
                tapedeck::to_string(selection_.series.interval) +
                " add up to more than 1.7e20; check where they are from",
            ExitCode::Integrity);
    }
    volume = Decimal::from_units(static_cast<Int128>(sum));
    if (!bar_.trades || !part.trades) {
        bar_.trades.reset();
        return {};
    }
    const std::uint64_t trades = std::uint64_t{*bar_.trades} + *part.trades;
    bar_.trades.reset();
    if (trades <= std::numeric_limits<std::uint32_t>::max()) {
        bar_.trades = static_cast<std::uint32_t>(trades);
    }
    return {};
}

std::string SeriesReader::place() const {
    return cursor_.file().path() + ": row " + std::to_string(cursor_.number());
}

Result<unsigned> SeriesReader::price_scale() const {
    constexpr auto rows_max = static_cast<std::uint64_t>(FileDescription::kSampleLines);
    SeriesCursor cursor(cursor_.file(), std::nullopt, std::nullopt);
    unsigned scale = 0;
    while (TRY(cursor.next()) && cursor.number() <= rows_max) {
        scale = std::max(scale, recorded::price_scale(file().facts().series.kind, cursor.row()));
    }
    return std::min(scale, FileDescription::kPriceScaleMax);
}

std::string SeriesReader::source() const {
    const SeriesFacts& facts = cursor_.file().facts();
    std::array<char, 16> checksum{};
    std::snprintf(checksum.data(), checksum.size(), "%08x", facts.checksum);
    std::string text = "store " + selection_.series.to_string();
    if (made_) text += ", whole bars made of " + facts.series.name();
    text += ", " + std::to_string(facts.rows) + " rows, crc32c " + checksum.data();
    const std::string range = range_of(selection_.from, selection_.to);
    return text + (range.empty() ? "" : ", " + range);
}

}  // namespace tapedeck::recorded
