#pragma once

#include "market-data/core/feed.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::market_data {

/// A feed of given steps, and an error at their end if one is wanted: for tests.
class ScriptedFeed final : public Feed {
public:
    explicit ScriptedFeed(std::vector<Step> steps, std::optional<Error> error = {})
        : steps_(std::move(steps)), error_(std::move(error)) {}

    Result<std::optional<Step>> next() override {
        if (given_ < steps_.size()) {
            const Step& step = steps_[given_++];
            for (const auto& [event, _] : step.events) counts_.records += is_market_data(event);
            return step;
        }
        if (error_) return tl::make_unexpected(*error_);
        return std::optional<Step>{};
    }

    std::string name() const override { return "scripted"; }

    std::string source() const override { return "a script"; }

    std::vector<InstrumentListed> instruments() const override {
        return {{Instrument::parse("demo:BTC/USD").value(), {}, {}, {}, {}}};
    }

    Result<> skip_to(Time time) override {
        while (given_ < steps_.size() && steps_[given_].time <= time) static_cast<void>(next());
        return {};
    }

    FeedCounts counts() const override { return counts_; }

private:
    std::vector<Step> steps_;
    std::optional<Error> error_;
    std::size_t given_ = 0;
    FeedCounts counts_;
};

}  // namespace tapedeck::market_data
