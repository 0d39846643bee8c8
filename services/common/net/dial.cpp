#include "net/dial.h"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <utility>

namespace tapedeck::net {

namespace {

/// An address gets at least so long before the next is tried: one that drops packets must not use
/// up the time of all, and one that is far away must have its chance.
constexpr Duration kTurnMin = std::chrono::seconds(1);

std::string objection_to(int code) {
    switch (code) {
        case X509_V_ERR_CERT_HAS_EXPIRED: return "its certificate has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID: return "its certificate is not valid yet";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "its certificate is of an authority that is not trusted";
        default:
            return std::string("its certificate is refused: ") +
                   ::X509_verify_cert_error_string(code);
    }
}

}  // namespace

std::string in_words(const error_code& error) {
    if (error == asio::error::eof || error == ssl::error::stream_truncated) {
        return "closed by the other side";
    }
    if (error == asio::error::connection_reset || error == asio::error::broken_pipe) {
        return "reset by the other side";
    }
    return error.message();
}

Dial::Dial(asio::io_context& context, ssl::context& tls, Resolver& resolver, Url url)
    : context_(context),
      tls_(tls),
      resolver_(resolver),
      url_(std::move(url)),
      timer_(context),
      turn_(context) {}

void Dial::start(Duration patience, Done done) {
    done_ = std::move(done);
    deadline_ = moment_in(patience);
    timer_.expires_at(deadline_);
    timer_.async_wait([self = shared_from_this(), patience](error_code error) {
        if (!error)
            self->finish("not connected within " + to_string(patience) + ": " + self->step_);
    });
    const auto use = [weak = weak_from_this()](const Resolver::Answer& answer) {
        const auto self = weak.lock();
        if (!self || !self->done_) return;
        for (auto each = answer.addresses.rbegin(); each != answer.addresses.rend(); ++each) {
            self->left_.emplace_back(*each, self->url_.port);
        }
        self->last_error_ = "its name is not known: " + answer.why;
        self->connect_next();
    };
    error_code error;
    const auto address = asio::ip::make_address(url_.host, error);
    if (error) return resolver_.resolve(url_.host, use);
    left_.emplace_back(address, url_.port);
    connect_next();
}

void Dial::cancel() {
    done_ = nullptr;
    timer_.cancel();
    turn_.cancel();
    if (stream_) stream_->next_layer().close();
}

void Dial::connect_next() {
    if (left_.empty()) return finish(last_error_);
    const auto endpoint = left_.back();
    left_.pop_back();
    step_ = "no answer from " + endpoint.address().to_string();
    stream_ = std::make_unique<TlsStream>(context_, tls_);
    const auto time_left = deadline_ - Clock::now();
    const auto share = time_left / static_cast<std::int64_t>(left_.size() + 1);
    turn_.expires_after(std::max<Clock::duration>(share, kTurnMin));
    turn_.async_wait([weak = weak_from_this(), turn = stream_.get()](error_code error) {
        const auto self = weak.lock();
        if (!error && self && self->stream_.get() == turn) turn->next_layer().close();
    });
    auto& socket = stream_->next_layer().next_layer();
    socket.async_connect(endpoint, [self = shared_from_this()](error_code error) {
        if (!self->done_) return;
        self->turn_.cancel();
        if (!error) return self->shake_hands();
        self->last_error_ = error == asio::error::operation_aborted
                                ? self->step_
                                : "cannot connect: " + error.message();
        self->connect_next();
    });
}

void Dial::shake_hands() {
    step_ = "its TLS handshake is not done";
    error_code ignored;
    stream_->next_layer().next_layer().set_option(Tcp::no_delay(true), ignored);
    verify_host();
    stream_->async_handshake(
        ssl::stream_base::client, [self = shared_from_this()](error_code error) {
            if (!self->done_) return;
            if (!error) return self->finish("");
            const bool is_objection = !self->objection_->empty();
            self->finish(is_objection ? *self->objection_ : "TLS handshake: " + in_words(error));
        });
}

void Dial::verify_host() {
    error_code is_name;
    asio::ip::make_address(url_.host, is_name);
    if (is_name) {  // RFC 6066: no address there
        ::SSL_ctrl(
            stream_->native_handle(),
            SSL_CTRL_SET_TLSEXT_HOSTNAME,
            TLSEXT_NAMETYPE_host_name,
            url_.host.data());
    }
    stream_->set_verify_mode(ssl::verify_peer);
    stream_->set_verify_callback(
        [objection = objection_, verify = ssl::host_name_verification(url_.host)](
            bool is_trusted, ssl::verify_context& context) {
            const bool is_good = verify(is_trusted, context);
            if (!is_trusted) {
                *objection = objection_to(::X509_STORE_CTX_get_error(context.native_handle()));
            } else if (!is_good) {
                *objection = "its certificate is for another host name";
            }
            return is_good;
        });
}

void Dial::finish(const std::string& why) {
    if (!done_) return;
    const auto done = std::exchange(done_, nullptr);
    timer_.cancel();
    turn_.cancel();
    if (why.empty()) return done(std::move(stream_), why);
    if (stream_) stream_->next_layer().close();
    done(nullptr, url_.place() + ": " + why);
}

}  // namespace tapedeck::net
