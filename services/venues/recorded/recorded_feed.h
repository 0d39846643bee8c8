#pragma once

#include "market-data/core/feed.h"
#include "market-data/core/quality.h"
#include "market-data/core/settings.h"
#include "venues/recorded/file_cursor.h"
#include "venues/recorded/turns.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::recorded {

/// CSV files as a feed: candles at their close, bars of quotes at theirs, trades at their time, all
/// files merged. Rows of one moment are one step, files in the given order, lines in theirs.
///
/// Each event's source key is "<file>:<line>", the file counted from 1 in the order of source().
class RecordedFeed final : public market_data::Feed {
public:
    /// More rows of one moment than this are an error: the time column is wrong.
    static constexpr std::size_t kStepEventsMax = 100'000;

    /// Opens all files, each once in full for its checksum. Errors name file, line and fix.
    static Result<std::unique_ptr<RecordedFeed>> open(const market_data::FeedSettings& settings);

    Result<std::optional<market_data::Step>> next() override;

    std::string name() const override { return "recorded"; }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override { return listed_; }

    /// Walks.
    Result<> skip_to(Time time) override;

    market_data::FeedCounts counts() const override { return counts_; }

    std::optional<market_data::Progress> progress() const override;

    /// Instruments with trades in the files, but no candles of this interval: for CandleFeed.
    std::vector<Instrument> without_candles(Duration interval) const;

private:
    /// One instrument's rows of one kind and interval, from however many files.
    struct Stream {
        Instrument instrument;
        Kind kind = Kind::Candles;
        Duration interval{};
        std::optional<market_data::BarSequence> bars;  // none for trades
        std::string last_trade_id;
    };

    struct Source {
        FileCursor cursor;
        std::size_t stream = 0;
        bool at_end = false;
        // Of the row that is next; at the end, of the last one.
        Time begin{};
        Time time{};
    };

    explicit RecordedFeed(const market_data::FeedSettings& settings) : settings_(settings) {}

    Result<> add(FileDescription file, std::size_t buffer_size);
    std::size_t stream_of(const FileDescription& file);
    void list_instruments();

    /// The step of the moment that is next, without events if start leaves them out.
    market_data::Step make_step();

    /// Reads on in a file and queues it. An error ends the feed after the step that is being made.
    void advance(std::size_t index);
    /// Puts the row that `source` stands at, and the rejections before it, into the step.
    void take(std::size_t index, market_data::Step& step);
    void take_row(Source& source, std::size_t index, market_data::Step& step);
    bool take_bar(Source& source, std::size_t index, market_data::Step& step);
    void reject(
        Source& source,
        std::size_t index,
        FileCursor::Rejection rejection,
        market_data::Step& step);

    market_data::FeedSettings settings_;
    std::vector<Source> sources_;
    std::vector<Stream> streams_;
    std::vector<InstrumentListed> listed_;
    Turns turns_;
    std::optional<Time> end_;  // nothing after it
    std::optional<Error> error_;
    market_data::FeedCounts counts_;
};

}  // namespace tapedeck::recorded
