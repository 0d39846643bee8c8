#include "net/wire.h"

#include "net/dial.h"
#include "net/event_queue.h"
#include "net/http_pool.h"
#include "net/websocket.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <map>
#include <thread>
#include <utility>

namespace tapedeck::net {

namespace {

std::size_t bytes_of(const WireEvent& event) {
    if (const auto* text = std::get_if<SocketText>(&event.what)) return text->text.size();
    const auto* answer = std::get_if<HttpAnswered>(&event.what);
    if (answer == nullptr) return 0;
    std::size_t bytes = answer->reply.body.size();
    for (const auto& [name, value] : answer->reply.headers) bytes += name.size() + value.size();
    return bytes;
}

class TlsWire final : public Wire, private WireSink {
public:
    explicit TlsWire(const WireOptions& options)
        : options_(options), queue_(options.queue_bytes_max, [this] { on_room(); }) {}

    TlsWire(const TlsWire&) = delete;
    TlsWire& operator=(const TlsWire&) = delete;

    ~TlsWire() override {
        context_.stop();
        if (thread_.joinable()) thread_.join();
    }

    Result<> start() {
        if (!queue_.is_open()) return fail("no descriptor is left for an eventfd");
        tls_.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
        tls_.set_verify_mode(ssl::verify_peer);
        error_code error;
        tls_.set_default_verify_paths(error);
        if (error) return fail("the system's certificates cannot be read: " + error.message());
        if (!options_.ca_file.empty()) tls_.load_verify_file(options_.ca_file, error);
        if (error) {
            return fail(
                options_.ca_file + ": no certificates can be read from it: " + error.message() +
                    "; expected a PEM file",
                ExitCode::Configuration);
        }
        thread_ = std::thread([this] { context_.run(); });
        return {};
    }

    WireId request(const std::string& origin, HttpRequest request, Duration timeout) override {
        const auto id = ++last_id_;
        asio::post(
            context_,
            [this,
             id,
             origin,
             timeout,
             now = Clock::now(),
             request = std::move(request)]() mutable {
                http_.request(id, origin, std::move(request), timeout, now);
            });
        return id;
    }

    WireId open(const std::string& url) override {
        const auto id = ++last_id_;
        const auto gate = std::make_shared<SocketGate>();
        gates_[id] = gate;
        asio::post(
            context_, [this, id, url, gate, now = Clock::now()] { dial(id, url, gate, now); });
        return id;
    }

    bool send(WireId socket, std::string text) override {
        const auto gate = gates_.find(socket);
        if (gate == gates_.end()) return false;
        if (!gate->second->reserve(text.size(), options_.message_bytes_max)) return false;
        asio::post(context_, [this, socket, text = std::move(text)]() mutable {
            const auto found = sockets_.find(socket);
            if (found != sockets_.end()) found->second.socket->send(std::move(text));
        });
        return true;
    }

    void close(WireId socket) override {
        const auto gate = gates_.find(socket);
        if (gate == gates_.end()) return;
        gate->second->is_open = false;  // no more is sent
        asio::post(context_, [this, socket] { hang_up(socket); });
    }

    std::optional<WireEvent> next() override {
        auto event = queue_.take();
        if (!event) return event;
        if (const auto* closed = std::get_if<SocketClosed>(&event->what)) gates_.erase(closed->id);
        return event;
    }

    int wake_descriptor() const override { return queue_.wake_descriptor(); }

private:
    /// Being dialled, or a socket.
    struct Line {
        std::shared_ptr<Dial> dial;
        std::shared_ptr<WebSocket> socket;
        std::string place;
    };

    void put(WireEvent event) override {
        if (const auto* closed = std::get_if<SocketClosed>(&event.what)) {
            // Later: the socket that says so is in the midst of something.
            asio::post(context_, [this, id = closed->id] { sockets_.erase(id); });
        }
        const auto bytes = bytes_of(event);
        queue_.put(std::move(event), bytes);
    }

    bool has_room() const override { return queue_.has_room(); }

    void on_room() {
        asio::post(context_, [this] {
            http_.resume();
            for (const auto& [_, line] : sockets_) {
                if (line.socket) line.socket->resume();
            }
        });
    }

    void closed(WireId id, const std::string& why) { put({SocketClosed{id, why}, since_boot()}); }

    void dial(WireId id, const std::string& url, std::shared_ptr<SocketGate> gate, Moment now) {
        const auto parsed = parse_url(url, "wss");
        if (!parsed) return closed(id, parsed.error().message);
        auto& line = sockets_[id];
        line.place = parsed->place();
        line.dial = std::make_shared<Dial>(context_, tls_, resolver_, *parsed);
        const auto done = [this, id, gate = std::move(gate), now, url = *parsed](
                              std::unique_ptr<TlsStream> stream, const std::string& why) {
            if (!stream) {
                sockets_.erase(id);
                return closed(id, why);
            }
            auto& opening = sockets_.at(id);
            SocketSettings settings;
            settings.id = id;
            settings.peer = opening.place;
            settings.user_agent = options_.user_agent;
            settings.message_bytes_max = options_.message_bytes_max;
            settings.idle_timeout = options_.idle_timeout;
            settings.patience = options_.connect_timeout;
            settings.gate = gate;
            opening.socket = WebSocket::make(std::move(stream), std::move(settings), *this);
            opening.dial.reset();
            const auto time_left = now + options_.connect_timeout - Clock::now();
            opening.socket->connect(url.authority(), url.target, time_left);
        };
        line.dial->start(options_.connect_timeout, done);
    }

    void hang_up(WireId id) {
        const auto found = sockets_.find(id);
        if (found == sockets_.end()) return;
        const auto line = found->second;
        if (line.socket) return line.socket->close(kNormal, "");
        sockets_.erase(found);
        line.dial->cancel();
        closed(id, line.place + ": closed by us");
    }

    static constexpr std::uint16_t kNormal = 1000;  // RFC 6455 section 7.4.1

    // Of both threads.
    const WireOptions options_;
    EventQueue<WireEvent> queue_;

    // Of the user's.
    WireId last_id_ = 0;
    std::map<WireId, std::shared_ptr<SocketGate>> gates_;  // until SocketClosed is taken

    // Of the I/O thread's. What is under way in the context is destroyed with it, after the rest.
    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};
    ssl::context tls_{ssl::context::tls_client};
    Resolver resolver_{context_};
    HttpPool http_{context_, tls_, resolver_, options_, *this};
    std::map<WireId, Line> sockets_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Wire>> start_wire(const WireOptions& options) {
    auto wire = std::make_unique<TlsWire>(options);
    TRY(wire->start());
    return wire;
}

}  // namespace tapedeck::net
