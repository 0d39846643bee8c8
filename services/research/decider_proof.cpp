#include "research/decider_proof.h"

#include "events/codec.h"
#include "events/print.h"
#include "tape/format.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

namespace {

/// Services take their snapshots at once: a mark that is answered later than this many others was
/// answered by somebody who had stopped for hours.
constexpr std::size_t kStatesKept = 16;

std::string text_of(const std::optional<Event>& event) {
    return event ? std::string(event->name()) + ' ' + to_json(*event) : "";
}

std::string state_hash(const Decider& decider) {
    StateWriter writer;
    decider.save(writer);
    return std::string(tape::as_bytes(tape::sha256(writer.bytes())));
}

}  // namespace

std::string expected_text(const Difference& difference) {
    return text_of(difference.expected);
}

std::string recorded_text(const Difference& difference) {
    return text_of(difference.recorded);
}

std::string_view release_of(std::string_view build) {
    const auto commit = build.find('+');
    if (commit == std::string_view::npos) return build;
    return build.substr(0, build.find('.', commit));
}

DeciderProof::DeciderProof(NamedDecider decider, const ProofOptions& options)
    : named_(std::move(decider)), options_(options) {
    for (const auto& [id, name] : options_.producers) {
        if (name == named_.name) producer_ = id;
    }
    for (const auto& [key, value] : options_.overrides) {
        is_overridden_ = is_overridden_ || is_own_key(key);
    }
}

bool DeciderProof::is_own_key(std::string_view key) const {
    return std::any_of(
        named_.sections.begin(), named_.sections.end(), [&](const std::string& section) {
            return key.starts_with(section) && key.substr(section.size()).starts_with('.');
        });
}

void DeciderProof::take(const Recorded& recorded, std::string_view bytes) {
    said_last_ = 0;
    last_ = recorded.seq;
    if (producer_ != 0 && recorded.producer == producer_) {
        compare(recorded, bytes);
    } else if (recorded.producer != 0 && recorded.event.as<ClockTicked>() != nullptr) {
        // A clock that is not the journal's is a feed's, in lockstep: it ticks on only when every
        // decider has fallen silent and what it said is recorded.
        miss_before(recorded.seq);
    }
    if (is_start_of(named_.name, recorded)) {
        begin(*recorded.event.as<ServiceStarted>(), recorded);
    } else {
        named_.decider->apply(recorded);
        if (recorded.event.as<SnapshotRequested>() != nullptr) {
            keep_state(recorded.seq);
        } else if (const auto* taken = recorded.event.as<SnapshotTaken>()) {
            if (taken->service == named_.name) compare_state(*taken, recorded);
        }
    }
    if (is_deciding_) decide(recorded);
}

void DeciderProof::begin(const ServiceStarted& started, const Recorded& recorded) {
    if (started.producer_id != 0) producer_ = started.producer_id;
    started_ = started;
    // Whoever asks what another setting would do wants to know, whatever release had decided.
    is_another_release_ = !is_overridden_ && !options_.build.empty() &&
                          release_of(started.build) != release_of(options_.build);
    is_deciding_ = true;
    if (!started.resumed) {
        tally_.undecided += in_flight_.all().size();
        tally_.first_since_start.reset();
        in_flight_ = {};
    }
    if (!is_overridden_) {
        named_.decider->apply(recorded);
        return;
    }
    Recorded changed = recorded;
    auto& entries = changed.event.as<ServiceStarted>()->configuration;
    Settings settings = configuration_of(started);
    for (const auto& [key, value] : options_.overrides) {
        if (is_own_key(key)) settings.set(key, value);
    }
    entries.clear();
    for (const auto& [key, value] : settings.values()) entries.push_back({key, value});
    named_.decider->apply(changed);
}

void DeciderProof::decide(const Recorded& recorded) {
    Outbox out(in_flight_.all());
    named_.decider->decide(recorded, out);
    ++tally_.inputs;
    if (out.events().empty()) return;
    said_last_ = out.events().size();
    in_flight_.add(recorded.seq, out.events());
}

void DeciderProof::compare(const Recorded& recorded, std::string_view bytes) {
    const std::uint64_t expected_number = std::exchange(number_, recorded.number) + 1;
    // What the host says about a snapshot is none of the decider's words.
    const bool is_own_word = recorded.event.as<SnapshotTaken>() == nullptr;
    if (is_own_word) miss_before(recorded.cause);
    if (recorded.number != expected_number) {
        report(
            {.kind = Difference::Kind::Numbering,
             .cause = recorded.cause,
             .recorded_seq = recorded.seq,
             .recorded = recorded.event});
    }
    if (!is_own_word) return;
    const bool is_compared = recorded.cause >= options_.from;
    if (is_compared) ++tally_.decisions;
    if (in_flight_.all().empty() || in_flight_.all().front().cause != recorded.cause) {
        report(
            {.kind = Difference::Kind::Unexpected,
             .cause = recorded.cause,
             .recorded_seq = recorded.seq,
             .recorded = recorded.event});
        return;
    }
    const Event& expected = in_flight_.all().front().event;
    encoded_.clear();
    encode_record(encoded_, recorded.producer, recorded.number, recorded.cause, expected);
    if (encoded_ == bytes) {
        if (is_compared) ++tally_.identical;
    } else {
        report(
            {.kind = Difference::Kind::Changed,
             .cause = recorded.cause,
             .recorded_seq = recorded.seq,
             .expected = expected,
             .recorded = recorded.event});
    }
    in_flight_.settle_one();
}

/// Words about records before `cause` that are not on the tape by now never will be.
void DeciderProof::miss_before(Seq cause) {
    while (!in_flight_.all().empty() && in_flight_.all().front().cause < cause) {
        const InFlight& front = in_flight_.all().front();
        report({.kind = Difference::Kind::Missing, .cause = front.cause, .expected = front.event});
        in_flight_.settle_one();
    }
}

void DeciderProof::keep_state(Seq seq) {
    states_[seq] = state_hash(*named_.decider);
    if (states_.size() > kStatesKept) states_.erase(states_.begin());
}

void DeciderProof::compare_state(const SnapshotTaken& taken, const Recorded& recorded) {
    const auto kept = states_.find(taken.at_seq);
    // Under another configuration the state is another one: the decisions are what is asked about.
    if (kept == states_.end() || is_overridden_ || taken.at_seq < options_.from) return;
    ++tally_.states;
    if (kept->second == taken.state_hash) return;
    SnapshotTaken expected = taken;
    expected.state_hash = kept->second;
    report(
        {.kind = Difference::Kind::State,
         .cause = taken.at_seq,
         .recorded_seq = recorded.seq,
         .expected = std::move(expected),
         .recorded = recorded.event});
}

void DeciderProof::report(Difference difference) {
    if (difference.cause < options_.from) return;
    ++(is_another_release_ ? tally_.of_another : tally_.different);
    auto& first = is_another_release_ ? tally_.first_of_another : tally_.first;
    const bool is_news = !is_another_release_ && !tally_.first_since_start;
    if (first && !is_news) return;
    difference.service = named_.name;
    difference.build = started_.build;
    explain(difference);
    if (is_news) tally_.first_since_start = difference;
    if (!first) first = std::move(difference);
}

void DeciderProof::explain(Difference& difference) const {
    if (is_overridden_) {
        difference.reason = "configuration";
        difference.explanation = changes_by(options_.overrides, started_);
        if (!difference.explanation.empty()) return;
    }
    if (is_another_release_) {
        difference.reason = "code";
        difference.explanation = "decided by " + std::string(release_of(started_.build)) +
                                 ", this is " + std::string(release_of(options_.build));
        return;
    }
    difference.reason = "record";
    difference.explanation =
        "same release, same configuration: what is recorded is not what they decide";
}

std::string changes_by(
    const std::map<std::string, std::string>& overrides, const ServiceStarted& started) {
    const Settings recorded = configuration_of(started);
    std::string text;
    for (const auto& [key, value] : overrides) {
        const std::string before = recorded.has(key) ? recorded.text(key) : "(not set)";
        if (before == value) continue;
        text += (text.empty() ? "" : "; ") + key;
        text += ' ' + before + " → " + value;
    }
    return text;
}

Seq DeciderProof::proven() const {
    return in_flight_.all().empty() ? last_ : Seq{in_flight_.all().front().cause.value - 1};
}

std::span<const InFlight> DeciderProof::said_last() const {
    return in_flight_.all().last(said_last_);
}

}  // namespace tapedeck::research
