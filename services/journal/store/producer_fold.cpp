#include "journal/store/producer_fold.h"

#include "tape/records.h"

#include <algorithm>

namespace tapedeck::journal {

ProducerFold::ProducerFold(std::vector<ProducerMark> before) {
    for (auto& mark : before) marks_.emplace(mark.id, std::move(mark));
}

Result<> ProducerFold::take(const tape::FrameHeader& header, std::string_view records) {
    tape::RecordCursor cursor(header, records);
    Recorded recorded;
    while (TRY(cursor.next())) {
        const RecordPrefix& prefix = cursor.prefix();
        if (prefix.producer != kJournalProducer) {
            ProducerMark& mark = marks_[prefix.producer];
            mark.id = prefix.producer;
            // Of one that never started here (a tape written by hand) the name is not told.
            if (mark.name.empty()) mark.name = "producer-" + std::to_string(mark.id);
            mark.last_number = prefix.number;
            mark.last_seq = cursor.seq().value;
            mark.last_cause = prefix.cause;
            changed_.insert(prefix.producer);
            continue;
        }
        if (prefix.type != ServiceStarted::kType && prefix.type != ServiceLost::kType) continue;
        TRY(decode_record(cursor.bytes(), recorded));
        if (const auto* started = recorded.event.as<ServiceStarted>()) {
            start(*started, cursor.seq().value);
            continue;
        }
        const auto* lost = recorded.event.as<ServiceLost>();
        for (auto& [id, mark] : marks_) {
            if (mark.name != lost->service || mark.epoch != lost->producer_epoch) continue;
            mark.alive = false;
            changed_.insert(id);
        }
    }
    return {};
}

/// On tapes older than the field the id is not told: ids are given out 1, 2, 3 … to new names.
ProducerMark& ProducerFold::mark_named(const ServiceStarted& started) {
    const auto found = std::find_if(marks_.begin(), marks_.end(), [&](const auto& entry) {
        return entry.second.name == started.service;
    });
    if (found != marks_.end()) return found->second;
    const std::uint32_t next = marks_.empty() ? 1 : marks_.rbegin()->first + 1;
    const std::uint32_t id = started.producer_id != 0 ? started.producer_id : next;
    ProducerMark& mark = marks_[id];
    mark.id = id;
    mark.name = started.service;
    return mark;
}

void ProducerFold::start(const ServiceStarted& started, std::uint64_t seq) {
    ProducerMark& mark = mark_named(started);
    ids_are_told_ = ids_are_told_ && started.producer_id != 0;
    mark.epoch = started.producer_epoch;
    mark.fingerprint = fingerprint_of(started.build, started.configuration);
    mark.alive = true;
    if (!started.resumed) mark.fresh_seq = seq;
    changed_.insert(mark.id);
}

std::vector<ProducerMark> ProducerFold::marks() const {
    std::vector<ProducerMark> result;
    for (const auto& [id, mark] : marks_) result.push_back(mark);
    return result;
}

std::vector<ProducerMark> ProducerFold::take_changed() {
    std::vector<ProducerMark> result;
    for (const std::uint32_t id : changed_) result.push_back(marks_.at(id));
    changed_.clear();
    return result;
}

Result<> ProducerFold::check(const std::vector<ProducerMark>& marks) const {
    const auto place = [](const ProducerMark& mark) {
        return "number " + std::to_string(mark.last_number) + " at seq " +
               std::to_string(mark.last_seq) + " (start " + std::to_string(mark.epoch) + ")";
    };
    std::set<std::uint32_t> seen;
    for (const auto& mark : marks) {
        seen.insert(mark.id);
        const auto found = marks_.find(mark.id);
        ProducerMark expected = found == marks_.end() ? ProducerMark{} : found->second;
        // Not started on this tape, or started when the id was not told yet: its numbers count.
        if (expected.epoch == 0 || !ids_are_told_) {
            expected.name = mark.name;
            expected.epoch = mark.epoch;
            expected.fingerprint = mark.fingerprint;
            expected.fresh_seq = mark.fresh_seq;
        }
        expected.id = mark.id;
        expected.alive = mark.alive;
        if (expected == mark) continue;
        return fail(
            "the mark of producer " + mark.name + " says " + place(mark) + ", the frames say " +
                place(expected),
            ExitCode::Integrity);
    }
    for (const auto& [id, mark] : marks_) {
        if (seen.contains(id) || mark.last_number == 0) continue;
        return fail(
            "producer " + std::to_string(id) + " " + mark.name + " has records but no mark",
            ExitCode::Integrity);
    }
    return {};
}

}  // namespace tapedeck::journal
