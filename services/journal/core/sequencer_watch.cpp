// The part of the sequencer that watches the others: who is silent, who is behind, what is told of
// them.

#include "events/wire.h"
#include "journal/core/sequencer.h"

namespace tapedeck::journal {

using tape::Header;
using tape::MessageType;

void Sequencer::look_for_lost(Duration monotonic) {
    if (!started_) started_ = monotonic;
    const auto is_silent = [&](const Producer& producer) {
        if (producer.connected) {
            return producer.heard != Duration{} && monotonic - producer.heard > options_.lost_after;
        }
        // It was alive when the journal died, and has not come back. Lockstep waits for it anyway.
        return !lockstep() && monotonic - *started_ > options_.lost_after;
    };
    for (auto& [id, producer] : producers_) {
        if (!producer.mark.alive || !is_silent(producer)) continue;
        producer.mark.alive = false;
        say(ServiceLost{
            .service = producer.mark.name,
            .producer_epoch = producer.mark.epoch,
            .said_bye = false});
    }
}

bool Sequencer::keeps_up_matters(const Producer& producer) const {
    return !lockstep() && producer.connected && producer.mark.alive && producer.beats;
}

void Sequencer::look_for_lagging() {
    for (auto& [id, producer] : producers_) {
        if (!keeps_up_matters(producer)) continue;
        const Lag lag = lag_.of(producer.decided, wall_);
        if (!producer.lagging && lag_.is_lagging(lag)) {
            producer.lagging = true;
            say(ServiceLagging{
                .service = producer.mark.name, .behind_records = lag.records, .behind = lag.age});
        } else if (producer.lagging && lag_.has_caught_up(lag)) {
            producer.lagging = false;
            say(ServiceCaughtUp{.service = producer.mark.name});
        }
    }
}

std::vector<tape::ServiceStatus> Sequencer::services() const {
    std::vector<tape::ServiceStatus> result;
    for (const auto& [id, producer] : producers_) {
        result.push_back(
            {.name = producer.mark.name,
             .alive = producer.connected && producer.mark.alive,
             .applied = producer.applied,
             .decided = producer.decided,
             .starts = producer.mark.epoch,
             .behind = keeps_up_matters(producer) ? lag_.of(producer.decided, wall_).age
                                                  : Duration::zero(),
             .lagging = producer.lagging});
    }
    return result;
}

tape::Message Sequencer::welcome_reader() const {
    tape::Welcome body;
    body.tape_id = position_.tape_id;
    body.last_hash = std::string(tape::as_bytes(position_.last_hash));
    body.profile = options_.profile;
    body.lockstep = lockstep();
    body.services = services();
    body.quarantine = quarantine_;
    Header header{.type = MessageType::Welcome};
    header.epoch = position_.epoch;
    header.a = position_.last_seq;
    header.b = position_.last_seq;
    tape::Message message{header, {}};
    tapedeck::wire::put_message(message.body, body);
    return message;
}

}  // namespace tapedeck::journal
