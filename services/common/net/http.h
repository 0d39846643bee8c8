#pragma once

#include "base/expected.h"
#include "base/time.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tapedeck::net {

struct HttpResponse {
    unsigned status = 200;
    std::string body;
    std::string content_type = "application/json";
};

/// Answers GET and HEAD, one request a connection, on a thread of its own.
class HttpServer {
public:
    struct Options {
        /// A Unix socket; whatever file is there is replaced. Readable by owner and group.
        std::string unix_path;
        std::string address = "127.0.0.1";
        std::uint16_t port = 0;  ///< 0 = no TCP
        std::size_t connections_max = 16;
        Duration patience{std::chrono::seconds(2)};  ///< for a whole connection
    };

    /// What to say to the path of a request, without its query. Runs on the server's thread.
    using Handler = std::function<HttpResponse(const std::string& path)>;

    /// Listens. The error names the socket or port that cannot be had.
    static Result<std::unique_ptr<HttpServer>> listen(const Options& options, Handler handler);

    virtual ~HttpServer() = default;
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

protected:
    HttpServer() = default;
};

/// Asks the server on this Unix socket for `path`. Exit 4 when nobody answers within `patience`.
Result<HttpResponse> http_get(
    const std::string& unix_path, const std::string& path, Duration patience);

}  // namespace tapedeck::net
