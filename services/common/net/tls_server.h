#pragma once

#include "net/wire.h"

/// The other end of wire.h: HTTPS and WebSocket over TLS on one port, for venues of our own and for
/// tests. It can also misbehave the way that networks and venues do.
namespace tapedeck::net {

/// A request waits for answer(), answer_raw() or drop().
struct ServerRequest {
    WireId id = 0;
    HttpRequest request;
    std::string peer;  ///< address of the client
};

/// A client asks for a WebSocket; it is open already.
struct ServerSocketOpened {
    WireId id = 0;
    std::string target;
    std::string peer;
};

struct ServerEvent {
    std::variant<ServerRequest, ServerSocketOpened, SocketText, SocketClosed> what;
    Duration received{};
};

struct TlsServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;          ///< 0 = any; see port()
    std::string certificate_file{};  ///< PEM, with its chain
    std::string key_file{};
    std::size_t message_bytes_max = 4U << 20U;
    std::size_t connections_max = 256;  ///< more are closed at once
};

/// As Wire: one thread behind it, one user before it, one queue between.
class TlsServer {
public:
    /// The error names the address and port, or the file, that cannot be had.
    static Result<std::unique_ptr<TlsServer>> listen(const TlsServerOptions& options);

    virtual ~TlsServer() = default;

    virtual std::uint16_t port() const = 0;

    /// Ids of what is gone already are ignored, here and below.
    virtual void answer(WireId request, HttpReply reply) = 0;
    /// These bytes in place of an answer, as they are, and then the connection closes.
    virtual void answer_raw(WireId request, std::string bytes) = 0;
    virtual bool send(WireId socket, std::string text) = 0;
    /// Closes in good order with this code (RFC 6455 section 7.4.1).
    virtual void close(WireId socket, std::uint16_t code, const std::string& reason) = 0;
    /// Cuts the connection of a request or a socket with a reset, without a word.
    virtual void drop(WireId id) = 0;
    /// From here on nothing is read from this socket, so that the client's bytes pile up.
    virtual void stop_reading(WireId socket, bool stopped) = 0;

    virtual std::optional<ServerEvent> next() = 0;
    virtual int wake_descriptor() const = 0;

protected:
    TlsServer() = default;
    TlsServer(const TlsServer&) = delete;
    TlsServer& operator=(const TlsServer&) = delete;
};

/// Files of a certificate authority that trusts nothing but what it has made itself.
struct TestCertificates {
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
};

/// Makes a CA and a certificate for these host names and addresses, valid from a day ago for
/// `validity`, and writes ca.pem, server.pem and server.key (mode 0600) into the directory.
/// Errors: it cannot be written to.
Result<TestCertificates> make_test_certificates(
    const std::string& directory, const std::vector<std::string>& hosts, Duration validity);

}  // namespace tapedeck::net
