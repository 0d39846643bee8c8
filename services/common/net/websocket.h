#pragma once

#include "net/http_reader.h"
#include "net/tls_stream.h"
#include "net/wire_sink.h"

#include <boost/beast/http/message.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

// For this folder alone.
namespace tapedeck::net {

/// What the user's thread and the I/O thread both know of a socket.
struct SocketGate {
    std::atomic<bool> is_open = false;
    std::atomic<std::size_t> waiting_bytes = 0;  ///< to be sent

    /// The user's side of send(): room for these bytes is taken, or there is none.
    bool reserve(std::size_t bytes, std::size_t bytes_max) {
        if (!is_open || waiting_bytes + bytes > bytes_max) return false;
        waiting_bytes += bytes;
        return true;
    }
};

struct SocketSettings {
    WireId id = 0;
    std::string peer;  ///< for `why`
    std::string user_agent;
    std::size_t message_bytes_max = 0;
    Duration idle_timeout{};  ///< 0 = a silent socket is left alone
    Duration patience{};      ///< for accepting and for closing
    std::shared_ptr<SocketGate> gate;
};

/// Either end of a WebSocket over a TLS stream. SocketOpened, then SocketText, then SocketClosed
/// go to the sink. All of it is of the I/O thread. This is a wall: Beast's WebSocket costs 15
/// seconds and a gigabyte for each file that compiles it.
class WebSocket {
public:
    static std::shared_ptr<WebSocket> make(
        std::unique_ptr<TlsStream> stream, SocketSettings settings, WireSink& sink);

    virtual ~WebSocket() = default;

    virtual void connect(
        const std::string& authority, const std::string& target, Duration patience) = 0;
    virtual void accept(http::request<http::string_body> request) = 0;

    /// The gate has room for it.
    virtual void send(std::string text) = 0;
    /// After what was sent.
    virtual void close(std::uint16_t code, const std::string& reason) = 0;
    virtual void drop() = 0;
    virtual void stop_reading(bool stopped) = 0;
    /// The sink has room again.
    virtual void resume() = 0;

protected:
    WebSocket() = default;
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;
};

}  // namespace tapedeck::net
