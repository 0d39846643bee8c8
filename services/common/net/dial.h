#pragma once

#include "base/time.h"
#include "net/resolver.h"
#include "net/tls_stream.h"
#include "net/url.h"

#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tapedeck::net {

/// The way to a TLS stream whose other side is who it should be: name, TCP, handshake, certificate.
class Dial : public std::enable_shared_from_this<Dial> {
public:
    /// The stream, or why there is none.
    using Done = std::function<void(std::unique_ptr<TlsStream>, const std::string& why)>;

    Dial(asio::io_context& context, ssl::context& tls, Resolver& resolver, Url url);

    /// `done` is called once, later, within `patience`.
    void start(Duration patience, Done done);
    /// `done` is not called any more.
    void cancel();

private:
    void connect_next();
    void shake_hands();
    void verify_host();
    void finish(const std::string& why);

    asio::io_context& context_;
    ssl::context& tls_;
    Resolver& resolver_;
    Url url_;
    Done done_;
    Moment deadline_{};
    asio::steady_timer timer_;         // for all of it
    asio::steady_timer turn_;          // for one address of several
    std::vector<Tcp::endpoint> left_;  // from the last on
    std::unique_ptr<TlsStream> stream_;
    std::string step_ = "its name is looked up";
    std::string last_error_;
    /// What was wrong with the certificate; OpenSSL's callback may outlive this.
    std::shared_ptr<std::string> objection_ = std::make_shared<std::string>();
};

}  // namespace tapedeck::net
