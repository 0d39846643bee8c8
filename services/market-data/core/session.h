#pragma once

#include "market-data/core/feed.h"
#include "market-data/core/quality.h"

#include <memory>
#include <optional>

namespace tapedeck::market_data {

/// A feed with everything around its data: FeedStarted and an InstrumentListed each in front of the
/// first step's events, staleness in between, FeedEnded behind the last step's. A feed that ends in
/// an error has no FeedEnded. This is what the process sends.
class Session final : public Feed {
public:
    /// stale_after must be positive.
    Session(std::unique_ptr<Feed> feed, Duration stale_after);

    Result<std::optional<Step>> next() override;

    std::string name() const override { return feed_->name(); }

    std::string source() const override;

    std::vector<InstrumentListed> instruments() const override { return feed_->instruments(); }

    /// Quick where the feed cannot go stale; otherwise it walks.
    Result<> skip_to(Time time) override;

    /// Of the feed, which is one step ahead.
    FeedCounts counts() const override { return feed_->counts(); }

    std::optional<Progress> progress() const override { return feed_->progress(); }

    bool can_go_stale() const override { return feed_->can_go_stale(); }

private:
    void open(Step& step) const;
    void close(Step& step) const;

    /// Fills ahead_: to know that a step is the last, one must have asked for the next. An error
    /// waits until what was read before it has been given.
    void look_ahead();

    std::unique_ptr<Feed> feed_;
    Duration stale_after_;
    StalenessWatch watch_;
    bool opened_ = false;
    bool ended_ = false;
    std::optional<Step> ahead_;
    std::optional<Error> error_;
};

}  // namespace tapedeck::market_data
