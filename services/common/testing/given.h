#pragma once

#include "events/decider.h"
#include "events/event.h"
#include "events/print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

/// The language of the deciders' tests: given events, when an event, then these are emitted. State
/// is never looked at, but for its hash.
namespace tapedeck::testing {

/// A small tape of its own around one decider. Every event gets the next seq; time moves by one
/// nanosecond an event unless `at` moves it.
template <class D>
class Story {
public:
    template <class... Args>
    explicit Story(Args&&... args) : decider_(std::make_unique<D>(std::forward<Args>(args)...)) {}

    /// From now on events are recorded at `time`, and later by 1 ns each.
    Story& at(Time time) {
        now_ = std::max(now_, time);
        return *this;
    }

    Story& after(Duration duration) { return at(now_ + duration); }

    /// Records an event that is applied but not decided on: history.
    Story& given(Event event, Seq cause = {}) {
        decider_->apply(record(std::move(event), cause));
        return *this;
    }

    /// Records an event, applies and decides; what is said is returned and stays in flight until
    /// settle() records it.
    std::vector<Event> when(Event event, Seq cause = {}) {
        const Recorded recorded = record(std::move(event), cause);
        decider_->apply(recorded);
        Outbox out(in_flight_);
        decider_->decide(recorded, out);
        std::vector<Event> said = out.take();
        for (const auto& each : said) in_flight_.push_back({recorded.seq, each});
        return said;
    }

    /// Records what is in flight and lets the decider see (and decide on) it, until it falls
    /// silent or has spoken 1000 times. Returns everything that was recorded.
    std::vector<Event> settle() {
        std::vector<Event> all;
        for (int round = 0; !in_flight_.empty() && round < 1000; ++round) {
            const InFlight next = in_flight_.front();
            in_flight_.erase(in_flight_.begin());
            all.push_back(next.event);
            when(next.event, next.cause);
        }
        return all;
    }

    /// when(), then settle(): what the decider says about `event` and about its own words.
    std::vector<Event> play(Event event, Seq cause = {}) {
        when(std::move(event), cause);
        return settle();
    }

    Seq last_seq() const { return last_; }

    Time now() const { return now_; }

    D& decider() { return *decider_; }

    /// Everything recorded so far.
    const std::vector<Recorded>& tape() const { return tape_; }

    std::string state() const {
        StateWriter writer;
        decider_->save(writer);
        return writer.bytes();
    }

private:
    Recorded record(Event event, Seq cause) {
        Recorded recorded;
        last_ = last_.next();
        now_ += Duration(1);
        recorded.seq = last_;
        recorded.recorded_at = now_;
        recorded.cause = cause;
        recorded.event = std::move(event);
        tape_.push_back(recorded);
        return recorded;
    }

    std::unique_ptr<D> decider_;
    std::vector<InFlight> in_flight_;
    std::vector<Recorded> tape_;
    Seq last_;
    Time now_ = time_from_ns(1'700'000'000'000'000'000);
};

/// The events of one type among `events`.
template <AnEvent T>
std::vector<T> only(const std::vector<Event>& events) {
    std::vector<T> result;
    for (const auto& event : events) {
        if (const T* found = event.as<T>()) result.push_back(*found);
    }
    return result;
}

// Literals for tests; malformed text fails the test by throwing.
inline Price price(std::string_view text) {
    return Price::parse(text).value();
}

inline Quantity quantity(std::string_view text) {
    return Quantity::parse(text).value();
}

inline Money money(std::string_view text) {
    return Money::parse(text).value();
}

inline Ratio ratio(std::string_view text) {
    return Ratio::parse(text).value();
}

inline Instrument instrument(std::string_view text) {
    return Instrument::parse(text).value();
}

inline Time time(std::string_view text) {
    return parse_time(text).value();
}

/// The start of a service with this configuration.
inline ServiceStarted started(
    std::string service,
    std::vector<std::pair<std::string, std::string>> configuration) {  // NOLINT
    ServiceStarted event;
    event.service = std::move(service);
    event.producer_epoch = 1;
    event.build = "test";
    for (auto& [key, value] : configuration) {
        event.configuration.push_back({std::move(key), std::move(value)});
    }
    return event;
}

}  // namespace tapedeck::testing

namespace tapedeck {

// How gtest prints what a test got.
inline void PrintTo(const Event& event, std::ostream* out) {  // NOLINT: gtest's name
    *out << event.name() << ' ' << to_json(event);
}

}  // namespace tapedeck
