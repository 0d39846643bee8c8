#pragma once

#include "net/dial.h"
#include "net/http_reader.h"
#include "net/wire_sink.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

// For this folder alone; all of it is of the I/O thread.
namespace tapedeck::net {

class HttpConnection;

/// A request on its way.
struct HttpJob {
    explicit HttpJob(asio::io_context& context) : timer(context) {}

    WireId id = 0;
    std::string origin;
    http::request<http::string_body> message;
    Duration timeout{};
    asio::steady_timer timer;
    std::weak_ptr<HttpConnection> connection;  // none while it waits for one
    bool was_written = false;
    bool is_over = false;
};

/// Requests, each over a connection that is idle, or new, or that it waits for.
class HttpPool {
public:
    HttpPool(
        asio::io_context& context,
        ssl::context& tls,
        Resolver& resolver,
        const WireOptions& options,
        WireSink& sink);

    void request(
        WireId id, const std::string& origin, HttpRequest request, Duration timeout, Moment now);
    /// The sink has room again.
    void resume();

private:
    friend class HttpConnection;
    using Job = std::shared_ptr<HttpJob>;

    struct Origin {
        Url url;
        std::deque<Job> waiting;
        std::vector<std::shared_ptr<HttpConnection>> connections;
    };

    /// Gives the waiting what there is.
    void serve(Origin& origin);
    void time_out(const Job& job);
    void answered(const Job& job, HttpReply reply, Moment received);
    void failed(const Job& job, const std::string& why);
    void forget(Origin& origin, const HttpConnection& connection);
    bool end(const Job& job);

    asio::io_context& context_;
    ssl::context& tls_;
    Resolver& resolver_;
    const WireOptions& options_;
    WireSink& sink_;
    std::map<std::string, Origin> origins_;
};

}  // namespace tapedeck::net
