#pragma once

#include "base/time.h"

namespace tapedeck::net {

/// Keeps a caller from hammering on what is broken. Closed, everything passes. After so many
/// failures in a row it opens: nothing passes until the pause is over; then half-open: one request
/// passes as a probe, and its outcome closes the breaker or opens it again. No clock: the time is
/// an argument (monotonic). Not for several threads at once.
class Breaker {
public:
    struct Limits {
        unsigned failures_max = 5;                 ///< in a row; the last of them opens it
        Duration pause{std::chrono::seconds(15)};  ///< from the last failure to the probe
        /// A probe of which nothing is heard for so long is lost, and another may go.
        Duration probe_timeout{std::chrono::seconds(30)};
    };

    enum class State { Closed, Open, HalfOpen };

    explicit Breaker(const Limits& limits) : limits_(limits) {}

    State state(Duration now) const {
        if (!is_open_) return State::Closed;
        return now >= opened_at_ + limits_.pause ? State::HalfOpen : State::Open;
    }

    /// Whether a request may go now. Changes nothing: whoever sends one says so with sent().
    bool may_pass(Duration now) const {
        switch (state(now)) {
            case State::Closed: return true;
            case State::Open: return false;
            case State::HalfOpen: return !probes_ || now >= probe_at_ + limits_.probe_timeout;
        }
        return false;
    }

    /// A request has left; while half-open it is the probe.
    void sent(Duration now) {
        if (state(now) != State::HalfOpen) return;
        probes_ = true;
        probe_at_ = now;
    }

    /// An answer came, whatever it says.
    void succeeded() {
        failures_ = 0;
        is_open_ = false;
        probes_ = false;
    }

    /// No answer, or one that says that the service is out of order.
    void failed(Duration now) {
        if (failures_ < limits_.failures_max) ++failures_;
        if (failures_ < limits_.failures_max) return;
        // What was sent before it opened may fail after: the pause counts from the last failure.
        is_open_ = true;
        probes_ = false;
        opened_at_ = now;
    }

    /// Failures in a row, at most Limits::failures_max.
    unsigned failures() const { return failures_; }

private:
    Limits limits_;
    unsigned failures_ = 0;
    bool is_open_ = false;
    bool probes_ = false;
    Duration opened_at_{};
    Duration probe_at_{};
};

}  // namespace tapedeck::net
