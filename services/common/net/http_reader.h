#pragma once

#include "net/wire.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

// For this folder alone.
namespace tapedeck::net {

namespace http = boost::beast::http;

/// One HTTP message after the other out of the bytes of a connection, as they come.
template <bool is_request>
class HttpReader {
public:
    using Message = http::message<is_request, http::string_body>;
    using Parser = http::parser<is_request, http::string_body>;

    explicit HttpReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

    /// From here on the next message. `has_body` is false for the answer to a HEAD.
    void begin(bool has_body = true) {
        parser_.emplace();
        parser_->header_limit(kHeaderMax);
        parser_->body_limit(body_bytes_max_);
        parser_->eager(true);
        parser_->skip(!has_body);
    }

    auto prepare() { return buffer_.prepare(kReadSize); }

    void commit(std::size_t size) { buffer_.commit(size); }

    /// Bytes that belong to no message yet.
    bool has_more() const { return buffer_.size() > 0; }

    /// Success when the message is complete, `need_more` while it is not.
    boost::system::error_code parse() {
        boost::system::error_code error;
        while (!parser_->is_done() && !error) {
            if (buffer_.size() == 0) return http::error::need_more;
            const auto size = parser_->put(buffer_.data(), error);
            buffer_.consume(size);
        }
        // What the parser does not take is a header or the head of a chunk.
        const bool is_endless = error == http::error::need_more && buffer_.size() > kHeaderMax;
        return is_endless ? http::error::header_limit : error;
    }

    /// The connection ended: success if that completes the message. Only an end that the other
    /// side has signed does; anybody on the way can cut a connection.
    boost::system::error_code end(const boost::system::error_code& ended) {
        if (ended != boost::asio::error::eof) return ended;
        boost::system::error_code error;
        if (!parser_->got_some()) return ended;
        parser_->put_eof(error);
        return error;
    }

    const Message& message() const { return parser_->get(); }

    Message release() { return parser_->release(); }

private:
    static constexpr std::uint32_t kHeaderMax = 64U
                                                << 10U;   // cookies and policies; venues say 8 KB
    static constexpr std::size_t kReadSize = 16U << 10U;  // one TLS record

    std::size_t body_bytes_max_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
};

template <class Fields>
Headers headers_of(const Fields& fields) {
    Headers headers;
    for (const auto& field : fields) headers.emplace_back(field.name_string(), field.value());
    return headers;
}

/// Whether these bytes are of HTTP's grammar and not ours to say (RFC 9110 section 5): a line break
/// in a value would begin a header, or a request, of its own.
bool is_token(const std::string& text);
bool is_header_value(const std::string& text);
bool is_connection_header(const std::string& name);

}  // namespace tapedeck::net
