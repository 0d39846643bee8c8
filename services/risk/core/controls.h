#pragma once

#include "events/control.h"

#include <map>
#include <string>
#include <utility>

namespace tapedeck::risk {

/// What is paused, of one scope.
struct Pause {
    bool keeps_orders = false;
    bool flattens = false;  ///< positions in this scope are closed while the pause lasts

    template <class A>
    void archive(A& a) {
        a(keeps_orders);
        a(flattens);
    }
};

/// The operator's hand: pauses by scope, and the kill, which survives restarts by being a fold.
class Controls {
public:
    using Key = std::pair<Scope, std::string>;

    void pause(const TradingPaused& paused);
    void resume(const TradingResumed& resumed);
    void flatten(const FlattenOrdered& ordered);
    void kill(const KillEngaged& engaged);
    void release_kill();

    bool is_killed() const { return killed_; }

    /// Killed, and what is held is to be closed nevertheless.
    bool kill_flattens() const { return killed_ && kill_flattens_; }

    bool is_paused(Scope scope, std::string_view name = "") const;

    /// Whether open entry orders of this strategy and instrument are to be canceled.
    bool cancels_entries(const std::string& strategy, const Instrument& instrument) const;

    /// Whether a position of this strategy and instrument is to be closed.
    bool flattens(const std::string& strategy, const Instrument& instrument) const;

    const std::map<Key, Pause>& pauses() const { return pauses_; }

    template <class A>
    void archive(A& a) {
        a(killed_);
        a(kill_flattens_);
        a(pauses_);
    }

private:
    template <class Predicate>
    bool any_over(
        const std::string& strategy, const Instrument& instrument, Predicate predicate) const;

    bool killed_ = false;
    bool kill_flattens_ = false;
    std::map<Key, Pause> pauses_;
};

}  // namespace tapedeck::risk
