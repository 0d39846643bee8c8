#include "strategy/core/stance.h"

namespace tapedeck::strategy {
namespace {

template <class Amount>
int sign_of(const Amount& amount) {
    if (amount.is_zero()) return 0;
    return amount.is_negative() ? -1 : 1;
}

}  // namespace

void Stance::hear(const TargetSet& target, Seq seq, Time now) {
    target_before_ = target_;
    target_ = target.exposure;
    target_seq_ = seq;
    target_at_ = now;
    approved_seq_ = {};
    intent_seq_ = {};
}

void Stance::hear(const OrderApproved& approved, Seq seq) {
    const OrderPurpose purpose = approved.terms.purpose;
    if (!target_seq_.exists() || approved.target != target_seq_) return;
    if (purpose != OrderPurpose::Entry && purpose != OrderPurpose::Exit) return;
    approved_seq_ = seq;
    intent_seq_ = {};
}

void Stance::hear(const OrderDenied& denied) {
    if (!target_seq_.exists() || denied.target != target_seq_) return;
    if (target_.is_zero() && denied.code == DenyCode::NothingToDo) {
        // What is left, if anything, is dust that no order can close: as flat as it gets.
        position_ = 0;
        return;
    }
    undo();
}

void Stance::hear(const OrderIntended& intended, Seq seq) {
    if (approved_seq_.exists() && intended.approved == approved_seq_) intent_seq_ = seq;
}

void Stance::hear(const OrderDropped& dropped) {
    if (approved_seq_.exists() && dropped.approved == approved_seq_) undo();
}

void Stance::hear_end(Seq intent, bool is_filled) {
    if (intent_seq_.exists() && intent == intent_seq_ && !is_filled) undo();
}

void Stance::hear(const PositionChanged& changed, Time now) {
    const int before = position_;
    position_ = sign_of(changed.quantity);
    if (position_ != 0 || before == 0) return;
    left_at_ = now;
    // Closed although the target still was on this side: not by our wish. Where the target is on
    // the other side already, being flat is a step on the way there.
    if (sign_of(target_) == before) target_ = {};
}

void Stance::undo() {
    target_ = is_flat() ? Ratio{} : target_before_;
    approved_seq_ = {};
    intent_seq_ = {};
}

}  // namespace tapedeck::strategy
