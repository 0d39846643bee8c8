#include "research/sweep/lookahead.h"

#include "events/print.h"
#include "research/backtest/backtest.h"
#include "tape/format.h"
#include "venues/synthetic/random.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

namespace tapedeck::research {

namespace {

constexpr std::size_t kAskEvery = 4096;  // steps

template <class T>
void strip(T& value);

/// Takes away what names a place on the tape.
template <class T>
void strip_field(std::string_view name, T& member) {
    if constexpr (std::is_same_v<T, Seq>) {
        member = {};
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
        if (name == "group") member = 0;  // made of a seq
    } else if constexpr (Described<T>) {
        strip(member);
    }
}

template <class T>
void strip(T& value) {
    for_each_field(
        value, [](int, std::string_view name, auto& member) { strip_field(name, member); });
}

bool is_decision(const Event& event) {
    return event.as<DecisionMade>() != nullptr || event.as<TargetSet>() != nullptr ||
           event.as<OrderApproved>() != nullptr || event.as<OrderDenied>() != nullptr ||
           event.as<OrderIntended>() != nullptr;
}

tape::Hash meaning_of(const Event& event) {
    return event.visit([&](const auto& said) {
        auto copy = said;
        strip(copy);
        StateWriter writer;
        writer(event.type());
        writer(copy);
        return tape::sha256(writer.bytes());
    });
}

std::string text_of(const Event& event) {
    return std::string(event.name()) + ' ' + to_json(event);
}

/// Something that was decided.
struct Said {
    tape::Hash meaning{};
    std::size_t steps = 0;  ///< of the data that were taken by then
};

/// Steps of a recording as a feed: what is loaded from it ends where it ends. One step without an
/// event comes after them, so that the end of the feed is not told among what is compared.
class CutFeed final : public market_data::Feed {
public:
    explicit CutFeed(const RecordingView& data) : data_(data), at_(data.first) {}

    Result<std::optional<market_data::Step>> next() override {
        if (at_ > data_.end) return std::nullopt;
        market_data::Step step;
        if (at_ == data_.end) {
            step.time = data_.recording->time_of(at_++ - 1) + Duration(1);
            return step;
        }
        step.time = data_.recording->time_of(at_);
        data_.recording->visit_step(at_, recorded_, [&] {
            step.events.push_back({recorded_.event, market_data::happened(recorded_.happened_at)});
        });
        ++at_;
        return step;
    }

    std::string name() const override { return data_.recording->feed(); }

    std::string source() const override { return data_.recording->source(); }

    std::vector<InstrumentListed> instruments() const override {
        return data_.recording->instruments();
    }

    Result<> skip_to(Time) override { return {}; }

    market_data::FeedCounts counts() const override { return {}; }

private:
    RecordingView data_;
    std::size_t at_;
    Recorded recorded_;
};

/// A backtest that is heard for what it decides, step by step.
class Run {
public:
    using Hear = std::function<void(const Recorded&, std::size_t steps)>;

    Run(const RecordingView& data, const LookaheadOptions& options, Hear hear)
        : options_(options),
          hear_(std::move(hear)),
          backtest_(data, made_of(options), [this](const Recorded& recorded) { take(recorded); }) {
        if (options.before_run) options.before_run(data);
    }

    /// False when interrupted. `wants_more` is asked after each step.
    template <class WantsMore>
    bool play(WantsMore wants_more) {
        do {
            if (steps_ % kAskEvery == 0 && options_.interrupted && options_.interrupted()) {
                return false;
            }
            ++steps_;
        } while (backtest_.advance(1) && wants_more());
        return true;
    }

private:
    static BacktestOptions made_of(const LookaheadOptions& options) {
        BacktestOptions made;
        made.configuration = options.configuration;
        made.build = options.run.build;
        if (options.run.kinds != nullptr) made.kinds = options.run.kinds;
        return made;
    }

    void take(const Recorded& recorded) {
        if (is_decision(recorded.event)) hear_(recorded, steps_);
    }

    const LookaheadOptions& options_;
    Hear hear_;
    std::size_t steps_ = 0;
    Backtest backtest_;
};

/// One check over one recording.
class Check {
public:
    Check(const RecordingView& data, const LookaheadOptions& options)
        : data_(data), options_(options) {}

    Result<LookaheadOutcome> run() {
        look_for_early_candles();
        remember();
        outcome_.decisions = said_.size();
        for (const std::size_t cut : choose_cuts()) {
            if (!outcome_.interrupted) TRY(check(cut));
            if (outcome_.interrupted) break;
            ++outcome_.cuts;
            if (options_.progress) options_.progress(outcome_.cuts);
        }
        return std::move(outcome_);
    }

private:
    /// Where the second run differs from the first.
    struct Split {
        std::size_t index = 0;  ///< of said_
        std::string without;    ///< what the second run says instead; "" = nothing
    };

    void remember() {
        Run run(data_, options_, [this](const Recorded& recorded, std::size_t steps) {
            said_.push_back({meaning_of(recorded.event), steps});
        });
        outcome_.interrupted = !run.play([] { return true; });
    }

    void look_for_early_candles() {
        Recorded recorded;
        for (std::size_t step = data_.first; step < data_.end; ++step) {
            const Time time = data_.recording->time_of(step);
            data_.recording->visit_step(step, recorded, [&] {
                const auto* candle = recorded.event.as<CandleClosed>();
                if (candle == nullptr || candle->close_time() <= time) return;
                if (outcome_.early_candles++ == 0) outcome_.first_early = {time, *candle};
            });
        }
    }

    /// Numbers of steps after which the future is cut off, ascending.
    std::set<std::size_t> choose_cuts() const {
        const std::size_t steps = data_.end - data_.first;
        synthetic::Random random(options_.seed);
        std::set<std::size_t> cuts;
        if (steps < 2) return cuts;
        const std::uint64_t wanted = std::min<std::uint64_t>(options_.cuts, steps - 1);
        // What chance picks twice is picked again, but not for ever: there may be few decisions.
        for (std::uint64_t tries = 0; cuts.size() < wanted / 2 && tries < 4 * wanted; ++tries) {
            if (said_.empty()) break;
            const std::size_t cut = said_[random.next() % said_.size()].steps;
            if (cut < steps) cuts.insert(cut);
        }
        while (cuts.size() < wanted) cuts.insert(1 + random.next() % (steps - 1));
        return cuts;
    }

    Result<> check(std::size_t steps) {
        CutFeed feed({data_.recording, data_.first, data_.first + steps});
        const Recording cut = TRY(Recording::load(feed, {}));
        const auto end = std::partition_point(
            said_.begin(), said_.end(), [&](const Said& said) { return said.steps <= steps; });
        const auto count = static_cast<std::size_t>(end - said_.begin());
        std::size_t heard = 0;
        std::optional<Split> split;
        Run run(cut.all(), options_, [&](const Recorded& recorded, std::size_t at) {
            if (split || at > steps) return;
            if (heard < count && said_[heard].meaning == meaning_of(recorded.event)) {
                ++heard;
            } else {
                split = Split{heard, text_of(recorded.event)};
            }
        });
        if (!run.play([&] { return !split; })) {
            outcome_.interrupted = true;
            return {};
        }
        outcome_.compared += heard;
        if (!split && heard < count) split = Split{heard, ""};
        if (split) report(*split, steps, count);
        return {};
    }

    void report(const Split& split, std::size_t steps, std::size_t count) {
        ChangedDecision changed;
        changed.cut = data_.recording->time_of(data_.first + steps - 1);
        changed.without_future = split.without;
        if (split.index < count) recall(split.index, changed);
        outcome_.changed.push_back(std::move(changed));
    }

    /// What the first run said there, in words: it is run again, for only hashes were kept.
    void recall(std::size_t index, ChangedDecision& changed) const {
        std::size_t heard = 0;
        Run run(data_, options_, [&](const Recorded& recorded, std::size_t) {
            if (heard++ != index) return;
            changed.said_at = recorded.recorded_at;
            changed.with_future = text_of(recorded.event);
        });
        static_cast<void>(run.play([&] { return heard <= index; }));
    }

    RecordingView data_;
    const LookaheadOptions& options_;
    std::vector<Said> said_;
    LookaheadOutcome outcome_;
};

}  // namespace

Result<LookaheadOutcome> check_lookahead(
    const RecordingView& data, const LookaheadOptions& options) {
    if (data.empty()) return fail("there are no data to check", ExitCode::NotFound);
    return Check(data, options).run();
}

}  // namespace tapedeck::research
