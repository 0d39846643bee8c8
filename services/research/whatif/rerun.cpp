#include "research/whatif/rerun.h"

#include "research/decider_proof.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

namespace {

constexpr std::string_view kPaper = paper::PaperVenue::kService;

/// What a venue says of an order.
bool is_about_an_order(const Event& event) {
    return event.visit([](const auto& said) {
        if constexpr (requires {
                          said.intent;
                          said.kType;
                      }) {
            const auto type = said.kType;
            return said.intent.exists() && type > OrderDropped::kType &&
                   type <= OrderAmendRejected::kType;
        } else {
            return false;
        }
    });
}

/// Books of accounts at venues are proven elsewhere; here their words are the venue's.
bool is_decided_here(const std::string& name) {
    return name == "strategy" || name == "risk" || name == "execution.orders" ||
           name == "execution.portfolio";
}

bool is_own_key(const std::vector<std::string>& sections, std::string_view key) {
    return std::any_of(sections.begin(), sections.end(), [&](const std::string& section) {
        return key.starts_with(section) && key.substr(section.size()).starts_with('.');
    });
}

}  // namespace

Rerun::Rerun(RerunOptions options, Listener listener)
    : options_(std::move(options)), listener_(std::move(listener)) {
    for (auto& decider : make_deciders()) {
        if (!is_decided_here(decider.name) && decider.name != kPaper) continue;
        Member member;
        member.named = std::move(decider);
        members_.push_back(std::move(member));
    }
    for (const auto& [id, name] : options_.producers) names_[id] = name;
    for (auto& member : members_) {
        for (const auto& [id, name] : names_) {
            if (name == member.named.name) member.producer = id;
        }
    }
}

/// Names come from the tape where the caller has none.
void Rerun::learn(const Recorded& recorded) {
    const auto* started = recorded.event.as<ServiceStarted>();
    if (started == nullptr) return;
    if (started->producer_id != 0) names_[started->producer_id] = started->service;
    for (auto& member : members_) {
        if (member.named.name == started->service && started->producer_id != 0) {
            member.producer = started->producer_id;
        }
    }
    if (started->service == "risk") {
        account_ = configuration_of(*started).text("risk.account", account_);
    }
}

const Rerun::Member* Rerun::member_of(const Recorded& recorded) const {
    if (recorded.producer == 0) return nullptr;
    for (const auto& member : members_) {
        if (member.producer == recorded.producer) return &member;
    }
    return nullptr;
}

Rerun::Member* Rerun::member_of(const Recorded& recorded) {
    return const_cast<Member*>(std::as_const(*this).member_of(recorded));
}

bool Rerun::is_decided_again(const Recorded& recorded) const {
    const Member* member = member_of(recorded);
    return member != nullptr && member != &members_.back();
}

bool Rerun::is_word(const Recorded& recorded) const {
    if (member_of(recorded) != nullptr) return true;
    const auto name = names_.find(recorded.producer);
    return name != names_.end() && name->second.starts_with("execution.") &&
           recorded.cause.exists();
}

void Rerun::index(const Recorded& recorded) {
    learn(recorded);
    Member* member = member_of(recorded);
    if (member == nullptr || recorded.event.as<SnapshotTaken>() != nullptr) return;
    auto& causes = member->spoke_about;
    if (causes.empty() || causes.back() < recorded.cause) causes.push_back(recorded.cause);
}

void Rerun::take(const Recorded& recorded) {
    learn(recorded);
    // The state is another one, and nobody keeps it.
    if (recorded.event.as<SnapshotTaken>() != nullptr) return;
    const bool is_again = is_decided_again(recorded);
    const bool belongs = is_again && !group_.empty() &&
                         group_.front().producer == recorded.producer &&
                         group_.front().cause == recorded.cause;
    if (!belongs) place_recorded();
    if (is_again) {
        group_.push_back(recorded);
    } else if (is_word(recorded)) {
        take_venue_word(recorded);
    } else {
        take_fact(recorded);
    }
}

/// What is due at the end of a tape was not recorded either: nobody had the time. Where the paper
/// venue has taken over there is nothing recorded to be like.
void Rerun::finish() {
    place_recorded();
    if (takeover_) settle_all();
}

void Rerun::take_fact(const Recorded& recorded) {
    if (!continues_step(recorded)) settle_all();
    last_fact_ = recorded;
    if (recorded.producer != 0 && recorded.event.as<ClockTicked>() != nullptr) {
        clock_ = recorded.producer;
    }
    if (!has_overridden_ && options_.from.exists() && overrides_hold(recorded.seq)) {
        override_now(recorded);
    }
    if (is_obsolete(recorded)) {
        ++left_out_;
        return;
    }
    Recorded record = recorded;
    record.event = moved(recorded.event, to_new_);
    append(
        std::move(record),
        {.time = recorded.recorded_at, .root = recorded.seq, .recorded = recorded.seq});
}

/// The recorded venue's, as long as it is the one that answers.
void Rerun::take_venue_word(const Recorded& recorded) {
    settle(to_new_.floor(recorded.cause), members_.size());
    if (is_obsolete(recorded)) return;
    Recorded record = recorded;
    record.cause = to_new_.floor(recorded.cause);
    record.event = moved(recorded.event, to_new_);
    const Seq root = root_of(record.cause);
    append(
        std::move(record),
        {.time = recorded.recorded_at, .root = root, .recorded = recorded.seq, .is_word = true});
}

/// What is not so in the new sequence: it says nothing there.
bool Rerun::is_obsolete(const Recorded& recorded) {
    if (const auto* cancel = recorded.event.as<CancelOrdered>()) {
        return cancel->intent.exists() && !to_new_.exact(cancel->intent);
    }
    if (!takeover_) return false;
    if (is_about_an_order(recorded.event)) return true;
    if (recorded.event.as<DiscrepancyFound>() != nullptr) return true;
    // The paper venue makes its deposits itself now.
    return recorded.event.as<CashDeposited>() != nullptr && member_of(recorded) == &venue();
}

/// Whether a lockstep journal has written it in one group with the fact before: nobody has spoken
/// in between.
bool Rerun::continues_step(const Recorded& recorded) const {
    return clock_ != 0 && recorded.producer == clock_ && last_fact_.producer == clock_ &&
           last_fact_.seq.next() == recorded.seq && recorded.event.as<ClockTicked>() == nullptr;
}

/// From here on the other configuration: as if the services were started with it now.
void Rerun::override_now(const Recorded& recorded) {
    has_overridden_ = true;
    for (auto& member : members_) {
        if (!member.started) continue;
        ServiceStarted started = with_overrides(*member.started, member);
        if (started.configuration == member.started->configuration) continue;
        started.resumed = false;
        Recorded record;
        record.event = std::move(started);
        append(std::move(record), {.time = recorded.recorded_at, .root = recorded.seq});
    }
}

ServiceStarted Rerun::with_overrides(const ServiceStarted& started, Member& member) const {
    std::map<std::string, std::string> own;
    for (const auto& [key, value] : options_.overrides) {
        if (is_own_key(member.named.sections, key)) own[key] = value;
    }
    const std::string changes = changes_by(own, started);
    if (!changes.empty()) member.changes = changes;
    Settings settings = configuration_of(started);
    for (const auto& [key, value] : own) settings.set(key, value);
    ServiceStarted result = started;
    result.configuration.clear();
    for (const auto& [key, value] : settings.values()) result.configuration.push_back({key, value});
    return result;
}

std::string Rerun::changes_of(const std::string& producer) const {
    for (const auto& member : members_) {
        if (member.named.name == producer) return member.changes;
    }
    return "";
}

}  // namespace tapedeck::research
