#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

// For this folder alone: what client and server say TLS over.
namespace tapedeck::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

/// When `patience` is over. Nobody waits longer than a day: the sum cannot overflow.
inline Moment moment_in(Clock::duration patience) {
    return Clock::now() + std::min<Clock::duration>(patience, std::chrono::hours(24));
}

/// A TCP socket whose reading can be stopped at once, also while a read waits: the one thing that
/// the layers above cannot do without losing the connection.
class PausableSocket {
public:
    // Asio's names. NOLINTBEGIN(readability-identifier-naming)
    using executor_type = Tcp::socket::executor_type;
    using next_layer_type = Tcp::socket;
    using lowest_layer_type = Tcp::socket::lowest_layer_type;

    // NOLINTEND(readability-identifier-naming)

    explicit PausableSocket(asio::io_context& context) : socket_(context), gate_(context) {}

    explicit PausableSocket(Tcp::socket socket)
        : socket_(std::move(socket)), gate_(socket_.get_executor()) {}

    executor_type get_executor() { return socket_.get_executor(); }

    Tcp::socket& next_layer() { return socket_; }

    const Tcp::socket& next_layer() const { return socket_; }

    lowest_layer_type& lowest_layer() { return socket_.lowest_layer(); }

    const lowest_layer_type& lowest_layer() const { return socket_.lowest_layer(); }

    /// Before the first read. It costs each read a round through the reactor.
    void make_pausable() {
        is_pausable_ = true;
        error_code ignored;
        socket_.non_blocking(true, ignored);
    }

    void pause(bool paused) {
        is_paused_ = paused;
        if (!paused) gate_.cancel();
    }

    void close() {
        pause(false);
        error_code ignored;
        socket_.close(ignored);
    }

    /// With a reset: what waits to be sent is lost, and the other side hears of it at once.
    void reset() {
        error_code ignored;
        socket_.set_option(asio::socket_base::linger(true, 0), ignored);
        close();
    }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_compose<Token, void(error_code, std::size_t)>(
            Read<Buffers>{*this, buffers}, token, socket_);
    }

    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return socket_.async_write_some(buffers, std::forward<Token>(token));
    }

    // Nobody calls these; Beast's concept of a stream asks for them.
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& error) {
        return socket_.read_some(buffers, error);
    }

    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& error) {
        return socket_.write_some(buffers, error);
    }

private:
    template <class Buffers>
    struct Read {
        PausableSocket& socket;
        Buffers buffers;
        bool waits_at_gate = false;

        template <class Self>
        void operator()(Self& self) {
            // A read of nothing is how the TLS stream posts: it never waits.
            if (socket.is_pausable_ && asio::buffer_size(buffers) > 0) return wait(self);
            socket.socket_.async_read_some(buffers, std::move(self));
        }

        template <class Self>
        void operator()(Self& self, error_code error) {
            if (std::exchange(waits_at_gate, false)) return wait(self);
            if (error) return self.complete(error, 0);
            if (socket.is_paused_) return wait(self);
            const auto size = socket.socket_.read_some(buffers, error);
            if (error == asio::error::would_block) return wait(self);
            self.complete(error, size);
        }

        template <class Self>
        void operator()(Self& self, error_code error, std::size_t size) {
            self.complete(error, size);
        }

        template <class Self>
        void wait(Self& self) {
            if (socket.is_paused_) {
                waits_at_gate = true;
                socket.gate_.async_wait(std::move(self));
            } else {
                socket.socket_.async_wait(Tcp::socket::wait_read, std::move(self));
            }
        }
    };

    Tcp::socket socket_;
    asio::steady_timer gate_{socket_.get_executor(), Moment::max()};  // never fires: is cancelled
    bool is_pausable_ = false;
    bool is_paused_ = false;
};

// Beast finds these by name when a WebSocket ends.
template <class Handler>
void async_teardown(beast::role_type role, PausableSocket& socket, Handler&& handler) {
    beast::websocket::async_teardown(role, socket.next_layer(), std::forward<Handler>(handler));
}

inline void teardown(beast::role_type role, PausableSocket& socket, error_code& error) {
    beast::websocket::teardown(role, socket.next_layer(), error);
}

using TlsStream = beast::ssl_stream<PausableSocket>;

/// In plain words, for `why`.
std::string in_words(const error_code& error);

}  // namespace tapedeck::net
