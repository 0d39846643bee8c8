#include "tape/node.h"

#include "base/verify.h"
#include "tape/records.h"
#include "tape/socket.h"

#include <algorithm>
#include <random>

namespace tapedeck::tape {

using namespace std::chrono_literals;

namespace {

constexpr Duration kBeatInterval = 250ms;
constexpr Duration kDownAfter = 1s;
/// A HELLO that nobody answered so long was lost with the journal that took it.
constexpr Duration kHelloRetry = 5s;
/// Records that wait to be taken: above this LIVE is not read, and what PUB drops is repaired.
constexpr std::size_t kReadyBytes = std::size_t{32} * 1024 * 1024;
/// Frames taken before the sockets get their turn again.
constexpr int kFramesPerStep = 256;

/// Tells one start of a process from another; not on the tape.
std::string new_instance() {
    std::random_device device;
    std::string text;
    for (int i = 0; i < 4; ++i) text += std::to_string(device()) + (i < 3 ? "-" : "");
    return text;
}

std::vector<SettingValue> entries_of(const Settings& settings) {
    std::vector<SettingValue> entries;
    for (const auto& [key, value] : settings.values()) entries.push_back({key, value});
    return entries;
}

}  // namespace

Result<std::unique_ptr<Node>> Node::connect(const Options& options) {
    return connect(options, std::make_unique<ZmqTransport>(options.wake_descriptor));
}

Result<std::unique_ptr<Node>> Node::connect(
    const Options& options, std::unique_ptr<Transport> transport) {
    const Endpoints endpoints = TRY(Endpoints::in(options.run_directory));
    const auto& submit = options.market_data_lane ? endpoints.submit_low : endpoints.submit_high;
    Channels channels;
    channels.submit = TRY(transport->connect(Channel::Kind::Dealer, submit));
    channels.live = TRY(transport->connect(Channel::Kind::Subscriber, endpoints.live));
    channels.replay = TRY(transport->connect(Channel::Kind::Dealer, endpoints.replay));
    return std::unique_ptr<Node>(new Node(options, std::move(transport), std::move(channels)));
}

Node::Node(Options options, std::unique_ptr<Transport> transport, Channels channels)
    : options_(std::move(options)),
      transport_(std::move(transport)),
      channels_(std::move(channels)) {
    if (options_.instance.empty()) options_.instance = new_instance();
}

Producer& Node::add(Hello hello, Decider* decider) {
    VERIFY(!begun_);
    hello.instance = options_.instance;
    hello.build = options_.build;
    if (options_.witness) {
        hello.witness_tape_id = options_.witness->tape_id;
        hello.witness_seq = options_.witness->seq;
        hello.witness_hash = std::string(as_bytes(options_.witness->hash));
    }
    Member member;
    member.producer = std::make_unique<Producer>(std::move(hello));
    if (decider != nullptr) member.host = std::make_unique<Host>(*decider, *member.producer);
    members_.push_back(std::move(member));
    return *members_.back().producer;
}

Host& Node::add_decider(const std::string& name, Decider& decider, const Settings& configuration) {
    Hello hello;
    hello.name = name;
    hello.configuration = entries_of(configuration);
    hello.decider = true;
    add(std::move(hello), &decider);
    return *members_.back().host;
}

Producer& Node::add_source(
    const std::string& name, const Settings& configuration, Time clock_start) {
    Hello hello;
    hello.name = name;
    hello.configuration = entries_of(configuration);
    hello.clock_start = clock_start;
    return add(std::move(hello), nullptr);
}

bool Node::all_welcomed() const {
    for (const auto& member : members_) {
        if (!member.producer->first_welcome()) return false;
    }
    return true;
}

bool Node::have_room() const {
    for (const auto& member : members_) {
        if (member.host && !member.producer->has_room()) return false;
    }
    return true;
}

bool Node::is_live() const {
    for (const auto& member : members_) {
        if (!member.producer->ready()) return false;
    }
    return begun_ && follower_.is_live() && taken_ == follower_.last();
}

bool Node::is_lockstep() const {
    return std::any_of(members_.begin(), members_.end(), [](const Member& member) {
        return member.producer->first_welcome() && member.producer->first_welcome()->lockstep;
    });
}

Duration Node::confirmed_at() const {
    Duration oldest = members_.empty() ? Duration{} : Duration::max();
    for (const auto& member : members_) {
        oldest = std::min(oldest, member.producer->confirmed_at());
    }
    return oldest;
}

Result<> Node::step(Duration monotonic, Duration longest) {
    send(monotonic);
    if (follower_.front() == nullptr || !begun_ || !have_room()) {
        Channel* const all[] = {
            channels_.submit.get(), channels_.live.get(), channels_.replay.get()};
        transport_->wait(all, longest);
    }
    TRY(receive_submit());
    TRY(receive_replay());
    TRY(receive_live(monotonic));
    if (TRY(make_ready(monotonic))) TRY(take_ready());
    send(monotonic);
    return {};
}

Result<> Node::receive_submit() {
    while (auto received = channels_.submit->receive()) {
        const Header header = TRY(decode_header(received->header, received->body));
        for (auto& member : members_) {
            // A WELCOME names its producer in the body, other answers in the header. A NACK of a
            // HELLO knows no id yet: it goes to all who wait for one.
            const bool concerns = header.type == MessageType::Welcome ||
                                  (header.type == MessageType::Nack && header.producer == 0) ||
                                  header.producer == member.producer->id();
            if (concerns) TRY(member.producer->receive(header, received->body));
        }
    }
    return {};
}

Result<> Node::receive_live(Duration monotonic) {
    while (follower_.ready_bytes() < kReadyBytes) {
        auto received = channels_.live->receive();
        if (!received) break;
        heard_ = monotonic;
        const Header header = TRY(decode_header(received->header, received->body));
        TRY(follower_.on_live(header, received->body));
    }
    if (heard_ == Duration{}) heard_ = monotonic;
    journal_is_down_ = follower_.epoch() == 0 || monotonic - heard_ > kDownAfter;
    if (follower_.epoch() > epoch_) {
        const bool restarted = epoch_ != 0;
        epoch_ = follower_.epoch();
        if (restarted) {
            follower_.forget_request();
            for (auto& member : members_) member.producer->journal_restarted();
        }
    }
    return {};
}

Result<> Node::receive_replay() {
    while (auto received = channels_.replay->receive()) {
        const Header header = TRY(decode_header(received->header, received->body));
        if (header.type == MessageType::SnapshotData) {
            if (fetch_) fetch_->on_data(header, received->body);
            continue;
        }
        TRY(follower_.on_replay(header, received->body));
    }
    return {};
}

std::vector<const Producer*> Node::deciders() const {
    std::vector<const Producer*> found;
    for (const auto& member : members_) {
        if (member.host) found.push_back(member.producer.get());
    }
    return found;
}

/// Welcomed, and the newest snapshot that all our deciders share is loaded: now records may come.
Result<bool> Node::make_ready(Duration monotonic) {
    if (begun_) return true;
    if (!all_welcomed()) return false;
    if (fetch_ && fetch_->is_done()) TRY(load_snapshot());
    if (!begun_ && (!fetch_ || fetch_->has_failed())) {
        if (fetch_) fetch_below_ = fetch_->at();
        fetch_.reset();
        for (const Seq at : common_snapshots(deciders())) {
            if (fetch_below_.exists() && at >= fetch_below_) continue;
            fetch_.emplace(at, deciders());
            break;
        }
        if (!fetch_) TRY(begin());
    }
    if (fetch_) {
        if (const auto request = fetch_->next_request(monotonic)) {
            channels_.replay->send(request->header, request->body);
        }
    }
    return begun_;
}

Result<> Node::load_snapshot() {
    const Seq at = fetch_->at();
    std::size_t i = 0;
    for (auto& member : members_) {
        if (!member.host) continue;
        if (member.host->load(at, fetch_->states()[i++])) continue;
        // Its decider is spoilt now. The journal forgets this one, and we begin anew without.
        const Message forget = member.producer->snapshot_put(at, 0, 0, {});
        channels_.submit->send(forget.header, forget.body);
        return fail(
            member.producer->name() + ": its snapshot at seq " + std::to_string(at.value) +
                " does not load; it is dropped, start again",
            ExitCode::Integrity);
    }
    started_from_ = at;
    taken_ = at;
    fetch_.reset();
    TRY(follower_.start_at(at));
    return begin();
}

Result<> Node::begin() {
    if (options_.only_new && !follower_.last().exists()) {
        VERIFY(deciders().empty());
        if (!follower_.tape_end().exists()) return {};  // the end has not been told yet
        taken_ = follower_.tape_end();
        TRY(follower_.start_at(taken_));
    }
    for (auto& member : members_) {
        if (member.host) member.host->begin();
    }
    begun_ = true;
    return {};
}

Result<> Node::take_ready() {
    for (int frames = 0; frames < kFramesPerStep && have_room(); ++frames) {
        const Follower::Frame* frame = follower_.front();
        if (frame == nullptr) break;
        TRY(take_frame(*frame));
        taken_ = Seq{frame->header.last_seq()};
        follower_.pop();
    }
    return {};
}

Result<> Node::take_frame(const Follower::Frame& frame) {
    RecordCursor cursor(frame.header, frame.records());
    while (TRY(cursor.next())) {
        TRY(decode_record(cursor.bytes(), recorded_));
        recorded_.seq = cursor.seq();
        recorded_.recorded_at = cursor.recorded_at();
        for (auto& member : members_) {
            if (!member.host) continue;
            member.host->take(recorded_);
            if (member.host->doubt().empty()) continue;
            const Message forget = member.producer->snapshot_put(started_from_, 0, 0, {});
            channels_.submit->send(forget.header, forget.body);
            return fail(member.host->doubt() + "; it is dropped, start again", ExitCode::Integrity);
        }
        if (observer_) observer_(recorded_);
    }
    return {};
}

/// The journal keeps what it is given whole; what a restart cuts off is not said again: there will
/// be another snapshot.
void Node::send_snapshots() {
    for (auto& member : members_) {
        if (!member.host) continue;
        if (auto snapshot = member.host->take_snapshot()) {
            member.keeping = std::move(snapshot);
            member.kept = 0;
        }
        if (!member.keeping) continue;
        if (!member.producer->ready()) {
            member.keeping.reset();
            continue;
        }
        const std::string& state = member.keeping->state;
        const auto chunk = std::string_view(state).substr(member.kept, kSnapshotChunk);
        const Message put =
            member.producer->snapshot_put(member.keeping->at, member.kept, state.size(), chunk);
        if (!channels_.submit->send(put.header, put.body)) continue;
        member.kept += chunk.size();
        if (member.kept == state.size()) member.keeping.reset();
    }
}

std::optional<Witness> Node::witness() const {
    if (!begun_ || !taken_.exists() || taken_ != follower_.last() || members_.empty()) {
        return std::nullopt;
    }
    const Welcome& welcome = *members_.front().producer->first_welcome();
    if (welcome.lockstep || follower_.last_hash() == Hash{}) return std::nullopt;
    return Witness{
        .tape_id = welcome.tape_id,
        .epoch = follower_.epoch(),
        .seq = taken_,
        .hash = follower_.last_hash()};
}

std::string Node::quarantine() const {
    for (const auto& member : members_) {
        if (!member.producer->quarantine().empty()) return member.producer->quarantine();
    }
    return {};
}

void Node::send(Duration monotonic) {
    const bool hello_lost = monotonic - hello_sent_at_ > kHelloRetry;
    for (auto& member : members_) {
        if (hello_lost && !member.producer->ready()) member.producer->journal_restarted();
        while (auto message =
                   member.producer->next_message(follower_.last(), follower_.last_hash())) {
            if (!channels_.submit->send(message->header, message->body)) break;
            member.producer->sent();
            if (message->header.type == MessageType::Hello) hello_sent_at_ = monotonic;
        }
    }
    send_snapshots();
    // Before we know from where to read, history is not asked for.
    if (auto request = begun_ ? follower_.next_request(monotonic) : std::nullopt) {
        if (!channels_.replay->send(request->header, request->body)) follower_.forget_request();
    }
    send_beats(monotonic);
}

/// In lockstep the journal waits to hear that a frame is decided; else a beat says that we live. A
/// beat goes behind the APPENDs it speaks of, on the same socket. It begins before we do: a long
/// loading is no silence, and whoever is taken over meanwhile is told.
void Node::send_beats(Duration monotonic) {
    const bool due = monotonic - last_beat_ >= kBeatInterval;
    for (auto& member : members_) {
        if (!member.producer->ready()) {
            member.beaten = Seq{};
            continue;
        }
        const bool lockstep = member.producer->first_welcome()->lockstep;
        const Seq decided = member.host ? member.host->decided() : taken_;
        const bool news =
            lockstep && member.host && decided > member.beaten && follower_.front() == nullptr;
        if (!due && !news) continue;
        const Message beat = member.producer->beat(taken_, decided, monotonic);
        if (channels_.submit->send(beat.header, beat.body)) member.beaten = decided;
    }
    if (due) last_beat_ = monotonic;
}

void Node::leave() {
    for (auto& member : members_) {
        if (!member.producer->ready()) continue;
        const Message bye = member.producer->bye();
        channels_.submit->send(bye.header, bye.body);
    }
}

}  // namespace tapedeck::tape
