#include "tape/node.h"

#include "base/verify.h"
#include "tape/records.h"
#include "tape/socket.h"

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
    return connect(options, std::make_unique<ZmqTransport>());
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
    TRY(take_ready());
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
        TRY(follower_.on_replay(header, received->body));
    }
    return {};
}

Result<> Node::take_ready() {
    if (!begun_) {
        if (!all_welcomed()) return {};
        for (auto& member : members_) {
            if (member.host) member.host->begin();
        }
        begun_ = true;
    }
    for (int frames = 0; frames < kFramesPerStep && have_room(); ++frames) {
        const Follower::Frame* frame = follower_.front();
        if (frame == nullptr) break;
        RecordCursor cursor(frame->header, frame->records());
        while (TRY(cursor.next())) {
            TRY(decode_record(cursor.bytes(), recorded_));
            recorded_.seq = cursor.seq();
            recorded_.recorded_at = cursor.recorded_at();
            for (auto& member : members_) {
                if (member.host) member.host->take(recorded_);
            }
            if (observer_) observer_(recorded_);
        }
        taken_ = Seq{frame->header.last_seq()};
        follower_.pop();
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
    if (auto request = follower_.next_request(monotonic)) {
        if (!channels_.replay->send(request->header, request->body)) follower_.forget_request();
    }
    send_beats(monotonic);
}

/// In lockstep the journal waits to hear that a frame is decided; else a beat says that we live. A
/// beat goes behind the APPENDs it speaks of, on the same socket.
void Node::send_beats(Duration monotonic) {
    if (!begun_) return;
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
        const Message beat = member.producer->beat(taken_, decided);
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
