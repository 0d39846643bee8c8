#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// HTTPS and WebSocket over TLS to venues, as a client. What happens on the wire comes out of one
/// queue, so that whoever uses it is a function of what it was told, and a test tells it anything.
namespace tapedeck::net {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";  ///< path and query
    Headers headers{};         ///< besides Host, Connection and Content-Length
    std::string body{};
};

struct HttpReply {
    unsigned status = 0;
    Headers headers{};
    std::string body{};
};

/// Of a request or a socket, for as long as the wire lives; never given twice, never 0.
using WireId = std::uint64_t;

/// The whole answer was read.
struct HttpAnswered {
    WireId id = 0;
    HttpReply reply;
};

/// There is no answer, or not all of it. With `was_written` some of the request's bytes may have
/// left: whether it took effect is unknown. Without it, not one byte was handed to the kernel.
struct HttpFailed {
    WireId id = 0;
    bool was_written = false;
    std::string why;
};

struct SocketOpened {
    WireId id = 0;
};

struct SocketText {
    WireId id = 0;
    std::string text;
};

/// It could not be opened, or it is gone; nothing more comes of it.
struct SocketClosed {
    WireId id = 0;
    std::string why;
};

struct WireEvent {
    std::variant<HttpAnswered, HttpFailed, SocketOpened, SocketText, SocketClosed> what;
    Duration received{};  ///< CLOCK_MONOTONIC, taken when the bytes were read
};

struct WireOptions {
    /// PEM file of certificates that are trusted besides the system's. Certificate and host name
    /// are always verified.
    std::string ca_file{};
    std::string user_agent = "tapedeck";
    Duration connect_timeout{std::chrono::seconds(5)};  ///< name, TCP, TLS, WebSocket, in all
    /// A socket that says nothing for so long is pinged, and closed after as long again.
    Duration idle_timeout{std::chrono::seconds(20)};
    std::size_t connections_max = 4;             ///< kept open for HTTP, a host
    std::size_t message_bytes_max = 16U << 20U;  ///< of a message or a body
    /// When so many bytes wait to be taken, no more is read from the sockets.
    std::size_t queue_bytes_max = 64U << 20U;
};

/// Not for several threads at once; its own thread does the work behind it.
class Wire {
public:
    virtual ~Wire() = default;

    /// Sends to `origin` ("https://host" or "https://host:port") over a kept connection where there
    /// is one that is idle. Never repeats a request of its own accord once a byte of it was
    /// written. One HttpAnswered or HttpFailed follows, within `timeout` from now.
    virtual WireId request(const std::string& origin, HttpRequest request, Duration timeout) = 0;

    /// Opens `url` ("wss://host/path", port if other than 443). SocketOpened or SocketClosed
    /// follows.
    virtual WireId open(const std::string& url) = 0;

    /// One text message. False if the socket is not open, or if more than message_bytes_max wait to
    /// be sent: then nothing was. True is no promise that it arrives.
    virtual bool send(WireId socket, std::string text) = 0;

    /// Closes in good order; SocketClosed follows unless it has come.
    virtual void close(WireId socket) = 0;

    /// The oldest event not yet taken.
    virtual std::optional<WireEvent> next() = 0;

    /// Readable while next() has something: for poll(2).
    virtual int wake_descriptor() const = 0;

protected:
    Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
};

/// Starts the thread. Errors: the CA file cannot be read or holds no certificate.
Result<std::unique_ptr<Wire>> start_wire(const WireOptions& options);

}  // namespace tapedeck::net
