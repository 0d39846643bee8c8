#include "research/meaning.h"
#include "research/whatif/rerun.h"

#include <algorithm>
#include <utility>

namespace tapedeck::research {

namespace {

bool is_request(const Event& event) {
    return event.as<OrderCancelRequested>() != nullptr ||
           event.as<OrderAmendRequested>() != nullptr;
}

/// What reaches a venue and may change an order there.
bool is_order_action(const Event& event) {
    return event.as<OrderIntended>() != nullptr || is_request(event);
}

Seq intent_of(const Event& event) {
    return event.visit([](const auto& said) {
        if constexpr (requires { said.intent; }) {
            return said.intent;
        } else {
            return Seq{};
        }
    });
}

/// Whether `answer` leaves nothing to be said about what was asked.
bool settles(const Event& answer, const Event& request) {
    if (intent_of(answer) != intent_of(request)) return false;
    const bool is_gone = answer.as<OrderCanceled>() != nullptr ||
                         answer.as<OrderExpired>() != nullptr ||
                         answer.as<OrderRejected>() != nullptr;
    if (request.as<OrderCancelRequested>() != nullptr) {
        return is_gone || answer.as<OrderCancelRejected>() != nullptr;
    }
    if (request.as<OrderAmendRequested>() != nullptr) {
        return is_gone || answer.as<OrderAmended>() != nullptr ||
               answer.as<OrderAmendRejected>() != nullptr;
    }
    return answer.as<OrderStatusReported>() != nullptr;
}

}  // namespace

/// The recorded words that were read are a group as a whole: its counterpart comes here.
void Rerun::place_recorded() {
    if (group_.empty()) return;
    const std::vector<Recorded> recorded = std::exchange(group_, {});
    Member& member = *member_of(recorded.front());
    const Seq recorded_cause = recorded.front().cause;
    settle(to_new_.floor(recorded_cause), rank_of(member));
    const auto cause = to_new_.exact(recorded_cause);
    if (cause && !member.said.empty() && member.said.front().cause == *cause) {
        const bool is_other = differs(member.said.front(), recorded);
        const Seq root = root_of(*cause);
        place(member, recorded);
        if (is_other) take_over("order_differs", root);
        return;
    }
    const bool has_actions = std::any_of(recorded.begin(), recorded.end(), [](const auto& each) {
        return is_order_action(each.event);
    });
    if (has_actions) take_over("order_missing", last_fact_.seq);
}

/// Places what lockstep records before a group with this cause of the decider of this rank; cause
/// 0: all that has no recorded place.
void Rerun::settle(Seq cause, std::size_t rank) {
    while (true) {
        Member* next = nullptr;
        for (auto& member : members_) {
            if (member.said.empty() || member.said.front().waits || member.is_down) continue;
            const Seq own = member.said.front().cause;
            const bool is_due =
                !cause.exists() || own < cause || (own == cause && rank_of(member) < rank);
            if (is_due && (next == nullptr || own < next->said.front().cause)) next = &member;
        }
        if (next == nullptr) return;
        place(*next, {});
    }
}

/// Records the oldest group of the member, beside its recorded counterpart if it has one.
void Rerun::place(Member& member, std::span<const Recorded> recorded) {
    const Group group = std::move(member.said.front());
    member.said.pop_front();
    const Seq root = root_of(group.cause);
    bool is_other = false;
    std::size_t next = 0;
    for (const auto& event : group.events) {
        is_other = is_other || (recorded.empty() && is_order_action(event));
        Place place{.root = root, .speaker = &member, .is_word = true};
        if (!recorded.empty()) place.time = recorded.front().recorded_at;
        for (std::size_t at = next; at < recorded.size(); ++at) {
            if (recorded[at].event.type() != event.type()) continue;
            place.time = recorded[at].recorded_at;
            place.recorded = recorded[at].seq;
            next = at + 1;
            break;
        }
        Recorded record;
        record.producer = member.producer;
        record.number = ++member.number;
        record.cause = group.cause;
        record.event = event;
        append(std::move(record), place);
    }
    if (is_other) take_over("order_differs", root);
}

void Rerun::append(Recorded record, const Place& place) {
    record.seq = last_.seq.next();
    record.recorded_at = std::max(place.time, last_.recorded_at + Duration(1));
    if (place.recorded.exists()) to_new_.add(place.recorded, record.seq);
    if (place.is_word) {
        roots_.add(record.seq, place.root);
    } else {
        to_recorded_.add(record.seq, place.root);
    }
    if (auto* started = record.event.as<ServiceStarted>()) {
        for (auto& member : members_) {
            const bool is_its = member.named.name == started->service;
            if (is_its && overrides_hold(place.root)) *started = with_overrides(*started, member);
        }
    }
    last_ = record;
    remember_request(record);
    for (auto& member : members_) believe(member, record, place.speaker == &member);
    listener_({record, place.root, place.is_word, takeover_.has_value()});
    for (auto& member : members_) {
        const bool speaks_there =
            place.recorded.exists() &&
            std::binary_search(
                member.spoke_about.begin(), member.spoke_about.end(), place.recorded);
        // What the venue says again has no recorded place: its recorded words are passed over.
        decide(member, record, speaks_there && &member != &venue());
    }
}

void Rerun::believe(Member& member, const Recorded& record, bool is_own) {
    if (is_own) member.in_flight.settle_one();
    if (const auto* lost = record.event.as<ServiceLost>()) {
        if (lost->service == member.named.name) member.is_down = true;
    }
    const auto* started = record.event.as<ServiceStarted>();
    if (started == nullptr || started->service != member.named.name) {
        member.named.decider->apply(record);
        return;
    }
    Recorded own = record;
    if (&member == &venue()) own.event = start_of_venue(*started);
    restart(member, *own.event.as<ServiceStarted>());
    member.named.decider->apply(own);
}

/// The paper venue that takes over trades the account that risk trades: where that is one at a real
/// venue it has no cash of its own.
ServiceStarted Rerun::start_of_venue(const ServiceStarted& started) {
    ServiceStarted result = started;
    Settings settings = configuration_of(started);
    constexpr std::string_view kAccount = "paper.account";
    if (account_.empty() || settings.text(kAccount, "paper") == account_) {
        if (!venue().changes.empty() && !takeover_) {
            takeover_ = {
                .seq = last_.seq,
                .root = root_of(last_.seq),
                .time = last_.recorded_at,
                .reason = "venue_configuration"};
        }
        return result;
    }
    settings.set(std::string(kAccount), account_);
    settings.set("paper.cash", "");
    result.configuration.clear();
    for (const auto& [key, value] : settings.values()) result.configuration.push_back({key, value});
    return result;
}

/// A start that was not resumed voids what was said and is not recorded.
void Rerun::restart(Member& member, const ServiceStarted& started) {
    member.started = started;
    member.is_deciding = true;
    member.is_down = false;
    if (started.resumed) return;
    std::erase_if(member.said, [](const Group& group) { return !group.waits; });
    member.in_flight = {};
    for (const auto& group : member.said) member.in_flight.add(group.cause, group.events);
}

void Rerun::decide(Member& member, const Recorded& record, bool waits) {
    const bool is_muted = &member == &venue() && !takeover_;
    if (!member.is_deciding || is_muted) return;
    Outbox out(member.in_flight.all());
    member.named.decider->decide(record, out);
    if (out.events().empty()) return;
    member.in_flight.add(record.seq, out.events());
    member.said.push_back({record.seq, out.take(), waits});
}

/// Whether the orders, cancellations and amendments of a group are not the recorded ones.
bool Rerun::differs(const Group& group, std::span<const Recorded> recorded) const {
    std::vector<const Event*> again;
    for (const auto& event : group.events) {
        if (is_order_action(event)) again.push_back(&event);
    }
    std::size_t at = 0;
    for (const auto& each : recorded) {
        if (!is_order_action(each.event)) continue;
        if (at == again.size() || meaning_of(*again[at]) != meaning_of(each.event)) return true;
        const Seq intent = intent_of(each.event);
        if (intent.exists() && to_new_.exact(intent) != intent_of(*again[at])) return true;
        ++at;
    }
    return at != again.size();
}

/// From here on the paper venue answers: first what has no answer yet.
void Rerun::take_over(std::string reason, Seq root) {
    if (takeover_) return;
    takeover_ = {
        .seq = last_.seq, .root = root, .time = last_.recorded_at, .reason = std::move(reason)};
    if (!venue().started) return;
    Recorded asked = last_;
    asked.event = *venue().started;
    decide(venue(), asked, false);
    for (const auto& [seq, request] : requests_) {
        asked.event = request.event;
        decide(venue(), asked, false);
    }
    requests_.clear();
}

void Rerun::remember_request(const Recorded& record) {
    if (takeover_) return;
    if (is_request(record.event) || record.event.as<OrderQueryRequested>() != nullptr) {
        requests_[record.seq] = record;
    } else if (!requests_.empty()) {
        std::erase_if(requests_, [&](const auto& entry) {
            return settles(record.event, entry.second.event);
        });
    }
}

Seq Rerun::root_of(Seq seq) const {
    const Seq root = roots_.of(seq);
    return root.exists() ? root : to_recorded_.floor(seq);
}

}  // namespace tapedeck::research
