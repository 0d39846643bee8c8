#include "net/tls_server.h"

#include "net/event_queue.h"
#include "net/websocket.h"

#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <array>
#include <map>
#include <thread>
#include <utility>

namespace tapedeck::net {

namespace {

/// For a handshake, for a request since the last answer, for the writing of an answer.
constexpr auto kPatience = std::chrono::seconds(60);
/// For a WebSocket's opening and its farewell.
constexpr auto kSocketPatience = std::chrono::seconds(5);
/// When so many bytes wait to be taken, no more is read.
constexpr std::size_t kQueueBytesMax = 64U << 20U;
/// How much more of a refused request is read away, so that closing does not cut off our answer.
constexpr std::size_t kDrainMax = 256U << 10U;
/// Until the next try when the system has no descriptor left for a connection.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);

class HttpSession;

std::string address_of(const Tcp::socket& socket) {
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    return error ? "gone" : endpoint.address().to_string();
}

/// What the sessions tell and ask. Of the I/O thread.
class SessionOwner {
public:
    virtual WireId requested(
        const std::shared_ptr<HttpSession>& session, HttpRequest request, Moment received) = 0;
    virtual void upgrade(
        const std::string& peer,
        std::unique_ptr<TlsStream> stream,
        http::request<http::string_body> message) = 0;
    /// Nothing more comes of it.
    virtual void left(HttpSession& session, WireId request) = 0;
    virtual bool has_room() const = 0;

protected:
    ~SessionOwner() = default;
};

/// One connection that speaks HTTP: a request, its answer, the next. While a request waits for
/// its answer one read is under way, so that the client's leaving is seen.
class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(
        Tcp::socket socket, ssl::context& tls, std::size_t body_bytes_max, SessionOwner& owner)
        : owner_(owner),
          peer_(address_of(socket)),
          stream_(std::make_unique<TlsStream>(PausableSocket(std::move(socket)), tls)),
          timer_(stream_->get_executor()),
          reader_(body_bytes_max) {
        stream_->next_layer().make_pausable();
    }

    HttpSession(const HttpSession&) = delete;
    HttpSession& operator=(const HttpSession&) = delete;

    void start() {
        watch();
        stream_->async_handshake(
            ssl::stream_base::server, [self = shared_from_this()](error_code error) {
                if (error) return self->cut();
                self->expect_request();
            });
    }

    void answer(HttpReply reply) {
        if (!request_ || is_over_) return;
        response_ = {};
        response_.version(11);
        response_.result(reply.status);
        for (const auto& [name, value] : reply.headers) response_.insert(name, value);
        const bool is_kept = is_kept_ && response_.keep_alive();
        response_.body() = std::move(reply.body);
        response_.prepare_payload();
        if (is_head_) response_.body().clear();
        response_.keep_alive(is_kept);
        begin_answer();
        http::async_write(
            *stream_,
            response_,
            [self = shared_from_this(), is_kept](error_code error, std::size_t) {
                if (self->is_over_) return;
                if (error) return self->cut();
                is_kept ? self->expect_request() : self->say_farewell();
            });
    }

    void answer_raw(std::string bytes) {
        if (!request_ || is_over_) return;
        raw_ = std::move(bytes);
        begin_answer();
        asio::async_write(
            *stream_,
            asio::buffer(raw_),
            [self = shared_from_this()](error_code error, std::size_t) {
                if (self->is_over_) return;
                error ? self->cut() : self->say_farewell();
            });
    }

    void drop() {
        if (is_over_) return;
        stream_->next_layer().reset();
        cut();
    }

    const std::string& peer() const { return peer_; }

    void resume() {
        if (!is_over_ && !is_leaving_ && waits_for_room_) read();
    }

private:
    void begin_answer() {
        request_ = 0;
        // The read that watched for the client's leaving takes no byte along when it is cancelled:
        // this socket waits first and reads then.
        if (is_reading_) stream_->next_layer().next_layer().cancel();
        watch();
    }

    void expect_request() {
        watch();
        reader_.begin();
        is_expecting_ = true;
        reader_.has_more() ? parse(Clock::now()) : read();
    }

    void read() {
        waits_for_room_ = !owner_.has_room();
        if (is_reading_ || waits_for_room_) return;
        is_reading_ = true;
        stream_->async_read_some(
            reader_.prepare(), [self = shared_from_this()](error_code error, std::size_t size) {
                self->is_reading_ = false;
                if (!self->is_over_) self->on_read(error, size);
            });
    }

    void on_read(error_code error, std::size_t size) {
        const auto received = Clock::now();
        reader_.commit(size);
        if (is_leaving_) return shut_down();
        if (error == asio::error::operation_aborted) return is_expecting_ ? read() : void();
        if (error) return cut();
        if (is_expecting_) parse(received);  // else it is of the next request, and waits
    }

    void parse(Moment received) {
        const auto error = reader_.parse();
        is_expecting_ = error == http::error::need_more;
        if (is_expecting_) return read();
        if (error == http::error::body_limit) return refuse(http::status::payload_too_large);
        if (error == http::error::header_limit) {
            return refuse(http::status::request_header_fields_too_large);
        }
        if (error) return refuse(http::status::bad_request);
        auto message = reader_.release();
        if (beast::websocket::is_upgrade(message)) return upgrade(std::move(message));
        is_head_ = message.method() == http::verb::head;
        is_kept_ = message.keep_alive();
        timer_.cancel();  // it is for us to answer
        request_ = owner_.requested(
            shared_from_this(),
            HttpRequest{
                std::string(message.method_string()),
                std::string(message.target()),
                headers_of(message),
                std::move(message.body())},
            received);
        if (!reader_.has_more()) read();
    }

    void upgrade(http::request<http::string_body> message) {
        // Its frames may not come before our answer.
        if (reader_.has_more() || is_reading_) return refuse(http::status::bad_request);
        timer_.cancel();
        is_over_ = true;
        owner_.upgrade(peer_, std::move(stream_), std::move(message));
        owner_.left(*this, 0);
    }

    void refuse(http::status status) {
        is_kept_ = false;
        is_head_ = false;
        request_ = kRefused;
        answer({static_cast<unsigned>(status), {}, "{}\n"});
    }

    /// Closing with unread bytes would reset the connection, and could destroy the answer on its
    /// way.
    void say_farewell() {
        is_leaving_ = true;
        if (is_reading_) return stream_->next_layer().next_layer().cancel();  // goes on in on_read
        shut_down();
    }

    void shut_down() {
        stream_->async_shutdown([self = shared_from_this()](error_code) {
            if (!self->is_over_) self->end_sending();
        });
    }

    void end_sending() {
        error_code ignored;
        stream_->next_layer().next_layer().shutdown(Tcp::socket::shutdown_send, ignored);
        read_away(0);
    }

    void read_away(std::size_t so_far) {
        stream_->next_layer().next_layer().async_read_some(
            asio::buffer(drained_),
            [self = shared_from_this(), so_far](error_code error, std::size_t size) {
                if (self->is_over_) return;
                if (error || so_far + size > kDrainMax) return self->cut();
                self->read_away(so_far + size);
            });
    }

    void watch() {
        timer_.expires_after(kPatience);
        timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error && !self->is_over_) self->cut();
        });
    }

    void cut() {
        if (std::exchange(is_over_, true)) return;
        timer_.cancel();
        stream_->next_layer().close();
        owner_.left(*this, request_);
    }

    static constexpr WireId kRefused = ~WireId{0};  // nobody was told of it

    SessionOwner& owner_;
    std::string peer_;
    std::unique_ptr<TlsStream> stream_;
    asio::steady_timer timer_;
    HttpReader<true> reader_;
    http::response<http::string_body> response_;
    std::string raw_;
    std::array<char, 4096> drained_{};
    WireId request_ = 0;  // waits for its answer
    bool is_expecting_ = false;
    bool is_head_ = false;
    bool is_kept_ = false;
    bool is_reading_ = false;
    bool waits_for_room_ = false;
    bool is_leaving_ = false;
    bool is_over_ = false;
};

class Server final : public TlsServer, private SessionOwner, private WireSink {
public:
    explicit Server(const TlsServerOptions& options)
        : options_(options), queue_(kQueueBytesMax, [this] { on_room(); }) {}

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    ~Server() override {
        context_.stop();
        if (thread_.joinable()) thread_.join();
    }

    Result<> start() {
        if (!queue_.is_open()) return fail("no descriptor is left for an eventfd");
        TRY(load_certificate());
        TRY(bind());
        accept();
        thread_ = std::thread([this] { context_.run(); });
        return {};
    }

    std::uint16_t port() const override { return port_; }

    void answer(WireId request, HttpReply reply) override {
        with_session(request, [reply = std::move(reply)](HttpSession& session) mutable {
            session.answer(std::move(reply));
        });
    }

    void answer_raw(WireId request, std::string bytes) override {
        with_session(request, [bytes = std::move(bytes)](HttpSession& session) mutable {
            session.answer_raw(std::move(bytes));
        });
    }

    bool send(WireId socket, std::string text) override {
        const auto gate = gates_.find(socket);
        if (gate == gates_.end()) return false;
        if (!gate->second->reserve(text.size(), options_.message_bytes_max)) return false;
        with_socket(socket, [text = std::move(text)](WebSocket& open) mutable {
            open.send(std::move(text));
        });
        return true;
    }

    void close(WireId socket, std::uint16_t code, const std::string& reason) override {
        const auto gate = gates_.find(socket);
        if (gate == gates_.end()) return;
        gate->second->is_open = false;  // no more is sent
        with_socket(socket, [code, reason](WebSocket& open) { open.close(code, reason); });
    }

    void drop(WireId id) override {
        with_session(id, [](HttpSession& session) { session.drop(); });
        with_socket(id, [](WebSocket& open) { open.drop(); });
    }

    void stop_reading(WireId socket, bool stopped) override {
        with_socket(socket, [stopped](WebSocket& open) { open.stop_reading(stopped); });
    }

    std::optional<ServerEvent> next() override {
        auto told = queue_.take();
        if (!told) return std::nullopt;
        if (const auto* opened = std::get_if<ServerSocketOpened>(&told->event.what)) {
            gates_[opened->id] = told->gate;
        } else if (const auto* closed = std::get_if<SocketClosed>(&told->event.what)) {
            gates_.erase(closed->id);
        }
        return std::move(told->event);
    }

    int wake_descriptor() const override { return queue_.wake_descriptor(); }

private:
    struct Told {
        ServerEvent event;
        std::shared_ptr<SocketGate> gate;  // with ServerSocketOpened
    };

    struct Line {
        std::shared_ptr<WebSocket> socket;
        std::shared_ptr<SocketGate> gate;
        std::string target;
        std::string peer;
        bool is_open = false;
    };

    Result<> load_certificate() {
        tls_.set_options(ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
        error_code error;
        tls_.use_certificate_chain_file(options_.certificate_file, error);
        if (error) {
            return fail(
                options_.certificate_file + ": cannot be used as a certificate: " + error.message(),
                ExitCode::Configuration);
        }
        tls_.use_private_key_file(options_.key_file, ssl::context::pem, error);
        if (error) {
            return fail(
                options_.key_file + ": cannot be used as the key of " + options_.certificate_file +
                    ": " + error.message(),
                ExitCode::Configuration);
        }
        return {};
    }

    Result<> bind() {
        error_code error;
        const Tcp::endpoint endpoint(
            asio::ip::make_address(options_.address, error), options_.port);
        if (!error) acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (!error) port_ = acceptor_.local_endpoint(error).port();
        if (!error) return {};
        return fail(
            options_.address + ":" + std::to_string(options_.port) +
                ": cannot listen: " + error.message() + "; choose another address or port",
            ExitCode::Configuration);
    }

    void accept() {
        acceptor_.async_accept([this](error_code error, Tcp::socket socket) {
            if (error == asio::error::operation_aborted) return;
            if (error) return accept_later();
            // One too many is closed by its destructor.
            if (sessions_.size() + lines_.size() < options_.connections_max) {
                error_code ignored;
                socket.set_option(Tcp::no_delay(true), ignored);
                SessionOwner& owner = *this;
                const auto session = std::make_shared<HttpSession>(
                    std::move(socket), tls_, options_.message_bytes_max, owner);
                sessions_[session.get()] = session;
                session->start();
            }
            accept();
        });
    }

    void accept_later() {
        accept_timer_.expires_after(kAcceptPause);
        accept_timer_.async_wait([this](error_code error) {
            if (!error) accept();
        });
    }

    WireId requested(
        const std::shared_ptr<HttpSession>& session,
        HttpRequest request,
        Moment received) override {
        const auto id = ++last_id_;
        requests_[id] = session;
        const auto bytes = request.body.size();
        ServerRequest what{id, std::move(request), session->peer()};
        queue_.put({{std::move(what), since_boot(received)}, nullptr}, bytes);
        return id;
    }

    void upgrade(
        const std::string& peer,
        std::unique_ptr<TlsStream> stream,
        http::request<http::string_body> message) override {
        Line line;
        line.gate = std::make_shared<SocketGate>();
        line.target = std::string(message.target());
        line.peer = peer;
        SocketSettings settings;
        settings.id = ++last_id_;
        settings.peer = peer;
        settings.message_bytes_max = options_.message_bytes_max;
        settings.patience = kSocketPatience;
        settings.gate = line.gate;
        const auto socket = WebSocket::make(std::move(stream), settings, *this);
        line.socket = socket;
        lines_[settings.id] = std::move(line);
        socket->accept(std::move(message));
    }

    void left(HttpSession& session, WireId request) override {
        requests_.erase(request);
        sessions_.erase(&session);
    }

    /// Of the sockets, in the words of a server.
    void put(WireEvent event) override {
        const auto received = event.received;
        if (const auto* opened = std::get_if<SocketOpened>(&event.what)) {
            auto& line = lines_.at(opened->id);
            line.is_open = true;
            ServerSocketOpened what{opened->id, line.target, line.peer};
            queue_.put({{std::move(what), received}, line.gate}, 0);
        } else if (auto* text = std::get_if<SocketText>(&event.what)) {
            const auto bytes = text->text.size();
            queue_.put({{std::move(*text), received}, nullptr}, bytes);
        } else if (auto* closed = std::get_if<SocketClosed>(&event.what)) {
            const auto id = closed->id;
            // Nobody was told of one whose opening failed.
            if (lines_.at(id).is_open) queue_.put({{std::move(*closed), received}, nullptr}, 0);
            // Later: the socket that says so is in the midst of something.
            asio::post(context_, [this, id] { lines_.erase(id); });
        }
    }

    bool has_room() const override { return queue_.has_room(); }

    void on_room() {
        asio::post(context_, [this] {
            for (const auto& [_, session] : sessions_) session->resume();
            for (const auto& [_, line] : lines_) line.socket->resume();
        });
    }

    template <class Do>
    void with_session(WireId request, Do act) {
        asio::post(context_, [this, request, act = std::move(act)]() mutable {
            const auto found = requests_.find(request);
            if (found == requests_.end()) return;
            const auto session = found->second;
            requests_.erase(found);
            act(*session);
        });
    }

    template <class Do>
    void with_socket(WireId id, Do act) {
        asio::post(context_, [this, id, act = std::move(act)]() mutable {
            const auto found = lines_.find(id);
            if (found == lines_.end()) return;
            const auto socket = found->second.socket;
            act(*socket);
        });
    }

    // Of both threads.
    const TlsServerOptions options_;
    EventQueue<Told> queue_;
    std::uint16_t port_ = 0;

    // Of the user's.
    std::map<WireId, std::shared_ptr<SocketGate>> gates_;  // until SocketClosed is taken

    // Of the I/O thread's. What is under way in the context is destroyed with it, after the rest.
    asio::io_context context_{1};
    ssl::context tls_{ssl::context::tls_server};
    Tcp::acceptor acceptor_{context_};
    asio::steady_timer accept_timer_{context_};
    WireId last_id_ = 0;
    std::map<HttpSession*, std::shared_ptr<HttpSession>> sessions_;
    std::map<WireId, std::shared_ptr<HttpSession>> requests_;  // that wait for their answer
    std::map<WireId, Line> lines_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<TlsServer>> TlsServer::listen(const TlsServerOptions& options) {
    auto server = std::make_unique<Server>(options);
    TRY(server->start());
    return server;
}

}  // namespace tapedeck::net
