#include "research/whatif/whatif.h"

#include "research/decider_proof.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

namespace {

/// Facts that lie between an input and the last word about it; more than any lag of a live run.
constexpr std::uint64_t kFactsOpen = 8192;
/// Words that differ, to find what follows from them.
constexpr std::size_t kDifferingKept = 65'536;

void note(std::map<Seq, std::string>& words, Seq seq, const std::string& name) {
    words[seq] = name;
    if (words.size() > kDifferingKept) words.erase(words.begin());
}

/// The rule that a verdict failed by; null of an approval.
const RuleCheck* check_of(const Event& verdict, DenyCode code) {
    const std::vector<RuleCheck>* checks = nullptr;
    if (const auto* approved = verdict.as<OrderApproved>()) checks = &approved->checks;
    if (const auto* denied = verdict.as<OrderDenied>()) checks = &denied->checks;
    if (checks == nullptr) return nullptr;
    const auto found = std::find_if(
        checks->begin(), checks->end(), [&](const RuleCheck& check) { return check.code == code; });
    return found == checks->end() ? nullptr : &*found;
}

std::string text_of(const std::optional<Decimal>& value) {
    return value ? value->to_string() : "?";
}

}  // namespace

WhatIf::WhatIf(WhatIfOptions options)
    : options_(std::move(options)),
      changes_(options_.changes_kept, [this](Change& change) { explain(change); }),
      rerun_(options_.rerun, [this](const Rerun::Heard& heard) { hear(heard); }) {}

/// The new run is ahead: at a fact it has said all that comes before, and so has the tape.
void WhatIf::take(const Recorded& recorded) {
    rerun_.take(recorded);
    last_time_ = recorded.recorded_at;
    const bool is_word = rerun_.is_word(recorded);
    if (is_word) {
        const Seq root = recorded_root(recorded.cause);
        roots_.add(recorded.seq, root);
        if (const auto* run = recorded.event.as<DecisionMade>()) {
            changes_.recorded(
                *run, recorded_root(run->first_cause), recorded_root(run->last_cause));
        } else {
            changes_.recorded(recorded, root);
        }
    } else if (++facts_ % kFactsOpen == 0 && recorded.seq.value > 2 * kFactsOpen) {
        changes_.settle_before({recorded.seq.value - 2 * kFactsOpen});
    }
    if (const auto* started = recorded.event.as<ServiceStarted>()) {
        builds_[started->service] = started->build;
    }
    recorded_.apply(recorded, false);
}

void WhatIf::hear(const Rerun::Heard& heard) {
    if (!heard.is_word) close_day(heard.record.recorded_at);
    if (heard.is_word) {
        if (const auto* run = heard.record.event.as<DecisionMade>()) {
            changes_.again(*run, rerun_.root_of(run->first_cause), rerun_.root_of(run->last_cause));
        } else {
            changes_.again(heard.record, heard.root);
        }
    }
    again_.apply(heard.record, heard.is_simulated);
}

void WhatIf::finish() {
    rerun_.finish();
    changes_.finish();
    if (day_) note_equity(*day_);
}

void WhatIf::close_day(Time now) {
    const Time day = std::chrono::floor<std::chrono::days>(now);
    if (day_ && day > *day_) note_equity(*day_);
    if (!day_ || day > *day_) day_ = day;
}

void WhatIf::note_equity(Time day) {
    std::map<std::pair<std::string, std::string>, Equity> rows;
    const auto row = [&](const execution::Portfolio::Totals& totals) -> Equity& {
        Equity& result = rows[{totals.account, totals.currency}];
        result.day = day;
        result.account = totals.account;
        result.currency = totals.currency;
        return result;
    };
    for (const auto& totals : recorded_.portfolio().totals()) row(totals).recorded = totals.equity;
    for (const auto& totals : again_.portfolio().totals()) row(totals).again = totals.equity;
    for (auto& [key, entry] : rows) equity_.push_back(std::move(entry));
}

Seq WhatIf::recorded_root(Seq seq) const {
    const Seq root = roots_.of(seq);
    return root.exists() ? root : seq;
}

std::map<std::string, std::string> WhatIf::changed_settings() const {
    std::map<std::string, std::string> result;
    for (const auto& decider : make_deciders()) {
        if (auto text = rerun_.changes_of(decider.name); !text.empty()) {
            result[decider.name] = std::move(text);
        }
    }
    return result;
}

std::string WhatIf::decider_of(const Change& change) const {
    if (change.event == DecisionMade::kName || change.event == TargetSet::kName) return "strategy";
    return change.event == OrderIntended::kName ? "execution.orders" : "risk";
}

/// The nearest cause first: what it was decided on, the rule, the settings, the books, the build.
void WhatIf::explain(Change& change) {
    const bool is_known = explain_by_upstream(change) || explain_by_rule(change);
    if (change.recorded) note(differing_recorded_, change.recorded->seq, change.event);
    if (change.again) note(differing_again_, change.again->seq, change.event);
    if (is_known) return;
    const std::string decider = decider_of(change);
    const auto& takeover = rerun_.takeover();
    const std::string settings = rerun_.changes_of(decider);
    if (!settings.empty()) {
        change.cause = "configuration";
        change.explanation = settings;
    } else if (takeover && takeover->root <= change.input) {
        change.cause = "state";
        change.explanation =
            "orders and fills are others since seq " + std::to_string(takeover->root.value);
    } else if (const auto build = builds_.find(decider);
               !options_.build.empty() && build != builds_.end() &&
               release_of(build->second) != release_of(options_.build)) {
        change.cause = "code";
        change.explanation = "decided by " + std::string(release_of(build->second)) + ", this is " +
                             std::string(release_of(options_.build));
    } else {
        change.cause = "timing";
        change.explanation = "same settings, same program: the words before it come otherwise";
    }
}

bool WhatIf::explain_by_upstream(Change& change) const {
    const auto follows = [&](const std::optional<Change::Side>& side,
                             const std::map<Seq, std::string>& differing) {
        if (!side) return false;
        const auto found = differing.find(side->cause);
        if (found == differing.end()) return false;
        change.cause = "follows";
        change.explanation = "from the " + found->second + " that is another one";
        return true;
    };
    return follows(change.again, differing_again_) || follows(change.recorded, differing_recorded_);
}

/// A verdict that turns on one rule: its limit is another one, or what it is held against.
bool WhatIf::explain_by_rule(Change& change) const {
    if (!change.recorded || !change.again) return false;
    const auto* denied = change.again->event.as<OrderDenied>();
    if (denied == nullptr) denied = change.recorded->event.as<OrderDenied>();
    if (denied == nullptr) return false;
    const RuleCheck* before = check_of(change.recorded->event, denied->code);
    const RuleCheck* now = check_of(change.again->event, denied->code);
    if (before == nullptr || now == nullptr) return false;
    const std::string rule(to_string(denied->code));
    if (before->limit != now->limit) {
        change.cause = "configuration";
        change.explanation = rule + ": limit " + text_of(before->limit) + " → " +
                             text_of(now->limit) + ", value " + text_of(now->value);
    } else if (before->value != now->value) {
        change.cause = "state";
        change.explanation = rule + ": value " + text_of(before->value) + " → " +
                             text_of(now->value) + ", limit " + text_of(now->limit);
    } else {
        return false;
    }
    const std::string settings = rerun_.changes_of("risk");
    if (!settings.empty()) change.explanation += "; " + settings;
    return true;
}

}  // namespace tapedeck::research
