#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "tape/format.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The seam between Tape Protocol and what carries it: ZeroMQ in production (tape/socket.h), memory
/// under a seed in the simulation.
namespace tapedeck::tape {

/// One end of a connection that carries whole messages of header and body. Sending never blocks and
/// may fail; what was sent may be lost with the peer or, from a publisher, at a full queue.
class Channel {
public:
    enum class Kind { Router, Dealer, Publisher, Subscriber };

    struct Received {
        std::string peer;  ///< a ROUTER's; opaque
        std::string header;
        std::string body;
    };

    virtual ~Channel() = default;

    /// The next message, or nothing.
    virtual std::optional<Received> receive() = 0;

    /// Whether it went out whole; false when the peer's queue is full or it is gone.
    virtual bool send(const Header& header, std::string_view body, std::string_view peer = {}) = 0;

    /// A publisher's next subscription, as a flag: somebody new is listening.
    virtual bool take_subscription() = 0;

protected:
    Channel() = default;
    Channel(const Channel&) = default;
    Channel& operator=(const Channel&) = default;
    Channel(Channel&&) = default;
    Channel& operator=(Channel&&) = default;
};

/// Makes channels and waits for them. It outlives them.
class Transport {
public:
    virtual ~Transport() = default;

    /// ROUTER and Publisher. The error names the endpoint.
    virtual Result<std::unique_ptr<Channel>> bind(
        Channel::Kind kind, const std::string& endpoint) = 0;

    /// DEALER and Subscriber. Never fails for want of a peer: it is retried for ever.
    virtual Result<std::unique_ptr<Channel>> connect(
        Channel::Kind kind, const std::string& endpoint) = 0;

    /// Waits until one of `channels`, all of this transport, may be read, at most `longest`.
    virtual void wait(std::span<Channel* const> channels, Duration longest) = 0;

protected:
    Transport() = default;
    Transport(const Transport&) = default;
    Transport& operator=(const Transport&) = default;
    Transport(Transport&&) = default;
    Transport& operator=(Transport&&) = default;
};

}  // namespace tapedeck::tape
