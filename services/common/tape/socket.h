#pragma once

#include "base/expected.h"
#include "base/time.h"
#include "tape/format.h"
#include "tape/transport.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// ZeroMQ, wrapped once: the sockets of Tape Protocol with the options that docs/tape-protocol.md
/// asks for. A socket belongs to the thread that made it.
namespace tapedeck::tape {

/// The four endpoints of a journal, as Unix sockets in a run directory.
struct Endpoints {
    std::string submit_high;
    std::string submit_low;
    std::string live;
    std::string replay;

    /// An error when the directory's path is too long for a Unix socket.
    static Result<Endpoints> in(const std::string& run_directory);
};

class Context {
public:
    Context();
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    void* raw() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

class Socket final : public Channel {
public:
    /// ROUTER and XPUB. The error names the endpoint.
    static Result<Socket> bind(Context& context, Kind kind, const std::string& endpoint);
    /// DEALER and SUB. Connecting never fails for want of a peer: it is retried for ever.
    static Result<Socket> connect(Context& context, Kind kind, const std::string& endpoint);

    Socket(Socket&&) noexcept;
    Socket& operator=(Socket&&) noexcept;
    ~Socket() override;

    /// Messages of another shape than header and body are dropped.
    std::optional<Received> receive() override;
    bool send(const Header& header, std::string_view body, std::string_view peer = {}) override;
    bool take_subscription() override;

    /// Waits until one of `sockets` may be read, at most `longest` (rounded up to 1 ms).
    static void wait(std::span<Socket* const> sockets, Duration longest);

private:
    struct Impl;
    friend class ZmqTransport;
    explicit Socket(std::unique_ptr<Impl> impl);
    static Result<Socket> make(Context& context, Kind kind);

    std::unique_ptr<Impl> impl_;
};

/// ZeroMQ as the transport of a process.
class ZmqTransport final : public Transport {
public:
    /// wait() also ends when `wake` (a descriptor, −1 = none) is readable.
    explicit ZmqTransport(int wake = -1) : wake_(wake) {}

    Result<std::unique_ptr<Channel>> bind(Channel::Kind kind, const std::string& endpoint) override;
    Result<std::unique_ptr<Channel>> connect(
        Channel::Kind kind, const std::string& endpoint) override;
    void wait(std::span<Channel* const> channels, Duration longest) override;

private:
    Context context_;
    int wake_;
};

}  // namespace tapedeck::tape
