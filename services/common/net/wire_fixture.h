#pragma once

#include "net/tls_server.h"
#include "net/wire.h"
#include "testing/temporary_directory.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tapedeck::net {

using namespace std::chrono_literals;

/// The next event of a Wire or a TlsServer; none within ten seconds is a failure.
template <class Source>
auto await_event(Source& source) {
    pollfd wait{source.wake_descriptor(), POLLIN, 0};
    EXPECT_EQ(::poll(&wait, 1, 10'000), 1) << "nothing came";
    return source.next();
}

/// The next event, which must be one of this kind.
template <class What, class Source>
What await(Source& source) {
    auto event = await_event(source);
    if (event) {
        if (auto* what = std::get_if<What>(&event->what)) return std::move(*what);
        std::visit(
            [](const auto& other) {
                if constexpr (requires { other.why; }) ADD_FAILURE() << "instead: " << other.why;
            },
            event->what);
        ADD_FAILURE() << "another kind of event: " << event->what.index();
    }
    return {};
}

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

inline std::string header(const Headers& headers, const std::string& name) {
    for (const auto& [each, value] : headers) {
        if (each == name) return value;
    }
    return "none";
}

/// A TCP port that connections are accepted on by the kernel, and by nobody else.
class MutePort {
public:
    explicit MutePort(bool listens = true) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* raw = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_, raw, size), 0);
        EXPECT_EQ(listens ? ::listen(socket_, 16) : 0, 0);
        EXPECT_EQ(::getsockname(socket_, raw, &size), 0);
        port_ = ntohs(address.sin_port);
    }

    MutePort(const MutePort&) = delete;
    MutePort& operator=(const MutePort&) = delete;

    ~MutePort() { ::close(socket_); }

    std::string place() const { return "127.0.0.1:" + std::to_string(port_); }

    /// Says these bytes to the first who connects, and closes when this ends.
    void say(const std::string& bytes) {
        const int peer = ::accept(socket_, nullptr, nullptr);
        EXPECT_GT(::send(peer, bytes.data(), bytes.size(), MSG_NOSIGNAL), 0);
        ::close(peer);
    }

private:
    int socket_;
    std::uint16_t port_ = 0;
};

/// A server and a wire that trusts it.
class WireFixture : public ::testing::Test {
protected:
    void serve(TlsServerOptions options = {}) {
        options.certificate_file = certificates_.certificate_file;
        options.key_file = certificates_.key_file;
        auto server = TlsServer::listen(options);
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    void start(WireOptions options = {}) {
        options.ca_file = certificates_.ca_file;
        auto wire = start_wire(options);
        ASSERT_TRUE(wire) << wire.error().message;
        wire_ = std::move(*wire);
    }

    void start_both(WireOptions options = {}) {
        serve();
        start(std::move(options));
    }

    std::string place() const { return "localhost:" + std::to_string(server_->port()); }

    std::string origin() const { return "https://" + place(); }

    std::string url() const { return "wss://" + place() + "/feed"; }

    WireId get(const std::string& target, Duration timeout = 10s) {
        HttpRequest request;
        request.target = target;
        return wire_->request(origin(), request, timeout);
    }

    HttpFailed failure_of(const std::string& at, Duration timeout = 10s) {
        const auto id = wire_->request(at, {}, timeout);
        auto failed = await<HttpFailed>(*wire_);
        EXPECT_EQ(failed.id, id);
        return failed;
    }

    /// Both ends of a socket: the wire's id and the server's.
    std::pair<WireId, WireId> open() {
        const auto id = wire_->open(url());
        EXPECT_EQ(await<SocketOpened>(*wire_).id, id);
        const auto opened = await<ServerSocketOpened>(*server_);
        EXPECT_EQ(opened.target, "/feed");
        return {id, opened.id};
    }

    testing::TemporaryDirectory directory_;
    TestCertificates certificates_ =
        make_test_certificates(directory_.path().string(), {"localhost", "127.0.0.1"}, 48h).value();
    std::unique_ptr<TlsServer> server_;
    std::unique_ptr<Wire> wire_;
};

}  // namespace tapedeck::net
