#pragma once

#include "journal/store/frame_store.h"
#include "market-data/core/feed.h"

#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::market_data {

/// The market of an earlier run, from its tape: trades, quotes, candles, gaps and rejections as
/// they were recorded. What that run decided, and its staleness, stay where they are: both are made
/// anew.
///
/// A step is what one frame has; its time is the feed's where the tape followed a feed, else the
/// frame's.
class TapeFeed final : public Feed {
public:
    /// Whether `path` is a tape's directory, or the home around it, or one of its files.
    static bool is_tape(const std::string& path);

    /// Reads the tape once for what is listed in it. Errors: a running journal has it, damage, no
    /// market data in it, market data that retention has taken away; nothing before `start`.
    static Result<std::unique_ptr<TapeFeed>> open(
        const std::string& path, std::optional<Time> start);

    Result<std::optional<Step>> next() override;

    std::string name() const override { return "tape"; }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override { return listed_; }

    Result<> skip_to(Time time) override;

    FeedCounts counts() const override { return counts_; }

    std::optional<Progress> progress() const override { return Progress{taken_, end_.last_seq}; }

private:
    explicit TapeFeed(journal::FrameStore store) : store_(std::move(store)) {}

    Result<> look_through();
    Result<> read_on();
    Result<> take(const journal::StoredFrame& frame);

    journal::FrameStore store_;
    std::string path_;
    std::optional<Time> start_;
    tape::ChainPosition end_;
    std::vector<InstrumentListed> listed_;
    std::deque<Step> ahead_;
    std::uint64_t read_ = 0;   ///< last seq read
    std::uint64_t taken_ = 0;  ///< last seq whose step was given, or read past
    Time last_{};              ///< of the last step read
    FeedCounts counts_;
};

}  // namespace tapedeck::market_data
