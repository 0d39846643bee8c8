#include "market-data/core/session.h"

#include <iterator>
#include <utility>

namespace tapedeck::market_data {

Session::Session(std::unique_ptr<Feed> feed, Duration stale_after)
    : feed_(std::move(feed)), stale_after_(stale_after), watch_(stale_after) {}

Result<std::optional<Step>> Session::next() {
    if (!ahead_) look_ahead();
    if (!ahead_) {
        if (error_) return tl::make_unexpected(*error_);
        return std::optional<Step>{};
    }
    Step step = *std::exchange(ahead_, std::nullopt);
    look_ahead();
    if (feed_->can_go_stale()) step = watch_.apply(std::move(step));
    if (!std::exchange(opened_, true)) open(step);
    if (ended_) close(step);
    return step;
}

std::string Session::source() const {
    return feed_->source() + "; stale_after=" + to_string(stale_after_);
}

Result<> Session::skip_to(Time time) {
    if (!ahead_) look_ahead();
    if (!feed_->can_go_stale() && ahead_ && ahead_->time <= time) {
        TRY(feed_->skip_to(time));
        ahead_.reset();
        opened_ = true;
        look_ahead();
        return {};
    }
    while (ahead_ && ahead_->time <= time) TRY(next());
    return {};
}

void Session::open(Step& step) const {
    std::vector<SourcedEvent> events;
    events.push_back({FeedStarted{feed_->name(), source()}, happened(step.time)});
    for (const auto& listed : feed_->instruments()) {
        events.push_back({listed, happened(step.time)});
    }
    step.events.insert(
        step.events.begin(),
        std::make_move_iterator(events.begin()),
        std::make_move_iterator(events.end()));
}

void Session::close(Step& step) const {
    const FeedCounts counts = feed_->counts();
    step.events.push_back(
        {FeedEnded{feed_->name(), counts.records, counts.rejected}, happened(step.time)});
}

void Session::look_ahead() {
    if (ended_ || error_) return;
    auto next = feed_->next();
    if (!next) {
        error_ = next.error();
        return;
    }
    ahead_ = *std::move(next);
    ended_ = !ahead_.has_value();
}

}  // namespace tapedeck::market_data
