#pragma once

#include "base/time.h"
#include "events/event.h"
#include "risk/core/accounts.h"
#include "risk/core/arithmetic.h"
#include "risk/core/settings.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The staged roll-out: which stage there is, what was seen in it, and whether the next one opens.
namespace tapedeck::risk {

/// Which stage we are in and what is owed about it: what our own words change.
struct StagePlace {
    std::string name;  ///< "" = none yet
    Time since{};
    Time lowered_at{};  ///< entries approved before this were judged by more than there is now
    std::string alarm;  ///< why to fall back, "" = no reason
    Seq alarm_at;       ///< the fact, or for our own word what made us say it
    std::map<Seq, std::string> wishes;  ///< StageOrdered without an answer

    /// `cause`: what was known when it was said. What tripped after that is still owed a step back.
    void changed(const StageChanged& changed, Seq cause, Time now);

    void refused(const StageRefused& refused) { wishes.erase(refused.order); }

    /// Something tripped.
    void raise(std::string reason, Seq at);

    /// There are no stages any more.
    void leave();

    template <class A>
    void archive(A& a) {
        a(name);
        a(since);
        a(lowered_at);
        a(alarm);
        a(alarm_at);
        a(wishes);
    }
};

/// What was seen in the present stage since it was entered, or since something tripped in it: what
/// only facts change. A time in which risk did not run does not count.
class StageRun {
public:
    void begin(std::string stage, Time now, Known<Money> equity);

    /// Something tripped: what was seen so far proves nothing any more.
    void begin_again(Time now, Known<Money> equity) { begin(stage_, now, equity); }

    void stopped(Time at);
    void went_on(Time at);
    void worth(const Known<Money>& equity);
    /// Neither profit nor loss.
    void deposited(Money amount);

    void closed_position() { ++round_trips_; }

    const std::string& stage() const { return stage_; }

    Duration ran(Time now) const;

    /// The worst loss since the best moment, as a share of it; no value = the worth is not known.
    Known<Ratio> drawdown() const;

    std::int64_t round_trips() const { return round_trips_; }

    template <class A>
    void archive(A& a) {
        a(stage_);
        a(since_);
        a(idle_);
        a(stopped_at_);
        a(peak_);
        a(drawdown_);
        a(round_trips_);
    }

private:
    std::string stage_;
    Time since_{};
    Duration idle_{};    ///< of the time since then
    Time stopped_at_{};  ///< 0 = running
    Known<Money> peak_;
    Ratio drawdown_;
    std::int64_t round_trips_ = 0;
};

/// The gates of `stage`, each with what it found; the next stage opens when all hold. `stops`:
/// the kill and emergency stops that there are. `account`: ours at its venue, null if it is at
/// none.
std::vector<StageGate> gates_of(
    const Stage& stage,
    const StageRun& run,
    std::int64_t stops,
    const VenueAccount* account,
    Time now);

bool all_hold(const std::vector<StageGate>& gates);

/// "hours 3 of 24, trades 0 of 5": those that don't hold, for an operator.
std::string failing(const std::vector<StageGate>& gates);

}  // namespace tapedeck::risk
