#include "venues/recorded/recorded_feed.h"

#include "venues/recorded/listing.h"

#include <algorithm>
#include <set>
#include <utility>

namespace tapedeck::recorded {

using market_data::Step;

namespace {

constexpr std::size_t kBuffersTotal = std::size_t{16} << 20;
constexpr std::size_t kBufferMax = std::size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<RecordedFeed>> RecordedFeed::open(
    const market_data::FeedSettings& settings) {
    if (settings.files.empty()) {
        return fail(
            "market-data.files: names no file; write at least one", ExitCode::Configuration);
    }
    std::unique_ptr<RecordedFeed> feed(new RecordedFeed(settings));
    const std::size_t buffer_size = std::min(kBufferMax, kBuffersTotal / settings.files.size());
    std::set<std::string> seen;
    for (const auto& text : settings.files) {
        const FileWanted wanted = TRY(parse_file(text));
        if (!seen.insert(wanted.path).second) {
            return fail(
                "market-data.files: names " + wanted.path + " twice; remove one",
                ExitCode::Configuration);
        }
        FileDescription file = TRY(describe_file(wanted));
        TRY(feed->add(std::move(file), buffer_size));
    }
    feed->list_instruments();
    for (std::size_t i = 0; i < feed->sources_.size(); ++i) {
        feed->advance(i);
        if (feed->error_) return tl::make_unexpected(*feed->error_);
        if (feed->sources_[i].at_end) {
            const auto& cursor = feed->sources_[i].cursor;
            return fail(
                cursor.file().path + ": has not one usable line; check that it is what it says");
        }
    }
    return feed;
}

Result<> RecordedFeed::add(FileDescription file, std::size_t buffer_size) {
    const std::size_t stream = stream_of(file);
    auto cursor = TRY(FileCursor::open(std::move(file), settings_.on_bad_line, buffer_size));
    sources_.push_back({std::move(cursor), stream});
    return {};
}

std::size_t RecordedFeed::stream_of(const FileDescription& file) {
    const Kind kind = file.format->kind;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
        const Stream& stream = streams_[i];
        if (stream.instrument == file.instrument && stream.kind == kind &&
            stream.interval == file.interval) {
            return i;
        }
    }
    Stream stream{file.instrument, kind, file.interval, {}, {}};
    if (kind != Kind::Trades) stream.bars.emplace(file.interval);
    streams_.push_back(std::move(stream));
    return streams_.size() - 1;
}

void RecordedFeed::list_instruments() {
    std::map<Instrument, unsigned> scales;
    for (const auto& source : sources_) {
        const FileDescription& file = source.cursor.file();
        unsigned& scale = scales[file.instrument];
        scale = std::max(scale, file.price_scale);
    }
    for (const auto& [instrument, scale] : scales) {
        listed_.push_back(listing(instrument, scale));
        settings_.precision_of(instrument).apply_to(listed_.back());
    }
}

std::string RecordedFeed::source() const {
    std::string text;
    for (const auto& source : sources_) {
        text += (text.empty() ? "" : "; ") + source.cursor.file().to_string();
    }
    for (const auto& listed : listed_) text += "; " + describe(listed);
    text += settings_.on_bad_line == market_data::BadLine::Stop ? "; on_bad_line=stop"
                                                                : "; on_bad_line=reject";
    if (settings_.start) text += "; start=" + to_string(*settings_.start);
    if (settings_.duration > Duration::zero())
        text += "; duration=" + to_string(settings_.duration);
    return text;
}

Result<std::optional<Step>> RecordedFeed::next() {
    while (!turns_.empty() && !error_) {
        if (end_ && turns_.time() > *end_) break;
        Step step = make_step();
        if (!step.events.empty()) return step;
    }
    if (error_) return tl::make_unexpected(*error_);
    return std::optional<Step>{};
}

Result<> RecordedFeed::skip_to(Time time) {
    while (!turns_.empty() && !error_ && turns_.time() <= time) {
        if (end_ && turns_.time() > *end_) break;
        make_step();
    }
    return {};
}

Step RecordedFeed::make_step() {
    Step step;
    step.time = turns_.time();
    // An error while reading ahead waits until what came before it has been given.
    while (!turns_.empty() && turns_.time() == step.time) {
        const std::size_t index = turns_.source();
        if (step.events.size() > kStepEventsMax) {
            const FileCursor& cursor = sources_[index].cursor;
            error_ = Error{
                cursor.file().path + ':' + std::to_string(cursor.line()) + ": more than " +
                std::to_string(kStepEventsMax) + " rows at " + to_string(step.time) +
                "; check the time column"};
            break;
        }
        turns_.pop();
        take(index, step);
        if (!sources_[index].at_end) advance(index);
    }
    return step;
}

std::optional<market_data::Progress> RecordedFeed::progress() const {
    market_data::Progress progress;
    for (const auto& source : sources_) {
        progress.read += source.cursor.consumed();
        progress.total += source.cursor.file().fingerprint.size;
    }
    return progress;
}

std::vector<Instrument> RecordedFeed::without_candles(Duration interval) const {
    std::set<Instrument> result;
    for (const auto& stream : streams_) {
        if (stream.kind == Kind::Trades) result.insert(stream.instrument);
    }
    for (const auto& stream : streams_) {
        if (stream.kind == Kind::Candles && stream.interval == interval) {
            result.erase(stream.instrument);
        }
    }
    return {result.begin(), result.end()};
}

void RecordedFeed::advance(std::size_t index) {
    Source& source = sources_[index];
    const auto found = source.cursor.next();
    if (!found && !error_) error_ = found.error();
    source.at_end = !found || !*found;
    if (!source.at_end) {
        source.begin = source.cursor.row().begin;
        source.time = source.cursor.row().time;
    }
    // At the end there may be rejections to tell: at the time of the last row.
    if (source.at_end && source.cursor.rejections().empty()) return;
    turns_.push(source.time, index);
}

void RecordedFeed::take(std::size_t index, Step& step) {
    Source& source = sources_[index];
    auto& rejections = source.cursor.rejections();
    const Time begin = source.begin;
    if (settings_.start && begin < *settings_.start) {
        rejections.clear();
        return;
    }
    if (!end_ && settings_.duration > Duration::zero()) {
        end_ = settings_.start.value_or(begin) + settings_.duration;
    }
    for (auto& rejection : rejections) reject(source, index, std::move(rejection), step);
    rejections.clear();
    if (!source.at_end) take_row(source, index, step);
}

void RecordedFeed::take_row(Source& source, std::size_t index, Step& step) {
    Stream& stream = streams_[source.stream];
    const Row& row = source.cursor.row();
    if (stream.kind == Kind::Trades) {
        if (!row.trade.trade_id.empty() && row.trade.trade_id == stream.last_trade_id) {
            const std::string reason =
                "trade id " + row.trade.trade_id + " is that of the trade before";
            reject(source, index, {source.cursor.line(), reason, source.cursor.raw()}, step);
            return;
        }
        stream.last_trade_id = row.trade.trade_id;
    } else if (!take_bar(source, index, step)) {
        return;
    }
    ++counts_.records;
    auto& [event, origin] = step.events.emplace_back();
    origin.happened_at = row.time;
    origin.source_key = source_key(index, source.cursor.line());
    switch (stream.kind) {
        case Kind::Candles: event.emplace<CandleClosed>() = row.candle; break;
        case Kind::QuoteBars: event.emplace<QuoteChanged>() = row.quote; break;
        case Kind::Trades: event.emplace<TradePrinted>() = row.trade; break;
    }
}

/// Judges a bar by its place in its stream; false if it was rejected.
bool RecordedFeed::take_bar(Source& source, std::size_t index, Step& step) {
    Stream& stream = streams_[source.stream];
    const Time begin = source.cursor.row().begin;
    const auto place = stream.bars->place(begin);
    if (place.fault != market_data::Place::Fault::None) {
        std::string reason = market_data::describe(place.fault, begin, stream.interval);
        reject(source, index, {source.cursor.line(), std::move(reason), source.cursor.raw()}, step);
        return false;
    }
    if (place.hole) {
        step.events.push_back(
            {gap_of(stream.instrument, *place.hole), market_data::happened(step.time)});
    }
    return true;
}

void RecordedFeed::reject(
    Source& source, std::size_t index, FileCursor::Rejection rejection, Step& step) {
    ++counts_.rejected;
    MarketDataRejected rejected{
        .instrument = source.cursor.file().instrument,
        .reason = std::move(rejection.reason),
        .origin = std::string(base_name(source.cursor.file().path)) + ':' +
                  std::to_string(rejection.line),
        .raw = std::move(rejection.raw)};
    step.events.push_back(
        {std::move(rejected), {step.time, {}, source_key(index, rejection.line)}});
}

}  // namespace tapedeck::recorded
