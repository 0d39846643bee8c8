#include "journal/core/sequencer.h"

#include "base/verify.h"
#include "events/codec.h"
#include "events/wire.h"

#include <algorithm>

namespace tapedeck::journal {

using tape::Header;
using tape::MessageType;
using tape::NackCode;

namespace {

/// What may be queued and not yet durable, in all: several full producer windows.
constexpr std::size_t kQueueLimit = 65536;

/// The block of the tape itself, but for what deciders say of their state.
constexpr bool is_journals_own(std::uint16_t type) {
    return type >= TapeStarted::kType && type <= TapeChecked::kType && type != SnapshotTaken::kType;
}

}  // namespace

std::string fingerprint_of(
    const std::string& build, const std::vector<SettingValue>& configuration) {
    std::string text = build;
    for (const auto& entry : configuration) {
        text += '\n' + entry.key + '=' + entry.value;
    }
    return std::string(tape::as_bytes(tape::sha256(text)));
}

Sequencer::Sequencer(SequencerOptions options, TapePosition position)
    : options_(std::move(options)), position_(std::move(position)), lag_(options_.lag) {
    lag_.committed(position_.last_seq, time_from_ns(position_.last_recorded_at));
    for (const auto& mark : position_.producers) {
        Producer producer;
        producer.mark = mark;
        producer.queued_number = mark.last_number;
        producers_.emplace(mark.id, std::move(producer));
    }
    if (position_.last_seq == 0) {
        say(TapeStarted{.tape_id = position_.tape_id, .profile = options_.profile, .format = 1});
    } else {
        const std::string last_hash(tape::as_bytes(position_.last_hash));
        if (options_.branch) {
            say(TapeBranched{
                .old_tape_id = position_.tape_id,
                .last_seq = Seq{position_.last_seq},
                .last_hash = last_hash,
                .tape_id = options_.branch->tape_id,
                .reason = options_.branch->reason});
            position_.tape_id = options_.branch->tape_id;
            branching_to_ = position_.tape_id;
        } else {
            for (const auto& mark : position_.producers) {
                if (mark.alive) witnesses_.insert(mark.name);
            }
        }
        say(JournalStarted{
            .epoch = position_.epoch,
            .last_seq = Seq{position_.last_seq},
            .last_hash = last_hash,
            .build = options_.build});
    }
    if (options_.snapshot_records > 0) {
        snapshots_due_ = submitted_records() / options_.snapshot_records;
    }
}

std::uint64_t Sequencer::submitted_records() const {
    std::uint64_t sum = 0;
    for (const auto& [id, producer] : producers_) sum += producer.mark.last_number;
    return sum;
}

void Sequencer::quarantine(std::string reason) {
    if (quarantine_.empty()) quarantine_ = std::move(reason);
}

bool Sequencer::contradicts(const std::string& name, std::uint64_t seq, std::string_view hash) {
    if (seq > position_.last_seq) {
        quarantine(
            name + " has seen seq " + std::to_string(seq) + ", this tape ends at " +
            std::to_string(position_.last_seq) + ": acknowledged records are missing");
        return true;
    }
    if (seq == 0 || hash.empty() || !options_.hash_at) return false;
    const auto ours = options_.hash_at(seq);
    if (ours && tape::as_bytes(*ours) == hash) return false;
    quarantine(
        name + " has seen other records than this tape holds up to seq " + std::to_string(seq));
    return true;
}

/// Those who were there remember what was acknowledged: the tape's own file cannot tell a tail that
/// was never acknowledged from records that are gone (design: tape.md section 7).
bool Sequencer::is_witness_against_us(const Header& header, const tape::Hello& hello) {
    if (contradicts(hello.name, header.a, hello.last_hash)) return true;
    return hello.witness_tape_id == position_.tape_id &&
           contradicts(
               hello.name + " (as written down)", hello.witness_seq.value, hello.witness_hash);
}

bool Sequencer::waits_for_witnesses() const {
    return !witnesses_.empty() && witness_deadline_.has_value();
}

std::optional<Sequencer::Speaker> Sequencer::who_speaks(const Header& header) const {
    const auto found = producers_.find(header.producer);
    if (found == producers_.end() || !found->second.connected ||
        found->second.mark.epoch != header.producer_epoch) {
        return std::nullopt;
    }
    return Speaker{found->second.mark.name, found->second.mark.fingerprint};
}

void Sequencer::receive(
    const Peer& from, const Header& header, std::string_view body, Duration monotonic) {
    if (Producer* producer = find(header); producer != nullptr && producer->peer == from) {
        producer->heard = monotonic;
    }
    switch (header.type) {
        case MessageType::Hello: on_hello(from, header, body); break;
        case MessageType::Append: on_append(from, header, body); break;
        case MessageType::Beat: on_beat(from, header); break;
        case MessageType::Bye: on_bye(header); break;
        default: nack(from, NackCode::Malformed, 0, "not a message for a submit socket");
    }
    for (auto& [id, producer] : producers_) {
        if (producer.connected && producer.heard == Duration{}) producer.heard = monotonic;
    }
}

Sequencer::Producer* Sequencer::find(const Header& header) {
    const auto found = producers_.find(header.producer);
    return found == producers_.end() ? nullptr : &found->second;
}

Sequencer::Producer& Sequencer::producer_named(const std::string& name) {
    for (auto& [id, producer] : producers_) {
        if (producer.mark.name == name) return producer;
    }
    const std::uint32_t id = producers_.empty() ? 1 : producers_.rbegin()->first + 1;
    Producer producer;
    producer.mark.id = id;
    producer.mark.name = name;
    return producers_.emplace(id, std::move(producer)).first->second;
}

bool Sequencer::is_expected(std::string_view name) const {
    return std::find(options_.expected.begin(), options_.expected.end(), name) !=
           options_.expected.end();
}

void Sequencer::on_hello(const Peer& from, const Header& header, std::string_view body) {
    tape::Hello hello;
    if (!tapedeck::wire::get_message(body, hello) || hello.name.empty()) {
        nack(from, NackCode::Malformed, 0, "HELLO that does not parse, or without a name");
        return;
    }
    if (hello.protocol_version != tape::kProtocolVersion) {
        nack(
            from,
            NackCode::Version,
            tape::kProtocolVersion,
            hello.name + " speaks Tape Protocol " + std::to_string(hello.protocol_version) +
                ", this journal speaks 1: run the same release on both sides");
        return;
    }
    if (hello.tape_id != 0 && hello.tape_id != position_.tape_id) {
        nack(
            from,
            NackCode::WrongTape,
            position_.last_seq,
            hello.name + " followed another tape: restart it, it will follow this one");
        return;
    }
    witnesses_.erase(hello.name);
    if (!quarantine_.empty() || is_witness_against_us(header, hello)) {
        nack(from, NackCode::Quarantine, position_.last_seq, quarantine_);
        return;
    }
    if (is_known_instance(from, hello)) return;
    if (is_taken_over(hello, header)) {
        nack(
            from,
            NackCode::TakenOver,
            position_.last_seq,
            hello.name + " has been started again since: what this one knows is out of date",
            header.producer);
        return;
    }
    const WaitingHello waiting{from, std::move(hello)};
    if (lockstep() && !quorum_ && is_expected(waiting.hello.name)) {
        std::erase_if(waiting_, [&](const WaitingHello& other) {
            return other.hello.name == waiting.hello.name;
        });
        waiting_.push_back(waiting);
        admit_waiting();
        return;
    }
    grant(waiting);
}

/// The process that has the grant asks again: its HELLO and our answer have crossed, or the answer
/// was lost. A new epoch would fence it off from itself.
bool Sequencer::is_known_instance(const Peer& from, const tape::Hello& hello) {
    if (hello.instance.empty()) return false;
    for (auto& [id, producer] : producers_) {
        if (producer.mark.name != hello.name || producer.instance != hello.instance) continue;
        if (!producer.connected || !producer.mark.alive) return false;
        producer.peer = from;
        if (producer.started_seq != 0) {
            welcome({id, producer.started_seq, producer.resumed});
        }
        return true;  // else it is welcomed with the commit that is to come
    }
    return false;
}

/// It slept while another was started, and the journal too: it has decided what the other has
/// decided since, and counts from where it was. If the name has said nothing since that it does not
/// know, and is of the same build, then it is itself who was granted, and the answer was lost. A
/// new start (epoch 0) always knows what the tape knows.
bool Sequencer::is_taken_over(const tape::Hello& hello, const Header& header) const {
    if (header.producer_epoch == 0) return false;
    return std::any_of(producers_.begin(), producers_.end(), [&](const auto& entry) {
        const ProducerMark& mark = entry.second.mark;
        return mark.name == hello.name && mark.epoch > header.producer_epoch &&
               (mark.last_number > header.c ||
                mark.fingerprint != fingerprint_of(hello.build, hello.configuration));
    });
}

/// Lockstep begins when everybody is here, in the order of the configuration: so the first records
/// of a tape do not depend on who was faster.
void Sequencer::admit_waiting() {
    if (waiting_.size() < options_.expected.size()) return;
    quorum_ = true;
    for (const auto& name : options_.expected) {
        for (const auto& waiting : waiting_) {
            if (waiting.hello.name != name) continue;
            const Time start = waiting.hello.clock_start;
            if (name == options_.clock_producer && to_ns(start) > 0) {
                clock_ = start - std::chrono::seconds(1);
            }
        }
    }
    for (const auto& name : options_.expected) {
        for (const auto& waiting : waiting_) {
            if (waiting.hello.name == name) grant(waiting);
        }
    }
    waiting_.clear();
}

void Sequencer::grant(const WaitingHello& waiting) {
    Producer& producer = producer_named(waiting.hello.name);
    ProducerMark& mark = producer.mark;
    const std::string fingerprint =
        fingerprint_of(waiting.hello.build, waiting.hello.configuration);
    const bool resumed = mark.epoch > 0 && mark.fingerprint == fingerprint;
    // What an older instance has in the queue is not durable and was not acknowledged: this one
    // says it again under the same number, if it still means it.
    drop_queued(mark.id);
    ++mark.epoch;
    mark.fingerprint = fingerprint;
    mark.alive = true;
    producer.peer = waiting.peer;
    producer.instance = waiting.hello.instance;
    producer.started_seq = 0;
    producer.resumed = resumed;
    producer.is_decider = waiting.hello.decider;
    producer.connected = true;
    producer.heard = Duration{};
    producer.queued_number = mark.last_number;
    producer.applied = 0;
    producer.decided = 0;
    producer.beats = false;
    producer.lagging = false;  // ServiceStarted says so
    granting_.push_back({mark.id, 0, resumed});
    say(ServiceStarted{
        .service = mark.name,
        .producer_epoch = mark.epoch,
        .build = waiting.hello.build,
        .resumed = resumed,
        .configuration = waiting.hello.configuration,
        .producer_id = mark.id});
}

void Sequencer::drop_queued(std::uint32_t producer) {
    for (auto* queue : {&high_, &low_, &round_}) {
        std::erase_if(*queue, [&](const Append& append) { return append.producer == producer; });
    }
}

Result<Sequencer::Append> Sequencer::check_records(
    const Producer& producer, const Header& header, std::string_view body) const {
    Append append;
    append.producer = producer.mark.id;
    append.producer_epoch = producer.mark.epoch;
    std::string_view rest = body;
    std::uint64_t number = header.a;
    const bool may_tick = lockstep() && producer.mark.name == options_.clock_producer;
    while (!rest.empty()) {
        const RecordPrefix prefix = TRY(read_prefix(rest));
        const std::size_t size = RecordPrefix::kSize + prefix.body_length;
        if (prefix.producer != producer.mark.id || prefix.number != number) {
            return fail("a record that is not this producer's next");
        }
        if (prefix.cause > position_.last_seq) return fail("a record caused by the future");
        if (prefix.type == ClockTicked::kType && may_tick && append.count == 0) {
            Recorded recorded;
            TRY(decode_record(rest, recorded));
            append.clock = recorded.event.as<ClockTicked>()->time;
        } else if (is_journals_own(prefix.type)) {
            return fail(std::string(name_of_type(prefix.type)) + " is the journal's own to record");
        }
        append.cause = prefix.cause;
        append.last_number = number++;
        ++append.count;
        rest.remove_prefix(size);
    }
    if (append.count == 0 || append.count != header.count) {
        return fail("another number of records than the header says");
    }
    append.records = std::string(body);
    return append;
}

Sequencer::Producer* Sequencer::speaker(const Peer& from, const Header& header) {
    Producer* producer = find(header);
    if (producer == nullptr || !producer->connected ||
        producer->mark.epoch != header.producer_epoch) {
        nack(
            from,
            NackCode::Fenced,
            0,
            "this producer id and epoch are not the ones in force: say HELLO again",
            header.producer);
        return nullptr;
    }
    if (producer->mark.alive) return producer;
    // It was only slow (stopped, swapped out), but the tape says that it is gone: it must be seen
    // to come back.
    nack(from, NackCode::Lost, 0, "recorded as lost: say HELLO again", header.producer);
    return nullptr;
}

void Sequencer::on_append(const Peer& from, const Header& header, std::string_view body) {
    Producer* producer = speaker(from, header);
    if (producer == nullptr) return;
    if (body.size() > tape::kMaxAppendBytes || header.count > tape::kMaxFrameRecords) {
        nack(
            from,
            NackCode::TooBig,
            header.a,
            "an APPEND is at most 1024 records and 1 MiB",
            header.producer);
        return;
    }
    const std::uint64_t last = header.a + header.count - 1;
    if (last <= producer->mark.last_number) {
        // Durable already: the answer was lost, not the record.
        Header ack{.type = MessageType::Ack};
        ack.producer = producer->mark.id;
        ack.a = producer->mark.last_number;
        ack.b = producer->mark.last_seq;
        ack.c = position_.last_seq;
        reply(from, ack);
        return;
    }
    if (last <= producer->queued_number) return;  // queued already; the ACK follows the commit
    if (market_data_refused_ && from.lane == Peer::Lane::Low) {
        nack(
            from,
            NackCode::ReadOnly,
            producer->queued_number + 1,
            "the disk is nearly full: no market data is recorded until there is room",
            header.producer);
        return;
    }
    if (header.a != producer->queued_number + 1) {
        nack(
            from,
            NackCode::Gap,
            producer->queued_number + 1,
            "expected number " + std::to_string(producer->queued_number + 1) + ", got " +
                std::to_string(header.a),
            header.producer);
        return;
    }
    if (high_.size() + low_.size() + round_.size() >= kQueueLimit) {
        nack(
            from,
            NackCode::Busy,
            header.a,
            "the journal's queue is full: send it again later",
            header.producer);
        return;
    }
    auto append = check_records(*producer, header, body);
    if (!append) {
        nack(from, NackCode::Malformed, header.a, append.error().message, header.producer);
        return;
    }
    producer->queued_number = last;
    producer->applied = std::max(producer->applied, header.b);
    if (lockstep() && producer->is_decider) {
        round_.push_back(std::move(*append));
    } else {
        (from.lane == Peer::Lane::High ? high_ : low_).push_back(std::move(*append));
    }
}

void Sequencer::on_beat(const Peer& from, const Header& header) {
    Producer* producer = speaker(from, header);
    if (producer == nullptr) return;
    const bool has_news = header.b > producer->decided;
    producer->applied = std::max(producer->applied, header.a);
    producer->decided = std::max(producer->decided, header.b);
    producer->beats = true;
    // Lockstep has a beat a frame: the next frame's ACK answers it. At the end of a run there is no
    // next frame, and an ACK that was lost must come again.
    if (lockstep() && has_news) return;
    Header ack{.type = MessageType::Ack};
    ack.producer = producer->mark.id;
    ack.a = producer->mark.last_number;
    ack.b = producer->mark.last_seq;
    ack.c = position_.last_seq;
    ack.sent_at = header.sent_at;
    reply(from, ack);
}

void Sequencer::on_bye(const Header& header) {
    Producer* producer = find(header);
    if (producer == nullptr || !producer->connected ||
        producer->mark.epoch != header.producer_epoch) {
        return;
    }
    producer->connected = false;
    if (!std::exchange(producer->mark.alive, false)) return;
    say(ServiceLost{
        .service = producer->mark.name, .producer_epoch = producer->mark.epoch, .said_bye = true});
}

void Sequencer::advance(Time wall, Duration monotonic) {
    wall_ = wall;
    if (!snapshot_at_) snapshot_at_ = wall;
    if (!witnesses_.empty()) {
        if (!witness_deadline_) witness_deadline_ = monotonic + options_.witness_wait;
        if (monotonic >= *witness_deadline_) witnesses_.clear();
    }
    look_for_lost(monotonic);
    look_for_lagging();
    if (lockstep() || wall < next_tick_) return;
    if (to_ns(next_tick_) != 0) say(ClockTicked{wall});
    next_tick_ = std::chrono::floor<Duration>(wall) + options_.tick;
}

void Sequencer::say(Event event) {
    own_.push_back(std::move(event));
}

bool Sequencer::round_is_complete() const {
    for (const auto& name : options_.expected) {
        if (name == options_.clock_producer) continue;
        const auto found =
            std::find_if(producers_.begin(), producers_.end(), [&](const auto& entry) {
                return entry.second.mark.name == name;
            });
        if (found == producers_.end() || !found->second.connected) return false;
        if (found->second.decided < position_.last_seq) return false;
    }
    return true;
}

std::size_t Sequencer::rank_of(std::uint32_t producer) const {
    const std::string& name = producers_.at(producer).mark.name;
    const auto at = std::find(options_.expected.begin(), options_.expected.end(), name);
    return static_cast<std::size_t>(at - options_.expected.begin());
}

bool Sequencer::fits(const Batch& batch, const Append& append) const {
    if (batch.header.count == 0) return true;
    // One place is kept for SnapshotRequested.
    return batch.header.count + append.count < tape::kMaxFrameRecords &&
           batch.records.size() + append.records.size() <= tape::kFrameTargetBytes;
}

std::optional<Batch> Sequencer::next_batch() {
    VERIFY(!in_commit_);
    if (!quarantine_.empty() || waits_for_witnesses()) return std::nullopt;
    Batch batch;
    batch.new_tape_id = branching_to_;
    batch.header.first_seq = position_.last_seq + 1;
    // Until everybody is here a lockstep tape has not begun: its clock is not known.
    if (lockstep() && !quorum_) return std::nullopt;
    fill_own(batch);
    if (lockstep()) {
        if (batch.header.count == 0) fill_lockstep(batch);
    } else {
        fill_wall(batch);
    }
    if (batch.header.count == 0) return std::nullopt;
    request_snapshot(batch);
    seal(batch);
    in_commit_ = true;
    return batch;
}

void Sequencer::fill_own(Batch& batch) {
    auto next_granted = granting_.begin();
    for (const auto& event : own_) {
        encode_record(batch.records, kJournalProducer, 0, Seq{}, event);
        const std::uint64_t seq = batch.header.first_seq + batch.header.count;
        ++batch.header.count;
        if (event.as<ServiceStarted>() != nullptr) {
            VERIFY(next_granted != granting_.end());
            // One producer may start twice in a batch: each start counts by itself.
            Granted granted = *next_granted++;
            granted.seq = seq;
            if (!granted.resumed) producers_.at(granted.producer).mark.fresh_seq = seq;
            granted_in_batch_.push_back(granted);
        }
    }
    own_.clear();
    granting_.clear();
}

void Sequencer::take_append(Batch& batch, std::deque<Append>& queue) {
    Append& append = queue.front();
    ProducerMark& mark = producers_.at(append.producer).mark;
    VERIFY(append.last_number == mark.last_number + append.count);
    mark.last_number = append.last_number;
    mark.last_seq = batch.header.first_seq + batch.header.count + append.count - 1;
    mark.last_cause = append.cause;
    batch.header.count += append.count;
    batch.records += append.records;
    if (append.clock) clock_ = append.clock;
    acknowledge_in_batch_.push_back(append.producer);
    queue.pop_front();
}

/// Orders and decisions first, up to a full frame; then market data gets at least one turn.
void Sequencer::fill_wall(Batch& batch) {
    while (!high_.empty() && fits(batch, high_.front())) take_append(batch, high_);
    while (!low_.empty() && fits(batch, low_.front())) take_append(batch, low_);
}

/// First what deciders said about the last frame, in an order that does not depend on who was
/// faster; when all have fallen silent, one group from outside: the operator's before the feed's.
void Sequencer::fill_lockstep(Batch& batch) {
    if (!round_is_complete()) return;
    if (!round_.empty()) {
        std::stable_sort(round_.begin(), round_.end(), [&](const Append& a, const Append& b) {
            if (a.cause != b.cause) return a.cause < b.cause;
            return rank_of(a.producer) < rank_of(b.producer);
        });
        while (!round_.empty() && fits(batch, round_.front())) take_append(batch, round_);
        return;
    }
    if (!high_.empty()) {
        take_append(batch, high_);
    } else if (!low_.empty()) {
        take_append(batch, low_);
    }
}

/// As the last record of a frame, so that whoever begins with the snapshot begins with a frame. By
/// the number of records, which is a function of the tape, and by the time.
void Sequencer::request_snapshot(Batch& batch) {
    const std::uint64_t records = submitted_records();
    bool due = false;
    if (options_.snapshot_records > 0) {
        const std::uint64_t whole = records / options_.snapshot_records;
        due = whole > std::exchange(snapshots_due_, whole);
    }
    const bool by_time = !lockstep() && options_.snapshot_interval > Duration::zero();
    if (by_time && snapshot_at_ && wall_ - *snapshot_at_ >= options_.snapshot_interval) due = true;
    if (!due || batch.header.count >= tape::kMaxFrameRecords) return;
    snapshot_at_ = wall_;
    encode_record(batch.records, kJournalProducer, 0, Seq{}, SnapshotRequested{records});
    ++batch.header.count;
}

void Sequencer::seal(Batch& batch) {
    const std::int64_t now = lockstep() ? (clock_ ? to_ns(*clock_) : 0) : to_ns(wall_);
    batch.header.recorded_at = std::max(position_.last_recorded_at + 1, now);
    batch.header.epoch = position_.epoch;
    batch.header.raw_length = static_cast<std::uint32_t>(batch.records.size());
    batch.header.prev_hash = position_.last_hash;
    batch.header.hash = tape::frame_hash(position_.tape_id, batch.header, batch.records);
    std::vector<std::uint32_t> moved = acknowledge_in_batch_;
    for (const auto& granted : granted_in_batch_) moved.push_back(granted.producer);
    std::sort(moved.begin(), moved.end());
    moved.erase(std::unique(moved.begin(), moved.end()), moved.end());
    for (const std::uint32_t id : moved) batch.marks.push_back(producers_.at(id).mark);
}

void Sequencer::committed(const Batch& batch) {
    VERIFY(in_commit_ && batch.header.first_seq == position_.last_seq + 1);
    in_commit_ = false;
    branching_to_.reset();
    position_.last_seq = batch.header.last_seq();
    position_.last_hash = batch.header.hash;
    position_.last_recorded_at = batch.header.recorded_at + batch.header.count - 1;
    lag_.committed(position_.last_seq, time_from_ns(batch.header.recorded_at));
    for (const auto& granted : std::exchange(granted_in_batch_, {})) {
        producers_.at(granted.producer).started_seq = granted.seq;
        welcome(granted);
    }
    auto acknowledged = std::exchange(acknowledge_in_batch_, {});
    std::sort(acknowledged.begin(), acknowledged.end());
    acknowledged.erase(std::unique(acknowledged.begin(), acknowledged.end()), acknowledged.end());
    for (const std::uint32_t id : acknowledged) {
        const Producer& producer = producers_.at(id);
        Header ack{.type = MessageType::Ack};
        ack.producer = id;
        ack.a = producer.mark.last_number;
        ack.b = producer.mark.last_seq;
        ack.c = position_.last_seq;
        reply(producer.peer, ack);
    }
}

void Sequencer::welcome(const Granted& granted) {
    const Producer& producer = producers_.at(granted.producer);
    tape::Welcome body;
    body.name = producer.mark.name;
    body.tape_id = position_.tape_id;
    body.last_hash = std::string(tape::as_bytes(position_.last_hash));
    body.profile = options_.profile;
    body.resumed = granted.resumed;
    body.started_seq = granted.seq;
    body.last_cause = producer.mark.last_cause;
    body.last_own_seq = producer.mark.last_seq;
    body.lockstep = lockstep();
    body.fresh_seq = producer.mark.fresh_seq;
    if (producer.is_decider && options_.snapshots_of) {
        // Newer than the last output that is on the tape, it may hold what was never decided.
        for (const Seq seq : options_.snapshots_of(body.name, producer.mark.fingerprint)) {
            const bool fits = seq.value <= body.last_cause && seq.value >= body.fresh_seq;
            if (fits) body.snapshots.push_back({seq});
        }
    }
    Header header{.type = MessageType::Welcome};
    header.producer = producer.mark.id;
    header.producer_epoch = producer.mark.epoch;
    header.a = position_.last_seq;
    header.b = position_.last_seq;
    header.c = producer.mark.last_number;
    std::string bytes;
    tapedeck::wire::put_message(bytes, body);
    reply(producer.peer, header, std::move(bytes));
}

void Sequencer::reply(const Peer& to, Header header, std::string body) {
    header.epoch = position_.epoch;
    replies_.push_back({to, {header, std::move(body)}});
}

void Sequencer::nack(
    const Peer& to,
    NackCode code,
    std::uint64_t expected,
    std::string text,
    std::uint32_t producer) {
    Header header{.type = MessageType::Nack};
    header.producer = producer;
    header.a = static_cast<std::uint64_t>(code);
    header.b = expected;
    header.c = position_.last_seq;
    reply(to, header, std::move(text));
}

tape::Message Sequencer::watermark() const {
    Header header{.type = MessageType::Watermark};
    header.epoch = position_.epoch;
    header.a = position_.last_seq;
    header.b = position_.last_seq;
    return {header, std::string(tape::as_bytes(position_.last_hash))};
}

}  // namespace tapedeck::journal
