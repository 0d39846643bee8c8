#include "journal/shell/server.h"

#include "base/verify.h"
#include "tape/socket.h"

#include <array>
#include <utility>

namespace tapedeck::journal {

using namespace std::chrono_literals;
using tape::Channel;
using tape::Header;
using tape::MessageType;

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

Result<std::unique_ptr<Server>> Server::bind(
    const std::string& run_directory, Stores stores, SequencerOptions options) {
    return bind(
        run_directory,
        std::move(stores),
        std::move(options),
        std::make_unique<tape::ZmqTransport>());
}

Result<std::unique_ptr<Server>> Server::bind(
    const std::string& run_directory,
    Stores stores,
    SequencerOptions options,
    std::unique_ptr<tape::Transport> transport) {
    const tape::Endpoints endpoints = TRY(tape::Endpoints::in(run_directory));
    Channels channels;
    channels.high = TRY(transport->bind(Channel::Kind::Router, endpoints.submit_high));
    channels.low = TRY(transport->bind(Channel::Kind::Router, endpoints.submit_low));
    channels.live = TRY(transport->bind(Channel::Kind::Publisher, endpoints.live));
    channels.replay = TRY(transport->bind(Channel::Kind::Router, endpoints.replay));
    return std::unique_ptr<Server>(new Server(
        std::move(transport), std::move(stores), std::move(options), std::move(channels)));
}

Server::Server(
    std::unique_ptr<tape::Transport> transport,
    Stores stores,
    SequencerOptions options,
    Channels channels)
    : transport_(std::move(transport)),
      stores_(std::move(stores)),
      sequencer_(with_memory(std::move(options)), stores_.frames.position()),
      channels_(std::move(channels)) {}

/// What the sequencer cannot know without the disk.
SequencerOptions Server::with_memory(SequencerOptions options) {
    options.hash_at = [this](std::uint64_t seq) { return hash_at(seq); };
    options.snapshots_of = [this](const std::string& producer, std::string_view fingerprint) {
        return stores_.snapshots.seqs(producer, fingerprint);
    };
    return options;
}

std::optional<tape::Hash> Server::hash_at(std::uint64_t seq) {
    return stores_.frames.hash_at(seq).value_or(std::nullopt);
}

/// Pieces come in order on one connection; anything else is dropped, for there will be another
/// snapshot. A cache that cannot be written is no reason to stop: it is counted.
void Server::keep_piece(const Header& header, std::string_view piece) {
    const auto speaker = sequencer_.who_speaks(header);
    if (!speaker || header.c > tape::kSnapshotMax) return;
    const Seq at{header.a};
    if (header.c == 0) {
        stores_.snapshots.forget(speaker->name, at);
        return;
    }
    Arriving& arriving = arriving_[header.producer];
    if (header.b == 0) arriving = {at, {}};
    if (arriving.at != at || arriving.state.size() != header.b) return;
    arriving.state.append(piece);
    if (arriving.state.size() < header.c) return;
    const bool whole = arriving.state.size() == header.c;
    const bool kept =
        whole &&
        stores_.snapshots.keep(speaker->name, speaker->fingerprint, at, arriving.state).has_value();
    if (!kept) ++counters_.snapshots_lost;
    arriving_.erase(header.producer);
}

void Server::give_piece(const std::string& peer, const Header& header) {
    const auto speaker = sequencer_.who_speaks(header);
    if (!speaker) return;
    const Seq at{header.a};
    if (leaving_.producer != speaker->name || leaving_.at != at) {
        leaving_ = {speaker->name, at, stores_.snapshots.state(speaker->name, at).value_or("")};
    }
    const auto piece =
        std::string_view(leaving_.state)
            .substr(std::min<std::size_t>(header.b, leaving_.state.size()), tape::kSnapshotChunk);
    Header answer{.type = MessageType::SnapshotData};
    answer.epoch = sequencer_.epoch();
    answer.producer = header.producer;
    answer.a = header.a;
    answer.b = header.b;
    answer.c = leaving_.state.size();
    channels_.replay->send(answer, piece, peer);
    // The last piece: the memory is better used otherwise.
    if (header.b + piece.size() >= leaving_.state.size()) leaving_ = {};
}

Result<> Server::step(Time wall, Duration monotonic, Duration longest) {
    receive_submits(*channels_.high, Peer::Lane::High, kHighMessages, monotonic);
    receive_submits(*channels_.low, Peer::Lane::Low, kLowMessages, monotonic);
    receive_replay_requests(monotonic);
    sequencer_.advance(wall, monotonic);
    const bool committed = TRY(commit_one());
    TRY(tend_store(monotonic));
    send_replies();
    publish_watermark(monotonic);
    const bool served = TRY(serve_history(monotonic));
    if (committed || served) return {};
    if (frames_since_checkpoint_ > kCheckpointFrames) {
        stores_.frames.checkpoint();
        frames_since_checkpoint_ = 0;
    }
    Channel* const all[] = {
        channels_.high.get(), channels_.low.get(), channels_.live.get(), channels_.replay.get()};
    transport_->wait(all, std::min<Duration>(longest, kWatermarkInterval));
    return {};
}

void Server::receive_submits(Channel& channel, Peer::Lane lane, int most, Duration monotonic) {
    for (int i = 0; i < most; ++i) {
        auto received = channel.receive();
        if (!received) return;
        const auto header = tape::decode_header(received->header, received->body);
        if (header && header->type == MessageType::SnapshotPut) {
            keep_piece(*header, received->body);
            continue;
        }
        if (header) {
            sequencer_.receive({lane, received->peer}, *header, received->body, monotonic);
            continue;
        }
        ++counters_.refused;
        Header nack{.type = MessageType::Nack};
        nack.epoch = sequencer_.epoch();
        nack.a = static_cast<std::uint64_t>(tape::NackCode::BadCrc);
        nack.c = sequencer_.last_seq();
        channel.send(nack, header.error().message, received->peer);
    }
}

void Server::receive_replay_requests(Duration monotonic) {
    while (auto received = channels_.replay->receive()) {
        const auto header = tape::decode_header(received->header, received->body);
        if (!header) {
            ++counters_.refused;
            continue;
        }
        if (header->type == MessageType::Hello) {
            const tape::Message welcome = sequencer_.welcome_reader();
            channels_.replay->send(welcome.header, welcome.body, received->peer);
        } else if (header->type == MessageType::SnapshotGet) {
            give_piece(received->peer, *header);
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
    TRY(stores_.frames.append(*batch));
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
    channels_.live->send(header, frame);
    remember(*batch, std::move(frame));
    return true;
}

/// What the store has done to its files is told to the tape with the next frame.
Result<> Server::tend_store(Duration monotonic) {
    FrameStore& frames = stores_.frames;
    // What lies before the oldest snapshot no restart reads.
    if (const auto oldest = stores_.snapshots.oldest()) {
        frames.allow_retention_before(oldest->value);
    }
    TRY(frames.tend(monotonic));
    for (auto& event : frames.take_events()) sequencer_.record(std::move(event));
    sequencer_.refuse_market_data(frames.is_low());
    return {};
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
        const auto& channel = reply.to.lane == Peer::Lane::High ? channels_.high : channels_.low;
        // A reply that cannot go out is covered by the next one; a lost WELCOME by the next HELLO.
        channel->send(reply.message.header, reply.message.body, reply.to.id);
    }
}

void Server::publish_watermark(Duration monotonic) {
    const bool subscribed = channels_.live->take_subscription();
    if (!subscribed && monotonic - last_watermark_ < kWatermarkInterval) return;
    last_watermark_ = monotonic;
    const tape::Message message = sequencer_.watermark();
    channels_.live->send(message.header, message.body);
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
            const bool told = channels_.replay->send(end, {}, it->first);
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
    if (!channels_.replay->send(header, frame, peer)) return false;
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
    const auto done = stores_.frames.read(reader.next, reader.to, [&](const StoredFrame& stored) {
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
    channels_.replay->send(nack, done.error().message, peer);
    reader.next = reader.to + 1;
    return {};
}

void Server::close() {
    const tape::Message message = sequencer_.watermark();
    channels_.live->send(message.header, message.body);
    stores_.frames.checkpoint();
}

}  // namespace tapedeck::journal
