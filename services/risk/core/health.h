#pragma once

#include "base/time.h"
#include "events/event.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::risk {

/// What the tape says of the stack itself: who is gone, who is behind, whose decisions could not be
/// proven, whether there is room, whether the clock can be trusted. New risk needs all of it to be
/// well; closing a position needs none.
///
/// Who has never started on this tape is not gone: the first seconds of a tape, and a stack that
/// runs without one of them on purpose, are no emergencies.
///
/// In lockstep, where the feed brings the time, nobody can be missing from a decision: the journal
/// waits for each. Who is gone or behind then says something of the run, and nothing of the data,
/// and must not be seen in what is decided.
class Health {
public:
    /// The time has moved on, by the journal's word or by the feed's.
    void ticked(std::uint32_t producer) { is_lockstep_ = producer != kJournal; }

    void started(const ServiceStarted& started);
    void lost(const ServiceLost& lost);

    void lagging(const ServiceLagging& lagging) { behind_.insert(lagging.service); }

    void caught_up(const ServiceCaughtUp& caught_up) { behind_.erase(caught_up.service); }

    void diverged(const DecisionDiverged& diverged) { unproven_.insert(diverged.service); }

    void storage(const StorageLow& low) { storage_stopped_ = low.level == StorageLevel::Stop; }

    /// The largest since the last resume counts: a clock that went and came back cannot be trusted
    /// either.
    void jumped(const ClockJumped& jumped);

    /// The operator has looked (scope all): what does not end by itself ends now.
    void resume();

    /// How many producers of `services` are gone; 0 in lockstep. A service's producers bear its
    /// name, or begin with it and a dot.
    std::int64_t down(const std::vector<std::string>& services) const;

    std::int64_t behind(const std::vector<std::string>& services) const;

    std::int64_t unproven() const { return static_cast<std::int64_t>(unproven_.size()); }

    bool is_storage_stopped() const { return storage_stopped_; }

    Duration clock_jump() const { return clock_jump_; }

    using Names = std::set<std::string, std::less<>>;

    const Names& all_down() const { return down_; }

    const Names& all_behind() const { return behind_; }

    const Names& all_unproven() const { return unproven_; }

    template <class A>
    void archive(A& a) {
        a(down_);
        a(behind_);
        a(unproven_);
        a(storage_stopped_);
        a(clock_jump_);
        a(is_lockstep_);
    }

private:
    static constexpr std::uint32_t kJournal = 0;  ///< as a producer, on every tape

    Names down_;      ///< started on this tape, and lost since
    Names behind_;    ///< too far behind the end
    Names unproven_;  ///< said what they do not say when run again
    bool storage_stopped_ = false;
    Duration clock_jump_{};  ///< largest, without its sign
    bool is_lockstep_ = false;
};

}  // namespace tapedeck::risk
