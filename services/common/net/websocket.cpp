#include "net/websocket.h"

#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <deque>
#include <utility>

namespace tapedeck::net {

namespace websocket = boost::beast::websocket;

namespace {

constexpr std::size_t kReadSize = 64U << 10U;
constexpr std::size_t kReasonMax = 123;  // RFC 6455 section 5.5, less the code

/// What the other side said why, on one line.
std::string printable(std::string text) {
    for (auto& c : text) {
        if (static_cast<unsigned char>(c) < ' ' || c == '\x7F') c = '?';
    }
    return text;
}

bool is_after_farewell(const error_code& error) {
    return error.category() == asio::error::get_ssl_category() &&
           ERR_GET_REASON(static_cast<unsigned long>(error.value())) ==
               SSL_R_APPLICATION_DATA_AFTER_CLOSE_NOTIFY;
}

class Socket final : public WebSocket, public std::enable_shared_from_this<Socket> {
public:
    Socket(TlsStream stream, SocketSettings settings, WireSink& sink)
        : settings_(std::move(settings)),
          sink_(sink),
          stream_(std::move(stream)),
          deadline_(stream_.get_executor()),
          idle_timer_(stream_.get_executor()) {
        stream_.read_message_max(0);  // on_read() refuses with better manners, and says why
        stream_.auto_fragment(false);
        stream_.text(true);
        stream_.control_callback([this](websocket::frame_type kind, beast::string_view) {
            heard();
            // What follows is a farewell that the other side may never finish.
            if (kind == websocket::frame_type::close) expect_end(settings_.patience);
        });
    }

    void connect(
        const std::string& authority, const std::string& target, Duration patience) override {
        expect_end(patience);
        stream_.set_option(websocket::stream_base::decorator(
            [agent = settings_.user_agent](websocket::request_type& request) {
                request.set(http::field::user_agent, agent);
            }));
        stream_.async_handshake(
            response_, authority, target, [self = shared_from_this()](error_code error) {
                self->on_open(error);
            });
    }

    void accept(http::request<http::string_body> request) override {
        expect_end(settings_.patience);
        request_ = std::move(request);
        stream_.async_accept(
            request_, [self = shared_from_this()](error_code error) { self->on_open(error); });
    }

    void send(std::string text) override {
        if (is_over_) return;
        outbox_.push_back(std::move(text));
        if (outbox_.size() == 1) write();
    }

    void close(std::uint16_t code, const std::string& reason) override {
        if (is_over_ || is_closing_) return;
        is_closing_ = true;
        settings_.gate->is_open = false;
        why_ = "closed by us";
        farewell_.code = code;
        farewell_.reason = reason.substr(0, kReasonMax);
        if (!is_open_) return finish(why_);
        expect_end(settings_.patience);
        if (outbox_.empty()) say_farewell();
    }

    void drop() override {
        if (is_over_) return;
        stream_.next_layer().next_layer().reset();
        finish("dropped by us");
    }

    void stop_reading(bool stopped) override {
        if (!is_over_) stream_.next_layer().next_layer().pause(stopped);
    }

    void resume() override {
        if (is_over_ || !is_open_ || is_reading_) return;
        heard();  // it was we who did not listen
        read();
    }

private:
    void on_open(error_code error) {
        if (is_over_) return;
        if (error == websocket::error::upgrade_declined) {
            return finish(
                "the WebSocket is refused: status " + std::to_string(response_.result_int()));
        }
        if (error) return finish("no WebSocket: " + in_words(error));
        deadline_.cancel();
        is_open_ = true;
        settings_.gate->is_open = true;
        sink_.put({SocketOpened{settings_.id}, since_boot()});
        heard();
        if (settings_.idle_timeout > Duration::zero()) watch(heard_ + settings_.idle_timeout);
        read();
    }

    void read() {
        if (is_over_ || says_farewell_) return;  // then Beast reads to the end by itself
        if (!sink_.has_room()) return;           // until resume()
        is_reading_ = true;
        stream_.async_read_some(
            buffer_, kReadSize, [self = shared_from_this()](error_code error, std::size_t) {
                self->is_reading_ = false;
                if (!self->is_over_) self->on_read(error);
            });
    }

    void on_read(error_code error) {
        heard();
        if (error) return finish(why_of(error));
        if (!stream_.got_text()) {
            refuse(websocket::close_code::unknown_data, "a binary message came");
        } else if (buffer_.size() > settings_.message_bytes_max) {
            const auto limit = std::to_string(settings_.message_bytes_max);
            refuse(websocket::close_code::too_big, "a message is longer than " + limit + " bytes");
        }
        if (is_refused_) {
            buffer_.consume(buffer_.size());
        } else if (stream_.is_message_done()) {
            std::string text(static_cast<const char*>(buffer_.data().data()), buffer_.size());
            buffer_.consume(buffer_.size());
            sink_.put({SocketText{settings_.id, std::move(text)}, since_boot(heard_)});
        }
        read();
    }

    void refuse(std::uint16_t code, const std::string& why) {
        if (std::exchange(is_refused_, true) || is_closing_) return;
        close(code, why);
        why_ = why;
    }

    std::string why_of(error_code error) {
        if (is_closing_) return why_;
        // Beast has said farewell to what broke the rules, and has heard more of it.
        if (is_after_farewell(error)) return "what came breaks the rules of WebSocket";
        if (error != websocket::error::closed) return in_words(error);
        const auto& reason = stream_.reason();
        std::string why = "closed by the other side: " + std::to_string(reason.code);
        if (!reason.reason.empty())
            why += " " + printable({reason.reason.data(), reason.reason.size()});
        return why;
    }

    void write() {
        stream_.async_write(
            asio::buffer(outbox_.front()),
            [self = shared_from_this()](error_code error, std::size_t) {
                if (!self->is_over_) self->on_written(error);
            });
    }

    void on_written(error_code error) {
        // The reading side knows more of why, if it listens.
        if (error) return is_reading_ ? void() : finish(in_words(error));
        settings_.gate->waiting_bytes -= outbox_.front().size();
        outbox_.pop_front();
        if (!outbox_.empty()) return write();
        if (is_closing_) say_farewell();
    }

    void say_farewell() {
        if (std::exchange(says_farewell_, true)) return;
        stream_.async_close(farewell_, [self = shared_from_this()](error_code) {
            if (!self->is_over_) self->finish(self->why_);
        });
    }

    void heard() {
        heard_ = Clock::now();
        is_pinged_ = false;
    }

    void watch(Moment until) {
        idle_timer_.expires_at(until);
        idle_timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error && !self->is_over_) self->on_silence();
        });
    }

    void on_silence() {
        const auto now = Clock::now();
        const auto patience = settings_.idle_timeout;
        if (!is_reading_) heard();  // it may have spoken
        if (now < heard_ + patience) return watch(heard_ + patience);
        if (is_pinged_) {
            if (now < heard_ + 2 * patience) return watch(heard_ + 2 * patience);
            return finish("silent for " + to_string(2 * patience) + ", a ping included");
        }
        is_pinged_ = true;
        watch(heard_ + 2 * patience);
        if (is_closing_ || std::exchange(is_pinging_, true)) return;
        stream_.async_ping(
            {}, [self = shared_from_this()](error_code) { self->is_pinging_ = false; });
    }

    void expect_end(Duration patience) {
        deadline_.expires_at(moment_in(patience));
        deadline_.async_wait([self = shared_from_this()](error_code error) {
            if (error || self->is_over_) return;
            self->finish(
                self->is_closing_ ? self->why_ + ", to which no answer came in time"
                : self->is_open_  ? "closed by the other side, which did not finish it in time"
                                  : "no answer to the WebSocket's request in time");
        });
    }

    void finish(const std::string& why) {
        if (std::exchange(is_over_, true)) return;
        settings_.gate->is_open = false;
        deadline_.cancel();
        idle_timer_.cancel();
        stream_.next_layer().next_layer().close();
        sink_.put({SocketClosed{settings_.id, settings_.peer + ": " + why}, since_boot()});
    }

    SocketSettings settings_;
    WireSink& sink_;
    websocket::stream<TlsStream, false> stream_;  // false: no compression
    asio::steady_timer deadline_;
    asio::steady_timer idle_timer_;
    http::request<http::string_body> request_;
    websocket::response_type response_;
    beast::flat_buffer buffer_;
    std::deque<std::string> outbox_;  // the first is being written
    websocket::close_reason farewell_;
    std::string why_;
    Moment heard_{};
    bool is_open_ = false;
    bool is_reading_ = false;
    bool is_pinged_ = false;   // since it was last heard
    bool is_pinging_ = false;  // the ping is being written
    bool is_closing_ = false;  // by us
    bool is_refused_ = false;  // what comes is not wanted any more
    bool says_farewell_ = false;
    bool is_over_ = false;
};

}  // namespace

std::shared_ptr<WebSocket> WebSocket::make(
    std::unique_ptr<TlsStream> stream, SocketSettings settings, WireSink& sink) {
    return std::make_shared<Socket>(std::move(*stream), std::move(settings), sink);
}

}  // namespace tapedeck::net
