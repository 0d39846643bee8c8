#include "cli/story.h"

#include "base/overloaded.h"
#include "cli/selection.h"
#include "events/print.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>

namespace tapedeck::cli {

namespace {

/// A DecisionMade and its TargetSet are one group: this far apart at most.
constexpr std::uint64_t kGroupMost = 64;
/// An event that is no part of an order: how much of what it caused is shown.
constexpr std::size_t kConsequencesMost = 32;
/// What an event caused follows within this many records, or was lost in a crash.
constexpr std::uint64_t kConsequencesWithin = 65536;
constexpr std::uint64_t kBackStep = 65536;

bool is_order_end(const Event& event) {
    return event.as<OrderCanceled>() != nullptr || event.as<OrderExpired>() != nullptr ||
           event.as<OrderRejected>() != nullptr;
}

bool is_order_type(std::uint16_t type) {
    return type >= OrderApproved::kType && type <= PositionChanged::kType;
}

/// Gathers one story. Each step looks up what the one before refers to.
class Gatherer {
public:
    explicit Gatherer(TapeSource& tape) : tape_(tape) {}

    Result<Story> gather(Seq seq) {
        story_.subject = TRY(tape_.at(seq));
        TRY(find_intent_of_subject());
        if (story_.intent) {
            const Seq approved = story_.intent->event.as<OrderIntended>()->approved;
            story_.verdict = TRY(find(approved));
        }
        if (story_.verdict && !story_.target) TRY(look_back(*story_.verdict));
        if (story_.target) TRY(find_decision());
        if (story_.verdict || story_.target) {
            TRY(look_ahead());
        } else {
            TRY(find_consequences());
        }
        return std::move(story_);
    }

private:
    /// A record that is referred to; none for 0 and for what this build cannot read.
    Result<std::optional<Recorded>> find(Seq seq) {
        if (!seq.exists()) return std::nullopt;
        auto recorded = tape_.at(seq);
        if (recorded) return std::optional(std::move(*recorded));
        if (recorded.error().exit_code == ExitCode::Integrity) {
            return tl::make_unexpected(recorded.error());
        }
        return std::nullopt;
    }

    Result<> find_intent_of_subject() {
        const Recorded& subject = story_.subject;
        Seq intent = intent_of(subject);
        if (const auto* moved = subject.event.as<PositionChanged>()) {
            const auto fill = TRY(find(moved->fill));
            if (fill) intent = intent_of(*fill);
        }
        if (intent.exists()) {
            story_.intent = TRY(find(intent));
            return {};
        }
        if (const auto* dropped = subject.event.as<OrderDropped>()) {
            story_.verdict = TRY(find(dropped->approved));
        } else if (
            subject.event.as<OrderApproved>() != nullptr ||
            subject.event.as<OrderDenied>() != nullptr) {
            story_.verdict = subject;
        } else if (subject.event.as<TargetSet>() != nullptr) {
            story_.target = subject;
        } else if (subject.event.as<DecisionMade>() != nullptr) {
            story_.decision = subject;
            TRY(find_target_of_decision());
        }
        return {};
    }

    /// From a verdict to what it judges.
    Result<> look_back(const Recorded& verdict) {
        Seq target;
        if (const auto* approved = verdict.event.as<OrderApproved>()) target = approved->target;
        if (const auto* denied = verdict.event.as<OrderDenied>()) target = denied->target;
        auto found = TRY(find(target));
        if (!found) return {};
        if (found->event.as<TargetSet>() != nullptr) {
            story_.target = std::move(found);
        } else {
            story_.trigger = std::move(found);  // a protective order: called for by a fill
        }
        return {};
    }

    Result<> find_decision() {
        const Recorded target = *story_.target;
        story_.trigger = TRY(find(target.cause));
        if (story_.decision) return {};
        const std::uint64_t first = target.seq.value - std::min(target.seq.value - 1, kGroupMost);
        const auto wanted = [](std::uint16_t type) { return type == DecisionMade::kType; };
        return tape_.records({first}, target.seq, wanted, [&](const Recorded& recorded) {
            const bool same =
                recorded.cause == target.cause &&
                strategy_of(recorded.event) == strategy_of(target.event) &&
                instrument_named_in(recorded.event) == instrument_named_in(target.event);
            if (same) story_.decision = recorded;
            return true;
        });
    }

    Result<> find_target_of_decision() {
        const Recorded decision = *story_.decision;
        story_.trigger = TRY(find(decision.cause));
        const auto wanted = [](std::uint16_t type) { return type == TargetSet::kType; };
        const Seq last{decision.seq.value + kGroupMost};
        return tape_.records(decision.seq, last, wanted, [&](const Recorded& recorded) {
            const bool same =
                recorded.cause == decision.cause &&
                strategy_of(recorded.event) == strategy_of(decision.event) &&
                instrument_named_in(recorded.event) == instrument_named_in(decision.event);
            if (same) story_.target = recorded;
            return !same;
        });
    }

    /// One pass over what came after, until the order's end and the effect of its last fill.
    Result<> look_ahead() {
        const Seq from = story_.verdict ? story_.verdict->seq : story_.target->seq;
        const Seq end = TRY(tape_.end());
        return tape_.records(from, end, is_order_type, [&](const Recorded& recorded) {
            take(recorded);
            return !is_complete();
        });
    }

    void take(const Recorded& recorded) {
        if (!story_.verdict) {
            Seq target;
            if (const auto* e = recorded.event.as<OrderApproved>()) target = e->target;
            if (const auto* e = recorded.event.as<OrderDenied>()) target = e->target;
            if (target.exists() && target == story_.target->seq) story_.verdict = recorded;
            return;
        }
        if (!story_.intent) {
            const auto* intended = recorded.event.as<OrderIntended>();
            const auto* dropped = recorded.event.as<OrderDropped>();
            const Seq verdict = story_.verdict->seq;
            if (intended != nullptr && intended->approved == verdict) story_.intent = recorded;
            if (dropped != nullptr && dropped->approved == verdict) story_.dropped = recorded;
            return;
        }
        if (recorded.seq > story_.intent->seq && intent_of(recorded) == story_.intent->seq) {
            story_.life.push_back(recorded);
            if (recorded.event.as<OrderFilled>() != nullptr) open_fills_.insert(recorded.seq);
        }
        const auto* moved = recorded.event.as<PositionChanged>();
        if (moved != nullptr && open_fills_.erase(moved->fill) > 0) {
            story_.positions.push_back(recorded);
        }
    }

    bool is_complete() const {
        if (story_.dropped) return true;
        if (story_.verdict && story_.verdict->event.as<OrderDenied>() != nullptr) return true;
        return story_.intent && open_fills_.empty() && result_of(story_).ended;
    }

    Result<> find_consequences() {
        const Recorded& subject = story_.subject;
        if (!story_.trigger) story_.trigger = TRY(find(subject.cause));
        const Seq end = TRY(tape_.end());
        const Seq last{std::min(end.value, subject.seq.value + kConsequencesWithin)};
        return tape_.records(subject.seq.next(), last, {}, [&](const Recorded& recorded) {
            if (recorded.cause == subject.seq) story_.consequences.push_back(recorded);
            return story_.consequences.size() < kConsequencesMost;
        });
    }

    TapeSource& tape_;
    Story story_;
    std::set<Seq> open_fills_;
};

}  // namespace

std::vector<Recorded> Story::chain() const {
    std::vector<Recorded> all;
    for (const auto* part : {&trigger, &decision, &target, &verdict, &intent, &dropped}) {
        if (*part) all.push_back(**part);
    }
    for (const auto* list : {&life, &positions, &consequences}) {
        all.insert(all.end(), list->begin(), list->end());
    }
    all.push_back(subject);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    const auto same = [](const auto& a, const auto& b) { return a.seq == b.seq; };
    all.erase(std::unique(all.begin(), all.end(), same), all.end());
    return all;
}

Result<Story> gather_story(TapeSource& tape, Seq seq) {
    return Gatherer(tape).gather(seq);
}

Result<std::vector<Recorded>> with_causes(TapeSource& tape, Seq seq) {
    constexpr std::size_t kMost = 16;
    std::vector<Recorded> chain;
    while (seq.exists() && chain.size() < kMost) {
        Recorded recorded = TRY(tape.at(seq));
        // A cause lies before its effect; anything else is damage, and would go round for ever.
        seq = recorded.cause < recorded.seq ? recorded.cause : Seq{};
        chain.push_back(std::move(recorded));
    }
    return chain;
}

nlohmann::ordered_json chain_json(const std::vector<Recorded>& chain) {
    auto list = nlohmann::ordered_json::array();
    for (const auto& recorded : chain) {
        list.push_back(nlohmann::ordered_json::parse(to_json(recorded)));
    }
    return list;
}

Result<Seq> last_verdict(TapeSource& tape) {
    const auto wanted = [](std::uint16_t type) {
        return type == OrderIntended::kType || type == OrderDenied::kType ||
               type == OrderDropped::kType;
    };
    Seq to = TRY(tape.end());
    Seq found;
    while (to.exists() && !found.exists()) {
        const Seq from{to.value - std::min(to.value - 1, kBackStep - 1)};
        TRY(tape.records(from, to, wanted, [&](const Recorded& recorded) {
            found = recorded.seq;
            return true;
        }));
        to = Seq{from.value - 1};
    }
    if (found.exists()) return found;
    return fail("there is no order on this tape yet, and none was denied", ExitCode::NotFound);
}

OrderResult result_of(const Story& story) {
    OrderResult result;
    result.state = "open";
    Money value;
    Quantity wanted;
    if (story.intent) wanted = story.intent->event.as<OrderIntended>()->terms.quantity;
    for (const auto& recorded : story.life) {
        recorded.event.visit(overloaded{
            [&](const OrderFilled& fill) {
                result.filled += fill.quantity;
                value += notional(fill.price, fill.quantity, Rounding::HalfEven).value_or(Money{});
                result.fees += fill.fee;
                result.fee_currency = fill.fee_currency;
                result.state = result.filled < wanted ? "partially filled" : "filled";
            },
            [&](const OrderAmended& amended) { wanted = amended.quantity; },
            [&](const OrderCanceled&) { result.state = "canceled"; },
            [&](const OrderExpired&) { result.state = "expired"; },
            [&](const OrderRejected&) { result.state = "rejected"; },
            [&](const OrderUnknown&) { result.state = "unknown"; },
            [&](const OrderResolved& resolved) {
                if (resolved.resolution == Resolution::Accepted) result.state = "open";
                if (resolved.resolution == Resolution::NeverArrived) result.state = "never arrived";
            },
            [](const auto&) {}});
        if (is_order_end(recorded.event)) result.ended = true;
    }
    if (!result.filled.is_zero()) {
        const auto average = price_of(value, result.filled, Rounding::HalfEven);
        if (average) result.average_price = *average;
    }
    result.ended = result.ended || result.state == "never arrived" ||
                   (result.state == "filled" && !wanted.is_zero());
    return result;
}

}  // namespace tapedeck::cli
