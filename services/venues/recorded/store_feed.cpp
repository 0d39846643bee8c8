#include "venues/recorded/store_feed.h"

#include "venues/recorded/listing.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace tapedeck::recorded {

using market_data::Step;

namespace {

/// More rows of one moment than this are an error: the time column was wrong.
constexpr std::size_t kStepEventsMax = 100'000;

template <class T>
T& blank(const Series& series, Event& event) {
    T& result = event.emplace<T>();
    result.instrument = series.instrument;
    return result;
}

void make_event(const Series& series, const StoredRow& row, Event& event) {
    switch (series.kind) {
        case Kind::Candles: {
            auto& candle = blank<CandleClosed>(series, event);
            candle.interval = series.interval;
            fill(row, candle);
            break;
        }
        case Kind::QuoteBars: fill(row, blank<QuoteChanged>(series, event)); break;
        case Kind::Trades: fill(row, blank<TradePrinted>(series, event)); break;
    }
}

/// When the row is known.
Time time_of(const SeriesReader& reader) {
    return reader.row().begin + reader.series().interval;
}

}  // namespace

Result<std::unique_ptr<StoreFeed>> StoreFeed::open(const market_data::FeedSettings& settings) {
    std::unique_ptr<StoreFeed> feed(new StoreFeed(settings));
    std::set<Series> seen;
    for (const auto& text : settings.files) {
        const auto selection = parse_selection(text);
        if (!selection) {
            return fail("market-data.files: " + selection.error().message, ExitCode::Configuration);
        }
        if (!seen.insert(selection->series).second) {
            return fail(
                "market-data.files: names " + selection->series.to_string() + " twice; remove one",
                ExitCode::Configuration);
        }
        TRY(feed->add(*selection));
    }
    TRY(feed->list_instruments());
    for (std::size_t i = 0; i < feed->sources_.size(); ++i) feed->advance(i);
    if (feed->error_) return tl::make_unexpected(*feed->error_);
    return feed;
}

Result<> StoreFeed::add(const Selection& selection) {
    auto reader = TRY(SeriesReader::open(settings_.store, selection));
    Source source{std::move(reader), {}};
    if (selection.series.kind != Kind::Trades) source.bars.emplace(selection.series.interval);
    sources_.push_back(std::move(source));
    return {};
}

Result<> StoreFeed::list_instruments() {
    std::map<Instrument, unsigned> scales;
    for (const auto& source : sources_) {
        unsigned& scale = scales[source.reader.series().instrument];
        scale = std::max(scale, TRY(source.reader.price_scale()));
    }
    for (const auto& [instrument, scale] : scales) {
        listed_.push_back(listing(instrument, scale));
        settings_.precision_of(instrument).apply_to(listed_.back());
    }
    return {};
}

std::string StoreFeed::source() const {
    std::string text;
    for (const auto& source : sources_) text += (text.empty() ? "" : "; ") + source.reader.source();
    for (const auto& listed : listed_) text += "; " + describe(listed);
    if (settings_.start) text += "; start=" + to_string(*settings_.start);
    if (settings_.duration > Duration::zero())
        text += "; duration=" + to_string(settings_.duration);
    return text;
}

Result<std::optional<Step>> StoreFeed::next() {
    while (!turns_.empty() && !error_) {
        if (end_ && turns_.time() > *end_) break;
        Step step;
        make_step(step);
        if (!step.events.empty()) return step;
    }
    if (error_) return tl::make_unexpected(*error_);
    return std::optional<Step>{};
}

Result<> StoreFeed::skip_to(Time time) {
    while (!turns_.empty() && !error_ && turns_.time() <= time) {
        if (end_ && turns_.time() > *end_) break;
        Step step;
        make_step(step);
    }
    return {};
}

void StoreFeed::make_step(Step& step) {
    step.time = turns_.time();
    // An error while reading ahead waits until what came before it has been given.
    while (!turns_.empty() && turns_.time() == step.time) {
        const std::size_t index = turns_.source();
        if (step.events.size() > kStepEventsMax) {
            error_ = Error{
                sources_[index].reader.series().to_string() + ": more than " +
                std::to_string(kStepEventsMax) + " rows at " + to_string(step.time) +
                "; check where they were imported from"};
            return;
        }
        turns_.pop();
        take(index, step);
        advance(index);
    }
}

void StoreFeed::take(std::size_t index, Step& step) {
    Source& source = sources_[index];
    const StoredRow& row = source.reader.row();
    if (settings_.start && row.begin < *settings_.start) return;
    if (!end_ && settings_.duration > Duration::zero()) {
        end_ = settings_.start.value_or(row.begin) + settings_.duration;
    }
    if (source.bars) {
        const auto place = source.bars->place(row.begin);
        if (place.hole) {
            step.events.push_back(
                {gap_of(source.reader.series().instrument, *place.hole),
                 market_data::happened(step.time)});
        }
    }
    ++records_;
    auto& [event, origin] = step.events.emplace_back();
    make_event(source.reader.series(), row, event);
    origin.happened_at = step.time;
    origin.source_key = source_key(index, source.reader.number());
}

void StoreFeed::advance(std::size_t index) {
    SeriesReader& reader = sources_[index].reader;
    const auto found = reader.next();
    if (!found && !error_) error_ = found.error();
    if (!found || !*found) return;
    turns_.push(time_of(reader), index);
}

std::optional<market_data::Progress> StoreFeed::progress() const {
    market_data::Progress progress;
    for (const auto& source : sources_) {
        progress.read += source.reader.consumed();
        progress.total += source.reader.total();
    }
    return progress;
}

std::vector<Instrument> StoreFeed::without_candles(Duration interval) const {
    std::set<Instrument> result;
    for (const auto& source : sources_) {
        const Series& series = source.reader.series();
        if (series.kind == Kind::Trades) result.insert(series.instrument);
    }
    for (const auto& source : sources_) {
        const Series& series = source.reader.series();
        if (series.kind == Kind::Candles && series.interval == interval) {
            result.erase(series.instrument);
        }
    }
    return {result.begin(), result.end()};
}

}  // namespace tapedeck::recorded
