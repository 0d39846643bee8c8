#include "journal/shell/server.h"

#include "base/verify.h"

#include <array>
#include <utility>

namespace tapedeck::journal {

using namespace std::chrono_literals;
using tape::Header;
using tape::MessageType;
using tape::Socket;

namespace {

constexpr Duration kWatermarkInterval = 100ms;
/// A reader whose queue has been full so long is gone.
constexpr Duration kReaderPatience = 5s;
/// The ring of recent frames, for holes and late joiners.
constexpr std::size_t kRecentBytes = std::size_t{8} * 1024 * 1024;
/// History served to one reader before the submit sockets get their turn again.
constexpr std::size_t kSliceBytes = std::size_t{512} * 1024;
constexpr std::size_t kReadersMax = 256;
constexpr int kHighMessages = 1024;
constexpr int kLowMessages = 256;
/// An idle journal moves the WAL into the file after so many commits, before SQLite must.
constexpr std::uint64_t kCheckpointFrames = 1000;

}  // namespace

Result<Server> Server::bind(
    const std::string& run_directory, FrameStore store, SequencerOptions options) {
    const tape::Endpoints endpoints = TRY(tape::Endpoints::in(run_directory));
    auto context = std::make_unique<tape::Context>();
    std::vector<Socket> sockets;
    sockets.push_back(TRY(Socket::bind(*context, Socket::Kind::Router, endpoints.submit_high)));
    sockets.push_back(TRY(Socket::bind(*context, Socket::Kind::Router, endpoints.submit_low)));
    sockets.push_back(TRY(Socket::bind(*context, Socket::Kind::Publisher, endpoints.live)));
    sockets.push_back(TRY(Socket::bind(*context, Socket::Kind::Router, endpoints.replay)));
    return Server(std::move(context), std::move(store), std::move(options), std::move(sockets));
}

Server::Server(
    std::unique_ptr<tape::Context> context,
    FrameStore store,
    SequencerOptions options,
    std::vector<Socket> sockets)
    : context_(std::move(context)),
      store_(std::move(store)),
      sequencer_(std::move(options), store_.position()),
      high_(std::move(sockets[0])),
      low_(std::move(sockets[1])),
      live_(std::move(sockets[2])),
      replay_(std::move(sockets[3])) {}

Result<> Server::step(Time wall, Duration monotonic, Duration longest) {
    receive_submits(high_, Peer::Lane::High, kHighMessages, monotonic);
    receive_submits(low_, Peer::Lane::Low, kLowMessages, monotonic);
    receive_replay_requests(monotonic);
    sequencer_.advance(wall, monotonic);
    const bool committed = TRY(commit_one());
    send_replies();
    publish_watermark(monotonic);
    const bool served = TRY(serve_history(monotonic));
    if (committed || served) return {};
    if (frames_since_checkpoint_ > kCheckpointFrames) {
        store_.checkpoint();
        frames_since_checkpoint_ = 0;
    }
    Socket* const sockets[] = {&high_, &low_, &live_, &replay_};
    Socket::wait(sockets, std::min<Duration>(longest, kWatermarkInterval));
    return {};
}

void Server::receive_submits(Socket& socket, Peer::Lane lane, int most, Duration monotonic) {
    for (int i = 0; i < most; ++i) {
        auto received = socket.receive();
        if (!received) return;
        const auto header = tape::decode_header(received->header, received->body);
        if (header) {
            sequencer_.receive({lane, received->peer}, *header, received->body, monotonic);
            continue;
        }
        ++counters_.refused;
        Header nack{.type = MessageType::Nack};
        nack.epoch = sequencer_.epoch();
        nack.a = static_cast<std::uint64_t>(tape::NackCode::BadCrc);
        nack.c = sequencer_.last_seq();
        socket.send(nack, header.error().message, received->peer);
    }
}

void Server::receive_replay_requests(Duration monotonic) {
    while (auto received = replay_.receive()) {
        const auto header = tape::decode_header(received->header, received->body);
        if (!header) {
            ++counters_.refused;
            continue;
        }
        if (header->type == MessageType::Hello) {
            const tape::Message welcome = sequencer_.welcome_reader();
            replay_.send(welcome.header, welcome.body, received->peer);
        } else if (header->type == MessageType::ReplayRequest) {
            if (readers_.size() >= kReadersMax) readers_.erase(readers_.begin());
            readers_[received->peer] = Reader{
                .next = std::max<std::uint64_t>(header->a, 1),
                .to = std::min(header->b, sequencer_.last_seq()),
                .credit = static_cast<std::int64_t>(
                    std::min<std::uint64_t>(header->c, std::uint64_t{1} << 40U)),
                .tag = header->producer,
                .stuck_since = monotonic};
        } else if (header->type == MessageType::Credit) {
            const auto found = readers_.find(received->peer);
            if (found != readers_.end()) {
                found->second.credit += static_cast<std::int64_t>(
                    std::min<std::uint64_t>(header->a, std::uint64_t{1} << 40U));
            }
        }
    }
}

Result<bool> Server::commit_one() {
    auto batch = sequencer_.next_batch();
    if (!batch) return false;
    TRY(store_.append(*batch));
    sequencer_.committed(*batch);
    ++frames_since_checkpoint_;
    ++counters_.frames;
    counters_.records += batch->header.count;
    Header header{.type = MessageType::Frame};
    header.epoch = sequencer_.epoch();
    header.count = static_cast<std::uint16_t>(batch->header.count);
    header.a = batch->header.first_seq;
    header.b = batch->header.last_seq();
    header.c = std::exchange(previous_first_seq_, batch->header.first_seq);
    std::string frame = tape::encode_frame(batch->header, batch->records);
    live_.send(header, frame);
    remember(*batch, std::move(frame));
    return true;
}

void Server::remember(const Batch& batch, std::string frame) {
    recent_bytes_ += frame.size();
    recent_.push_back({batch.header.first_seq, batch.header.last_seq(), std::move(frame)});
    while (recent_bytes_ > kRecentBytes && recent_.size() > 1) {
        recent_bytes_ -= recent_.front().bytes.size();
        recent_.pop_front();
    }
}

void Server::send_replies() {
    for (const auto& reply : sequencer_.take_replies()) {
        Socket& socket = reply.to.lane == Peer::Lane::High ? high_ : low_;
        // A reply that cannot go out is covered by the next one; a lost WELCOME by the next HELLO.
        socket.send(reply.message.header, reply.message.body, reply.to.id);
    }
}

void Server::publish_watermark(Duration monotonic) {
    const bool subscribed = live_.take_subscription();
    if (!subscribed && monotonic - last_watermark_ < kWatermarkInterval) return;
    last_watermark_ = monotonic;
    const tape::Message message = sequencer_.watermark();
    live_.send(message.header, message.body);
}

Result<bool> Server::serve_history(Duration monotonic) {
    bool served = false;
    for (auto it = readers_.begin(); it != readers_.end();) {
        Reader& reader = it->second;
        const std::uint64_t before = reader.next;
        if (reader.next <= reader.to && reader.credit > 0) TRY(serve(it->first, reader, monotonic));
        if (reader.next != before) {
            served = true;
            reader.stuck_since = monotonic;
        }
        if (reader.next > reader.to) {
            Header end{.type = MessageType::ReplayEnd};
            end.epoch = sequencer_.epoch();
            end.a = reader.to;
            end.b = reader.to;
            end.producer = reader.tag;
            const bool told = replay_.send(end, {}, it->first);
            const bool gone = monotonic - reader.stuck_since > kReaderPatience;
            it = told || gone ? readers_.erase(it) : std::next(it);
        } else if (monotonic - reader.stuck_since > kReaderPatience) {
            it = readers_.erase(it);
        } else {
            ++it;
        }
    }
    return served;
}

bool Server::send_frame(const std::string& peer, Reader& reader, std::string_view frame) {
    std::string_view records;
    const auto decoded = tape::decode_frame(frame, records);
    VERIFY(decoded.has_value());  // it was read or made by this process
    Header header{.type = MessageType::ReplayData};
    header.epoch = sequencer_.epoch();
    header.count = static_cast<std::uint16_t>(decoded->count);
    header.producer = reader.tag;
    header.a = decoded->first_seq;
    header.b = decoded->last_seq();
    header.c = static_cast<std::uint64_t>(std::max<std::int64_t>(reader.credit, 0));
    if (!replay_.send(header, frame, peer)) return false;
    reader.next = decoded->last_seq() + 1;
    reader.credit -= static_cast<std::int64_t>(frame.size());
    return reader.credit > 0;
}

Result<> Server::serve(const std::string& peer, Reader& reader, Duration) {
    std::size_t slice = 0;
    if (!recent_.empty() && reader.next >= recent_.front().first_seq) {
        for (const auto& frame : recent_) {
            if (frame.last_seq < reader.next) continue;
            if (reader.next > reader.to || slice > kSliceBytes) break;
            slice += frame.bytes.size();
            if (!send_frame(peer, reader, frame.bytes)) break;
        }
        return {};
    }
    const auto done = store_.read(reader.next, reader.to, [&](const StoredFrame& stored) {
        const std::string frame = tape::encode_frame(stored.header, stored.records);
        slice += frame.size();
        return send_frame(peer, reader, frame) && slice <= kSliceBytes;
    });
    if (done) return {};
    // Damage is never served: the reader hears which frame it is, the journal lives on.
    Header nack{.type = MessageType::Nack};
    nack.epoch = sequencer_.epoch();
    nack.a = static_cast<std::uint64_t>(tape::NackCode::Damaged);
    nack.b = reader.next;
    nack.producer = reader.tag;
    replay_.send(nack, done.error().message, peer);
    reader.next = reader.to + 1;
    return {};
}

void Server::close() {
    const tape::Message message = sequencer_.watermark();
    live_.send(message.header, message.body);
    store_.checkpoint();
}

}  // namespace tapedeck::journal
