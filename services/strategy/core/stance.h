#pragma once

#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/account.h"
#include "events/decision.h"
#include "events/order.h"
#include "events/risk.h"

#include <optional>

namespace tapedeck::strategy {

/// What one strategy has said that it wants in one instrument, as read back from the tape, and what
/// became of it. A target that led to nothing (denied, its order dropped, rejected or gone without
/// a fill) and one whose position was closed by somebody else (stop-loss, take-profit, flatten) no
/// longer count as said.
class Stance {
public:
    /// The last target that still counts, 0 if there was none.
    Ratio target() const { return target_; }

    /// When the last target was recorded; long ago if never.
    Time target_at() const { return target_at_; }

    /// Whether the strategy holds no position here.
    bool is_flat() const { return position_ == 0; }

    /// When a position was left last.
    std::optional<Time> left_at() const { return left_at_; }

    void hear(const TargetSet& target, Seq seq, Time now);
    void hear(const OrderApproved& approved, Seq seq);
    void hear(const OrderDenied& denied);
    void hear(const OrderIntended& intended, Seq seq);
    void hear(const OrderDropped& dropped);
    /// An order that ended at the venue with this much filled; it may be anybody's.
    void hear_end(Seq intent, bool is_filled);
    void hear(const PositionChanged& changed, Time now);

    template <class A>
    void archive(A& a) {
        a(target_);
        a(target_before_);
        a(target_seq_);
        a(target_at_);
        a(approved_seq_);
        a(intent_seq_);
        a(position_);
        a(left_at_);
    }

private:
    void undo();

    Ratio target_;
    Ratio target_before_;
    Seq target_seq_;  // of target_'s TargetSet
    Time target_at_ = Time::min();
    Seq approved_seq_;  // of the last entry or exit order that it led to
    Seq intent_seq_;    // likewise
    int position_ = 0;  // its sign
    std::optional<Time> left_at_;
};

}  // namespace tapedeck::strategy
