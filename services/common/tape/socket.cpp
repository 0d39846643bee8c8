#include "tape/socket.h"

#include <sys/un.h>
#include <zmq.hpp>

#include <algorithm>
#include <vector>

namespace tapedeck::tape {

namespace {

constexpr int kSubmitMark = 1024;
constexpr int kLiveMark = 2048;
constexpr std::int64_t kMessageMax = static_cast<std::int64_t>(kMaxAppendBytes) + 4096;

zmq::socket_type type_of(Channel::Kind kind) {
    switch (kind) {
        case Socket::Kind::Router: return zmq::socket_type::router;
        case Socket::Kind::Dealer: return zmq::socket_type::dealer;
        case Socket::Kind::Publisher: return zmq::socket_type::xpub;
        case Socket::Kind::Subscriber: return zmq::socket_type::sub;
    }
    return zmq::socket_type::dealer;
}

void set_common(zmq::socket_t& socket, int mark) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::sndhwm, mark);
    socket.set(zmq::sockopt::rcvhwm, mark);
    socket.set(zmq::sockopt::heartbeat_ivl, 500);
    socket.set(zmq::sockopt::heartbeat_timeout, 1500);
    socket.set(zmq::sockopt::heartbeat_ttl, 3000);
    socket.set(zmq::sockopt::reconnect_ivl, 50);
    socket.set(zmq::sockopt::reconnect_ivl_max, 1000);
}

}  // namespace

Result<Endpoints> Endpoints::in(const std::string& run_directory) {
    const Endpoints endpoints{
        .submit_high = "ipc://" + run_directory + "/submit-high.ipc",
        .submit_low = "ipc://" + run_directory + "/submit-low.ipc",
        .live = "ipc://" + run_directory + "/live.ipc",
        .replay = "ipc://" + run_directory + "/replay.ipc"};
    const std::size_t longest = sizeof(sockaddr_un::sun_path) - 1 + std::string("ipc://").size();
    if (endpoints.submit_high.size() > longest) {
        return fail(
            run_directory + ": the path is too long for a Unix socket (at most " +
                std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
                " characters with the socket's name): choose a shorter --home",
            ExitCode::Configuration);
    }
    return endpoints;
}

struct Context::Impl {
    zmq::context_t context{1};
};

Context::Context() : impl_(std::make_unique<Impl>()) {}

Context::~Context() = default;

void* Context::raw() const {
    return &impl_->context;
}

struct Socket::Impl {
    zmq::socket_t socket;
    Kind kind;
};

Socket::Socket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() = default;

Result<Socket> Socket::make(Context& context, Kind kind) {
    try {
        auto& raw = *static_cast<zmq::context_t*>(context.raw());
        auto impl = std::make_unique<Impl>(Impl{zmq::socket_t(raw, type_of(kind)), kind});
        const bool live = kind == Kind::Publisher || kind == Kind::Subscriber;
        set_common(impl->socket, live ? kLiveMark : kSubmitMark);
        if (kind == Kind::Router) {
            impl->socket.set(zmq::sockopt::router_mandatory, 1);
            impl->socket.set(zmq::sockopt::router_handover, 1);
            impl->socket.set(zmq::sockopt::maxmsgsize, kMessageMax);
        }
        if (kind == Kind::Dealer) impl->socket.set(zmq::sockopt::immediate, 1);
        if (kind == Kind::Publisher) impl->socket.set(zmq::sockopt::xpub_verbose, 1);
        // One empty prefix: subscriptions are messages too, and a lost one is lost for ever.
        if (kind == Kind::Subscriber) impl->socket.set(zmq::sockopt::subscribe, "");
        return Socket(std::move(impl));
    } catch (const zmq::error_t& error) {
        return fail(std::string("cannot make a socket: ") + error.what());
    }
}

Result<Socket> Socket::bind(Context& context, Kind kind, const std::string& endpoint) {
    Socket socket = TRY(make(context, kind));
    try {
        socket.impl_->socket.bind(endpoint);
        return socket;
    } catch (const zmq::error_t& error) {
        return fail(
            endpoint + ": cannot bind: " + error.what() +
            "; is the directory there and writable, and no other journal using it?");
    }
}

Result<Socket> Socket::connect(Context& context, Kind kind, const std::string& endpoint) {
    Socket socket = TRY(make(context, kind));
    try {
        socket.impl_->socket.connect(endpoint);
        return socket;
    } catch (const zmq::error_t& error) {
        return fail(endpoint + ": cannot connect: " + error.what());
    }
}

std::optional<Socket::Received> Socket::receive() {
    auto& socket = impl_->socket;
    while (true) {
        Received received;
        zmq::message_t part;
        if (!socket.recv(part, zmq::recv_flags::dontwait)) return std::nullopt;
        if (impl_->kind == Kind::Router) {
            received.peer = part.to_string();
            if (!part.more() || !socket.recv(part, zmq::recv_flags::none)) continue;
        }
        bool is_one = true;
        zmq::message_t rest;
        for (bool more = part.more(); more; more = rest.more()) {
            is_one = false;
            if (!socket.recv(rest, zmq::recv_flags::none)) break;
        }
        const std::string_view bytes = part.to_string_view();
        if (!is_one || bytes.size() < Header::kSize) continue;
        received.header = bytes.substr(0, Header::kSize);
        received.body = bytes.substr(Header::kSize);
        return received;
    }
}

/// One part: a peer that dies while we are between two of them would end us, too (libzmq asserts
/// in fq.cpp that the second follows, and with ZMQ_IMMEDIATE a lost connection drops its pipe).
bool Socket::send(const Header& header, std::string_view body, std::string_view peer) {
    auto& socket = impl_->socket;
    const std::string head = encode_header(header, body);
    zmq::message_t message(head.size() + body.size());
    std::copy(head.begin(), head.end(), message.data<char>());
    std::copy(body.begin(), body.end(), message.data<char>() + head.size());
    const auto more = zmq::send_flags::sndmore | zmq::send_flags::dontwait;
    try {
        if (impl_->kind == Kind::Router && !socket.send(zmq::buffer(peer), more)) return false;
        return socket.send(message, zmq::send_flags::dontwait).has_value();
    } catch (const zmq::error_t&) {
        return false;  // EHOSTUNREACH: the peer is gone
    }
}

bool Socket::take_subscription() {
    zmq::message_t message;
    bool subscribed = false;
    while (impl_->socket.recv(message, zmq::recv_flags::dontwait)) {
        subscribed = subscribed || (!message.empty() && *message.data<char>() == 1);
    }
    return subscribed;
}

namespace {

void poll(std::vector<zmq::pollitem_t>& items, Duration longest) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(longest);
    try {
        zmq::poll(items, std::max(wait, std::chrono::milliseconds(0)));
    } catch (const zmq::error_t&) {
        // EINTR: a signal; the caller's loop looks at its flags.
    }
}

}  // namespace

void Socket::wait(std::span<Socket* const> sockets, Duration longest) {
    std::vector<zmq::pollitem_t> items;
    items.reserve(sockets.size());
    for (Socket* socket : sockets) {
        items.push_back({socket->impl_->socket.handle(), 0, ZMQ_POLLIN, 0});
    }
    poll(items, longest);
}

Result<std::unique_ptr<Channel>> ZmqTransport::bind(
    Channel::Kind kind, const std::string& endpoint) {
    return std::make_unique<Socket>(TRY(Socket::bind(context_, kind, endpoint)));
}

Result<std::unique_ptr<Channel>> ZmqTransport::connect(
    Channel::Kind kind, const std::string& endpoint) {
    return std::make_unique<Socket>(TRY(Socket::connect(context_, kind, endpoint)));
}

void ZmqTransport::wait(std::span<Channel* const> channels, Duration longest) {
    std::vector<zmq::pollitem_t> items;
    items.reserve(channels.size() + 1);
    if (wake_ >= 0) items.push_back({nullptr, wake_, ZMQ_POLLIN, 0});
    for (Channel* channel : channels) {
        // Ours by contract: this transport has made it.
        const auto& socket = static_cast<const Socket&>(*channel);
        items.push_back({socket.impl_->socket.handle(), 0, ZMQ_POLLIN, 0});
    }
    poll(items, longest);
}

}  // namespace tapedeck::tape
