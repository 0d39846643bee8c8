#include "research/backtest/backtest.h"

#include "base/verify.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

namespace {

/// What a service is told at its start: the keys of its own sections.
std::vector<SettingValue> configuration_for(
    const Settings& all, const std::vector<std::string>& sections) {
    std::vector<SettingValue> own;
    for (const auto& [key, value] : all.values()) {
        const bool is_own =
            std::any_of(sections.begin(), sections.end(), [&](const std::string& section) {
                return key.size() > section.size() && key.starts_with(section) &&
                       key[section.size()] == '.';
            });
        if (is_own) own.push_back({key, value});
    }
    return own;
}

}  // namespace

Backtest::Backtest(RecordingView data, BacktestOptions options, Listener listener)
    : data_(data),
      options_(std::move(options)),
      listener_(std::move(listener)),
      strategies_(*options_.kinds),
      step_(data.first) {
    VERIFY(data_.recording != nullptr);
    const auto add = [&](std::string_view name, std::vector<std::string> sections, Decider& each) {
        const auto producer = static_cast<std::uint32_t>(kMarketData + 1 + members_.size());
        members_.push_back({std::string(name), std::move(sections), producer, &each, {}});
    };
    add(strategy::Strategies::kService, {"strategy"}, strategies_);
    add(risk::Risk::kService, {"risk"}, risk_);
    add(execution::Orders::kService, {"execution"}, orders_);
    add(execution::Portfolio::kService, {}, portfolio_);
    add(paper::PaperVenue::kService, {"paper"}, venue_);
}

Backtest::~Backtest() = default;

bool Backtest::advance(std::size_t steps) {
    if (has_ended_) return false;
    if (!has_begun_) begin();
    for (; steps > 0 && step_ < data_.end; --steps) take_step();
    has_ended_ = step_ >= data_.end;
    return !has_ended_;
}

void Backtest::tell(Event fact) {
    if (!has_begun_) begin();
    recorded_.event = std::move(fact);
    recorded_.happened_at = {};
    record(kOperator, {});
    settle();
}

void Backtest::begin() {
    has_begun_ = true;
    // As the journal begins a tape whose time is the data's.
    if (!data_.empty()) clock_ = data_.recording->time_of(data_.first) - std::chrono::seconds(1);
    recorded_.event = TapeStarted{.tape_id = options_.tape_id, .profile = options_.profile};
    record(kJournal, {});
    recorded_.event =
        JournalStarted{.epoch = 1, .last_seq = {}, .last_hash = {}, .build = options_.build};
    record(kJournal, {});
    for (const auto& member : members_) start(member.name, member.sections, member.producer);
    start("market-data", {"market-data"}, kMarketData);
    settle();
}

void Backtest::start(
    const std::string& service, const std::vector<std::string>& sections, std::uint32_t producer) {
    recorded_.event = ServiceStarted{
        .service = service,
        .producer_epoch = 1,
        .build = options_.build,
        .configuration = configuration_for(options_.configuration, sections),
        .producer_id = producer};
    record(kJournal, {});
}

/// One moment of the market, then whatever the deciders have to say to it and to each other.
void Backtest::take_step() {
    const Recording& recording = *data_.recording;
    const bool is_first = step_ == data_.first;
    const bool is_last = step_ + 1 == data_.end;
    clock_ = recording.time_of(step_);
    if (auto* tick = tick_.event.as<ClockTicked>()) {
        tick->time = clock_;
    } else {
        tick_.event = ClockTicked{clock_};
    }
    record(tick_, kMarketData, {});
    if (is_first) {
        recorded_.happened_at = clock_;
        recorded_.event = FeedStarted{recording.feed(), recording.source()};
        record(kMarketData, {});
        for (const auto& listed : recording.instruments()) {
            recorded_.event = listed;
            record(kMarketData, {});
        }
    }
    recording.visit_step(step_, recorded_, [&] {
        if (recorded_.event.as<MarketDataRejected>() != nullptr) ++rejected_;
        record(kMarketData, {});
    });
    if (is_last) {
        recorded_.happened_at = clock_;
        recorded_.event = FeedEnded{recording.feed(), recording.market_data(data_), rejected_};
        record(kMarketData, {});
    }
    ++step_;
    settle();
}

void Backtest::record(Recorded& recorded, std::uint32_t producer, Seq cause) {
    recorded.seq = Seq{++seq_};
    last_recorded_at_ = std::max(last_recorded_at_ + Duration(1), clock_);
    recorded.recorded_at = last_recorded_at_;
    recorded.producer = producer;
    recorded.number = producer == kJournal ? 0 : ++numbers_[producer];
    recorded.cause = cause;
    for (Member& member : members_) {
        if (member.producer == producer) member.in_flight.settle_one();
        member.decider->apply(recorded);
        Outbox out(member.in_flight.all());
        member.decider->decide(recorded, out);
        if (out.events().empty()) continue;
        member.in_flight.add(recorded.seq, out.events());
        for (auto& event : out.take()) {
            said_.push_back({member.producer, recorded.seq, std::move(event)});
        }
    }
    if (listener_) listener_(recorded);
}

/// In the order in which it was said: by cause, then by rank, as the journal sorts it in lockstep.
void Backtest::settle() {
    recorded_.happened_at = {};
    while (!said_.empty()) {
        Said next = std::move(said_.front());
        said_.pop_front();
        recorded_.event = std::move(next.event);
        record(next.producer, next.cause);
    }
}

}  // namespace tapedeck::research
