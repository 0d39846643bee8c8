#include "tape/client.h"

#include "events/codec.h"
#include "events/wire.h"
#include "tape/producer.h"
#include "tape/records.h"

#include <array>

namespace tapedeck::tape {

using namespace std::chrono_literals;

namespace {

constexpr Duration kPoll = 50ms;
constexpr Duration kAskAgain = 250ms;

std::string unreachable(const std::string& run_directory) {
    return "no journal answers in " + run_directory +
           ": is the stack running? Start it with `tapedeck up`, or name another with --home";
}

}  // namespace

Result<std::unique_ptr<Client>> Client::connect(const Options& options) {
    Endpoints endpoints = TRY(Endpoints::in(options.run_directory));
    auto context = std::make_unique<Context>();
    Socket replay = TRY(Socket::connect(*context, Socket::Kind::Dealer, endpoints.replay));
    std::unique_ptr<Client> client(
        new Client(options, std::move(context), std::move(endpoints), std::move(replay)));
    TRY(client->ask());
    return client;
}

Client::Client(
    Options options, std::unique_ptr<Context> context, Endpoints endpoints, Socket replay)
    : options_(std::move(options)),
      context_(std::move(context)),
      endpoints_(std::move(endpoints)),
      replay_(std::move(replay)) {}

Result<std::optional<Message>> Client::receive(Socket& socket, Duration deadline) {
    Socket* const sockets[] = {&socket};
    while (true) {
        if (auto received = socket.receive()) {
            const Header header = TRY(decode_header(received->header, received->body));
            return Message{header, std::move(received->body)};
        }
        const Duration now = options_.clock();
        if (now >= deadline) return std::nullopt;
        Socket::wait(sockets, std::min<Duration>(deadline - now, kPoll));
    }
}

Result<Welcome> Client::ask() {
    const Duration deadline = options_.clock() + options_.patience;
    Hello hello;
    std::string body;
    wire::put_message(body, hello);
    while (options_.clock() < deadline) {
        // Said again until it is answered: the answer is lost when the pipe is full of a read that
        // was left in its middle.
        if (!replay_.send({.type = MessageType::Hello}, body)) {
            Socket* const sockets[] = {&replay_};
            Socket::wait(sockets, 10ms);
            continue;
        }
        const Duration said = options_.clock();
        while (auto message = TRY(receive(replay_, std::min(deadline, said + kAskAgain)))) {
            if (message->header.type != MessageType::Welcome) continue;
            Welcome welcome;
            if (!wire::get_message(message->body, welcome)) {
                return fail("the journal's WELCOME does not parse", ExitCode::Integrity);
            }
            tape_end_ = Seq{message->header.a};
            return welcome;
        }
    }
    return fail(unreachable(options_.run_directory), ExitCode::Unreachable);
}

Result<> Client::read(
    Seq from, Seq to, const std::function<Result<bool>(const Follower::Frame&)>& visit) {
    if (to < from || !from.exists()) return {};
    // A read that begins within a frame gets that frame whole.
    Header request{.type = MessageType::ReplayRequest};
    request.a = from.value;
    request.b = to.value;
    request.c = Follower::kCreditBytes;
    // Answers to an earlier read that was left in its middle may still come: they have another tag.
    request.producer = ++read_tag_;
    if (!replay_.send(request, {})) {
        return fail(unreachable(options_.run_directory), ExitCode::Unreachable);
    }
    std::uint64_t to_give = 0;
    std::optional<FrameHeader> last;
    while (true) {
        const auto message = TRY(receive(replay_, options_.clock() + options_.patience));
        if (!message) return fail(unreachable(options_.run_directory), ExitCode::Unreachable);
        if (message->header.producer != read_tag_) continue;
        if (message->header.type == MessageType::Nack) {
            return fail(message->body, ExitCode::Integrity);
        }
        if (message->header.type == MessageType::ReplayEnd) return {};
        if (message->header.type != MessageType::ReplayData) continue;
        std::string_view records;
        const FrameHeader header = TRY(decode_frame(message->body, records));
        if (last && (header.first_seq != last->last_seq() + 1 || header.prev_hash != last->hash)) {
            return fail(
                "frame at seq " + std::to_string(header.first_seq) +
                    " does not link to the frame before it",
                ExitCode::Integrity);
        }
        last = header;
        if (!TRY(visit(Follower::Frame{header, message->body}))) {
            // An empty range: the journal need not send the rest.
            Header enough{.type = MessageType::ReplayRequest};
            enough.a = 1;
            enough.producer = ++read_tag_;
            replay_.send(enough, {});
            return {};
        }
        if (header.last_seq() >= to.value) return {};
        to_give += message->body.size();
        if (to_give < Follower::kCreditBytes / 2) continue;
        Header credit{.type = MessageType::Credit};
        credit.a = std::exchange(to_give, 0);
        if (!replay_.send(credit, {})) to_give = credit.a;
    }
}

Result<> Client::follow(
    Seq from, Duration turn, const std::function<Result<bool>(const Follower::Frame*)>& visit) {
    Socket live = TRY(Socket::connect(*context_, Socket::Kind::Subscriber, endpoints_.live));
    Socket replay = TRY(Socket::connect(*context_, Socket::Kind::Dealer, endpoints_.replay));
    Follower follower(from);
    Duration heard = options_.clock();
    Duration turned = heard;
    while (true) {
        const Duration now = options_.clock();
        if (auto request = follower.next_request(now)) {
            if (!replay.send(request->header, request->body)) follower.forget_request();
        }
        Socket* const sockets[] = {&live, &replay};
        if (follower.front() == nullptr) Socket::wait(sockets, std::min(turn, kPoll));
        while (auto received = live.receive()) {
            heard = now;
            const Header header = TRY(decode_header(received->header, received->body));
            TRY(follower.on_live(header, received->body));
        }
        while (auto received = replay.receive()) {
            const Header header = TRY(decode_header(received->header, received->body));
            TRY(follower.on_replay(header, received->body));
        }
        while (const Follower::Frame* frame = follower.front()) {
            if (!TRY(visit(frame))) return {};
            follower.pop();
        }
        if (now - turned >= turn) {
            turned = now;
            if (!TRY(visit(nullptr))) return {};
        }
        if (now - heard > options_.patience + 10s) {
            return fail("the journal has fallen silent", ExitCode::Unreachable);
        }
    }
}

Result<Seq> Client::submit(const Event& event, const std::string& build, const std::string& name) {
    Socket submit = TRY(Socket::connect(*context_, Socket::Kind::Dealer, endpoints_.submit_high));
    Hello hello;
    hello.name = name;
    hello.build = build;
    Producer producer(hello);
    const Duration deadline = options_.clock() + options_.patience;
    bool said = false;
    while (options_.clock() < deadline) {
        if (auto message = producer.next_message({}, {})) {
            if (submit.send(message->header, message->body)) producer.sent();
        }
        const auto answer = TRY(receive(submit, std::min(deadline, options_.clock() + kPoll)));
        if (!answer) continue;
        if (auto done = producer.receive(answer->header, answer->body); !done) {
            return fail(done.error().message, done.error().exit_code);
        }
        if (producer.ready() && !said) {
            const Producer::Item item{&event, {}};
            producer.append({}, {}, {&item, 1});
            said = true;
        } else if (said && producer.is_drained()) {
            const Seq seq{answer->header.b};
            const Message bye = producer.bye();
            submit.send(bye.header, bye.body);
            return seq;
        }
    }
    return fail(
        "the journal has not confirmed " + std::string(event.name()) + " within " +
            to_string(options_.patience) +
            ": it may or may not be on the tape; look with `tapedeck tail`",
        said ? ExitCode::OutcomeUnknown : ExitCode::Unreachable);
}

Result<bool> for_each_record(
    const FrameHeader& header,
    std::string_view records,
    const std::function<bool(std::uint16_t type)>& wanted,
    const std::function<bool(const Recorded&)>& visit) {
    Recorded recorded;
    RecordCursor cursor(header, records);
    while (TRY(cursor.next())) {
        const std::uint16_t type = cursor.prefix().type;
        if (!is_known_type(type) || !wanted(type)) continue;
        TRY(decode_record(cursor.bytes(), recorded));
        recorded.seq = cursor.seq();
        recorded.recorded_at = cursor.recorded_at();
        if (!visit(recorded)) return false;
    }
    return true;
}

}  // namespace tapedeck::tape
