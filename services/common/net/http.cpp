#include "net/http.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <thread>
#include <utility>

namespace tapedeck::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;

namespace {

constexpr std::uint32_t kHeadersMax = 4096;
/// How much more of a refused request is read away, so that closing does not cut off our answer.
constexpr std::size_t kDrainMax = std::size_t{64} * 1024;

/// What all connections share; it outlives them.
struct Shared {
    HttpServer::Handler handler;
    std::size_t connections_max = 0;
    Duration patience{};
    std::size_t connections = 0;  // of the server's thread alone
};

/// One connection: a request, an answer, the end.
template <class Protocol>
class Session : public std::enable_shared_from_this<Session<Protocol>> {
public:
    using Stream = beast::basic_stream<Protocol>;

    Session(typename Protocol::socket socket, Shared& shared)
        : stream_(std::move(socket)), shared_(shared) {
        ++shared_.connections;
        parser_.header_limit(kHeadersMax);
    }

    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    ~Session() { --shared_.connections; }

    void run() {
        stream_.expires_after(
            std::chrono::duration_cast<std::chrono::milliseconds>(shared_.patience));
        http::async_read_header(
            stream_, buffer_, parser_, [self = this->shared_from_this()](error_code error, auto) {
                self->on_header(error);
            });
    }

private:
    void on_header(error_code error) {
        const auto& request = parser_.get();
        if (error == http::error::header_limit || error == http::error::buffer_overflow) {
            return answer({431, "{\"error\":\"request too long\"}\n"});
        }
        if (error.category() == http::make_error_code(http::error::bad_method).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message) {
            return answer({400, "{\"error\":\"not HTTP/1.1\"}\n"});
        }
        if (error) return;  // gone, or too slow
        is_head_ = request.method() == http::verb::head;
        if (request.method() != http::verb::get && !is_head_) {
            return answer({405, "{\"error\":\"GET only\"}\n"});
        }
        const std::string target(request.target());
        answer(shared_.handler(target.substr(0, target.find('?'))));
    }

    void answer(HttpResponse response) {
        response_.version(11);
        response_.result(response.status);
        response_.set(http::field::content_type, response.content_type);
        response_.set(http::field::cache_control, "no-store");
        response_.keep_alive(false);
        if (response.status == 405) response_.set(http::field::allow, "GET, HEAD");
        response_.body() = std::move(response.body);
        response_.prepare_payload();
        if (is_head_) response_.body().clear();
        http::async_write(
            stream_, response_, [self = this->shared_from_this()](error_code error, auto) {
                if (!error) self->drain();
            });
    }

    /// Closing with unread bytes would reset the connection and could destroy the answer on its
    /// way.
    void drain() {
        error_code ignored;
        stream_.socket().shutdown(Protocol::socket::shutdown_send, ignored);
        read_away(0);
    }

    void read_away(std::size_t so_far) {
        buffer_.clear();
        stream_.async_read_some(
            buffer_.prepare(kHeadersMax),
            [self = this->shared_from_this(), so_far](error_code error, std::size_t size) {
                if (!error && so_far + size < kDrainMax) self->read_away(so_far + size);
            });
    }

    Stream stream_;
    Shared& shared_;
    beast::flat_static_buffer<std::size_t{2} * kHeadersMax> buffer_;
    http::request_parser<http::empty_body> parser_;
    http::response<http::string_body> response_;
    bool is_head_ = false;
};

template <class Protocol>
class Listener {
public:
    Listener(asio::io_context& context, Shared& shared) : acceptor_(context), shared_(shared) {}

    error_code open(const typename Protocol::endpoint& endpoint) {
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        return error;
    }

    void accept() {
        acceptor_.async_accept([this](error_code error, typename Protocol::socket socket) {
            if (error == asio::error::operation_aborted) return;
            // One too many is closed by its destructor.
            if (!error && shared_.connections < shared_.connections_max) {
                std::make_shared<Session<Protocol>>(std::move(socket), shared_)->run();
            }
            accept();
        });
    }

private:
    typename Protocol::acceptor acceptor_;
    Shared& shared_;
};

class Server final : public HttpServer {
public:
    Server(const Options& options, Handler handler)
        : shared_{std::move(handler), options.connections_max, options.patience},
          unix_path_(options.unix_path),
          local_(context_, shared_),
          tcp_(context_, shared_) {}

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    ~Server() override {
        context_.stop();
        if (thread_.joinable()) thread_.join();
        if (listens_locally_) ::unlink(unix_path_.c_str());
    }

    Result<> open(const Options& options) {
        if (!unix_path_.empty()) TRY(open_locally());
        if (options.port != 0) TRY(open_tcp(options));
        thread_ = std::thread([this] { context_.run(); });
        return {};
    }

private:
    Result<> open_locally() {
        if (unix_path_.size() >= sizeof(sockaddr_un::sun_path)) {
            return fail(
                unix_path_ + ": too long for a Unix socket; choose a shorter --home",
                ExitCode::Configuration);
        }
        ::unlink(unix_path_.c_str());  // of a process that was killed
        if (const auto error = local_.open(Local::endpoint(unix_path_))) {
            return fail(unix_path_ + ": cannot listen: " + error.message());
        }
        listens_locally_ = true;
        ::chmod(unix_path_.c_str(), S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP);
        local_.accept();
        return {};
    }

    Result<> open_tcp(const Options& options) {
        const std::string where = options.address + ":" + std::to_string(options.port);
        error_code error;
        const auto address = asio::ip::make_address(options.address, error);
        if (!error) error = tcp_.open(Tcp::endpoint(address, options.port));
        if (error) {
            return fail(
                where + ": cannot listen: " + error.message() +
                    "; choose another health.port or health.address",
                ExitCode::Configuration);
        }
        tcp_.accept();
        return {};
    }

    Shared shared_;  // outlives the context, which ends with the last connections
    asio::io_context context_{1};
    std::string unix_path_;
    bool listens_locally_ = false;
    Listener<Local> local_;
    Listener<Tcp> tcp_;
    std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const Options& options, Handler handler) {
    auto server = std::make_unique<Server>(options, std::move(handler));
    TRY(server->open(options));
    return server;
}

Result<HttpResponse> http_get(
    const std::string& unix_path, const std::string& path, Duration patience) {
    const auto unreachable = [&](const std::string& why) {
        return fail(unix_path + " does not answer: " + why, ExitCode::Unreachable);
    };
    if (unix_path.size() >= sizeof(sockaddr_un::sun_path))
        return unreachable("its path is too long");
    asio::io_context context{1};
    beast::basic_stream<Local> stream(context);
    beast::flat_static_buffer<std::size_t{2} * kHeadersMax> buffer;
    http::response<http::string_body> response;
    const http::request<http::empty_body> request{http::verb::get, path, 11};
    error_code outcome = asio::error::timed_out;
    stream.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(patience));
    const auto read = [&](error_code error, std::size_t) {
        outcome = error;
        if (error) return;
        http::async_read(
            stream, buffer, response, [&](error_code last, std::size_t) { outcome = last; });
    };
    stream.async_connect(Local::endpoint(unix_path), [&](error_code error) {
        outcome = error;
        if (!error) http::async_write(stream, request, read);
    });
    context.run();
    if (outcome) return unreachable(outcome.message());
    return HttpResponse{
        response.result_int(),
        std::move(response.body()),
        std::string(response[http::field::content_type])};
}

}  // namespace tapedeck::net
