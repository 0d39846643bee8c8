#include "simulation/proof.h"

#include "events/codec.h"
#include "events/print.h"
#include "simulation/stack.h"
#include "tape/host.h"

#include <algorithm>

namespace tapedeck::simulation {

namespace {

std::string bytes_of(const Event& event) {
    std::string bytes;
    encode_record(bytes, 0, 0, {}, event);
    return bytes;
}

/// One decider's part of the tape.
class Part {
public:
    Part(std::string_view name, const std::vector<Recorded>& records) {
        std::uint32_t id = 0;
        for (const auto& recorded : records) {
            if (const auto* started = recorded.event.as<ServiceStarted>()) {
                if (started->service == name) id = started->producer_id;
                if (started->service == name && !started->resumed) fresh_.push_back(recorded.seq);
                if (started->service == name) builds_[recorded.seq] = started->build;
            }
            if (id != 0 && recorded.producer == id) own_.push_back(&recorded);
        }
    }

    /// Own outputs on the tape that `cause` led to.
    std::vector<const Recorded*> caused_by(Seq cause) const {
        const auto [first, last] = std::equal_range(own_.begin(), own_.end(), cause, ByCause{});
        return {first, last};
    }

    /// Said before `seq` was decided on and not read back when it was.
    std::vector<InFlight> in_flight_at(Seq seq) const {
        std::vector<InFlight> result;
        const auto after = std::partition_point(
            own_.begin(), own_.end(), [&](const auto* record) { return record->seq <= seq; });
        for (auto it = after; it != own_.end() && (*it)->cause < seq; ++it) {
            result.push_back({(*it)->cause, (*it)->event});
        }
        return result;
    }

    /// Nobody had to decide on `seq`: before anything that came after it was decided, the service
    /// started with another build or configuration.
    bool was_passed_over(Seq seq) const {
        const auto fresh = std::upper_bound(fresh_.begin(), fresh_.end(), seq);
        if (fresh == fresh_.end()) return false;
        const auto later = std::partition_point(
            own_.begin(), own_.end(), [&](const auto* record) { return record->cause <= seq; });
        return later == own_.end() || (*later)->cause >= *fresh;
    }

    /// What the host adds to the decider's own words: the hash of its state.
    Event snapshot_at(Seq seq, std::string_view name, const Decider& decider) const {
        const std::string state = state_of(decider);
        return SnapshotTaken{
            .service = std::string(name),
            .at_seq = seq,
            .state_hash = std::string(tape::as_bytes(tape::sha256(state))),
            .format = tape::kStateFormat,
            .build = std::prev(builds_.upper_bound(seq))->second,
            .size = state.size()};
    }

    bool has_begun(Seq seq) const { return !fresh_.empty() && fresh_.front() <= seq; }

private:
    struct ByCause {
        bool operator()(const Recorded* record, Seq cause) const { return record->cause < cause; }

        bool operator()(Seq cause, const Recorded* record) const { return cause < record->cause; }
    };

    std::vector<const Recorded*> own_;
    std::vector<Seq> fresh_;
    std::map<Seq, std::string> builds_;
};

std::string difference(
    const std::vector<Event>& decided, const std::vector<const Recorded*>& recorded) {
    for (std::size_t i = 0; i < std::max(decided.size(), recorded.size()); ++i) {
        if (i >= decided.size()) return "recorded and not decided: " + to_json(recorded[i]->event);
        if (i >= recorded.size()) return "decided and not recorded: " + to_json(decided[i]);
        if (bytes_of(decided[i]) == bytes_of(recorded[i]->event)) continue;
        return "decided " + to_json(decided[i]) + ", recorded " + to_json(recorded[i]->event);
    }
    return "";
}

}  // namespace

std::map<std::string, std::string> prove(const std::vector<Recorded>& records, Verdict& verdict) {
    std::map<std::string, std::string> states;
    for (const auto& kind : deciders()) {
        const Part part(kind.name, records);
        const auto decider = kind.make();
        for (const auto& recorded : records) {
            decider->apply(recorded);
            if (!part.has_begun(recorded.seq)) continue;
            const auto in_flight = part.in_flight_at(recorded.seq);
            Outbox out(in_flight);
            decider->decide(recorded, out);
            if (recorded.event.as<SnapshotRequested>() != nullptr) {
                out.emit(part.snapshot_at(recorded.seq, kind.name, *decider));
            }
            const auto said = part.caused_by(recorded.seq);
            const bool may_be_silent = out.events().empty() || part.was_passed_over(recorded.seq);
            if (said.empty() && may_be_silent) continue;
            const std::string wrong = difference(out.events(), said);
            if (wrong.empty()) continue;
            verdict.fail(
                "proof",
                std::string(kind.name) + " on seq " + std::to_string(recorded.seq.value) + ": " +
                    wrong);
            return states;
        }
        states.emplace(kind.name, state_of(*decider));
    }
    return states;
}

}  // namespace tapedeck::simulation
