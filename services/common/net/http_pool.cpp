#include "net/http_pool.h"

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/http/write.hpp>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace tapedeck::net {

namespace {

/// An idle connection is closed after so long: routers forget connections without a word, and a
/// request into one of those has no known outcome.
constexpr auto kIdleMax = std::chrono::seconds(60);
/// Requests that wait for a connection to one origin; more fail at once.
constexpr std::size_t kWaitingMax = 1000;

bool is_line_safe(const std::string& text, unsigned char least) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= least && byte != 0x7F) || (least == ' ' && c == '\t');
    });
}

/// Why this cannot be sent, without a word of what it holds; empty if it can.
std::string objection_to(const HttpRequest& request) {
    if (!is_token(request.method)) return "the request's method is no HTTP method";
    if (!request.target.starts_with('/') || !is_line_safe(request.target, '!')) {
        return "the request's target is no path";
    }
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name)) return "a name of the request's headers is none";
        if (!is_header_value(value)) return "the request's header " + name + " is not one line";
        if (is_connection_header(name)) return "the request's header " + name + " is not its own";
    }
    return "";
}

http::request<http::string_body> message_of(
    HttpRequest request, const Url& url, const std::string& user_agent) {
    http::request<http::string_body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(http::field::host, url.authority());
    message.set(http::field::user_agent, user_agent);
    for (const auto& [name, value] : request.headers) message.erase(name);
    for (const auto& [name, value] : request.headers) message.insert(name, value);
    message.body() = std::move(request.body);
    message.prepare_payload();
    return message;
}

std::string in_words_of_http(const error_code& error) {
    if (error == http::error::partial_message || error == http::error::end_of_stream) {
        return "closed by the other side";
    }
    if (error == http::error::body_limit) return "the answer is longer than it may be";
    if (error == http::error::header_limit) return "the answer's headers are too long";
    const auto& of_http = http::make_error_code(http::error::bad_version).category();
    if (error.category() == of_http) return "what came is not HTTP: " + error.message();
    return in_words(error);
}

}  // namespace

bool is_token(const std::string& text) {
    static const std::string kOthers = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_letter || (c >= '0' && c <= '9') || kOthers.find(c) != std::string::npos;
    });
}

bool is_header_value(const std::string& text) {
    return is_line_safe(text, ' ');
}

bool is_connection_header(const std::string& name) {
    static constexpr std::array<http::field, 5> kOurs = {
        http::field::host,
        http::field::connection,
        http::field::content_length,
        http::field::transfer_encoding,
        http::field::upgrade};
    return std::find(kOurs.begin(), kOurs.end(), http::string_to_field(name)) != kOurs.end();
}

/// One connection: dialled for a job, then a job after the other while both sides keep it. One
/// read is always under way, so that its end is known as soon as the kernel knows.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
    HttpConnection(HttpPool& pool, HttpPool::Origin& origin)
        : pool_(pool),
          origin_(origin),
          reader_(pool.options_.message_bytes_max),
          idle_timer_(pool.context_) {}

    void dial_for(HttpPool::Job job) {
        job_ = std::move(job);
        job_->connection = weak_from_this();
        dial_ = std::make_shared<Dial>(pool_.context_, pool_.tls_, pool_.resolver_, origin_.url);
        // Weak, or the two would keep each other.
        const auto done = [weak = weak_from_this()](auto stream, const std::string& why) {
            if (const auto self = weak.lock()) self->on_dialled(std::move(stream), why);
        };
        dial_->start(pool_.options_.connect_timeout, done);
    }

    bool is_idle() const { return stream_ && !job_; }

    /// False if it turned out closed: the job was not touched.
    bool begin(const HttpPool::Job& job) {
        if (!is_quiet()) {
            cut();
            return false;
        }
        idle_timer_.cancel();
        job_ = job;
        job_->connection = weak_from_this();
        write();
        return true;
    }

    /// The job is over. What it has begun cannot be shared with another.
    void abandon() {
        job_.reset();
        if (!dial_) cut();
    }

    void resume() {
        if (stream_ && !is_reading_) read();
    }

private:
    void on_dialled(std::unique_ptr<TlsStream> stream, const std::string& why) {
        dial_.reset();
        if (!stream) {
            if (job_) pool_.failed(std::exchange(job_, nullptr), why);
            return cut_and_serve();
        }
        stream_ = std::move(stream);
        if (job_) {
            write();
            read();
        } else {
            rest();
        }
    }

    void write() {
        job_->was_written = true;  // before the first byte can be
        is_writing_ = true;
        reader_.begin(job_->message.method() != http::verb::head);
        http::async_write(
            *stream_,
            job_->message,
            [self = shared_from_this(), job = job_](error_code, std::size_t) {
                // An error is the reading side's to tell: the answer may have come before it.
                self->is_writing_ = false;
            });
    }

    void read() {
        if (job_ && !pool_.sink_.has_room()) return;  // until resume()
        is_reading_ = true;
        stream_->async_read_some(
            reader_.prepare(), [self = shared_from_this()](error_code error, std::size_t size) {
                self->is_reading_ = false;
                if (self->stream_) self->on_read(error, size);
            });
    }

    void on_read(error_code error, std::size_t size) {
        const auto received = Clock::now();
        reader_.commit(size);
        if (!job_) return cut_and_serve();  // its end, or words that nobody asked for
        error = error ? reader_.end(error) : reader_.parse();
        while (!error && reader_.message().result_int() / 100 == 1 &&
               reader_.message().result() != http::status::switching_protocols) {
            reader_.begin(job_->message.method() != http::verb::head);  // 1xx: the answer follows
            error = reader_.parse();
        }
        if (error == http::error::need_more) return read();
        const auto job = std::exchange(job_, nullptr);
        if (error) {
            pool_.failed(job, origin_.url.place() + ": no answer: " + in_words_of_http(error));
            return cut_and_serve();
        }
        auto message = reader_.release();
        const bool is_kept = message.keep_alive() && !is_writing_ && !reader_.has_more() &&
                             message.result() != http::status::switching_protocols;
        HttpReply reply{message.result_int(), headers_of(message), std::move(message.body())};
        pool_.answered(job, std::move(reply), received);
        if (is_kept) {
            rest();
        } else {
            cut_and_serve();
        }
    }

    void rest() {
        idle_timer_.expires_after(kIdleMax);
        idle_timer_.async_wait([self = shared_from_this()](error_code error) {
            if (!error && self->is_idle()) self->cut_and_serve();
        });
        if (!is_reading_) read();
        pool_.serve(origin_);
    }

    /// Whether the kernel has nothing for us, no end above all.
    bool is_quiet() {
        char byte = 0;
        const int socket = stream_->next_layer().next_layer().native_handle();
        const auto size = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    }

    void cut_and_serve() {
        const auto self = shared_from_this();
        cut();
        pool_.serve(origin_);
    }

    void cut() {
        if (dial_) dial_->cancel();
        if (stream_) stream_->next_layer().close();
        gone_ = std::move(stream_);  // what is under way still ends in it
        idle_timer_.cancel();
        pool_.forget(origin_, *this);
    }

    HttpPool& pool_;
    HttpPool::Origin& origin_;
    HttpPool::Job job_;
    std::shared_ptr<Dial> dial_;
    std::unique_ptr<TlsStream> stream_;
    std::unique_ptr<TlsStream> gone_;
    HttpReader<false> reader_;
    asio::steady_timer idle_timer_;
    bool is_reading_ = false;
    bool is_writing_ = false;
};

HttpPool::HttpPool(
    asio::io_context& context,
    ssl::context& tls,
    Resolver& resolver,
    const WireOptions& options,
    WireSink& sink)
    : context_(context), tls_(tls), resolver_(resolver), options_(options), sink_(sink) {}

void HttpPool::request(
    WireId id, const std::string& origin, HttpRequest request, Duration timeout, Moment now) {
    const auto job = std::make_shared<HttpJob>(context_);
    job->id = id;
    job->origin = origin;
    job->timeout = timeout;
    const auto url = parse_url(origin, "https");
    if (!url) return failed(job, url.error().message);
    if (url->target != "/") return failed(job, url->place() + ": an origin has no path");
    const auto place = url->place() + ": ";
    if (const auto why = objection_to(request); !why.empty()) return failed(job, place + why);
    auto& there = origins_[origin];
    there.url = *url;
    if (there.waiting.size() >= kWaitingMax) return failed(job, place + "too many requests wait");
    job->message = message_of(std::move(request), *url, options_.user_agent);
    job->timer.expires_at(now + std::min<Clock::duration>(timeout, std::chrono::hours(24)));
    job->timer.async_wait([this, job](error_code error) {
        if (!error) time_out(job);
    });
    there.waiting.push_back(job);
    serve(there);
}

void HttpPool::resume() {
    for (auto& [_, origin] : origins_) {
        const auto connections = origin.connections;
        for (const auto& connection : connections) connection->resume();
    }
}

void HttpPool::serve(Origin& origin) {
    while (!origin.waiting.empty()) {
        const auto job = origin.waiting.front();
        const auto idle = std::find_if(
            origin.connections.begin(), origin.connections.end(), [](const auto& connection) {
                return connection->is_idle();
            });
        if (idle != origin.connections.end()) {
            // Out of the queue first: nothing that follows may find it there.
            const auto connection = *idle;
            if (connection->begin(job)) origin.waiting.pop_front();
            continue;
        }
        if (origin.connections.size() >= std::max<std::size_t>(options_.connections_max, 1)) return;
        origin.waiting.pop_front();
        origin.connections.push_back(std::make_shared<HttpConnection>(*this, origin));
        origin.connections.back()->dial_for(job);
    }
}

void HttpPool::time_out(const Job& job) {
    if (job->is_over) return;
    auto& origin = origins_.at(job->origin);
    const auto connection = job->connection.lock();
    const std::string what = job->was_written ? "no answer within "
                             : connection     ? "not connected within "
                                              : "no connection was free within ";
    failed(job, origin.url.place() + ": " + what + to_string(job->timeout));
    if (connection) {
        connection->abandon();
    } else {
        std::erase(origin.waiting, job);
    }
    serve(origin);
}

void HttpPool::answered(const Job& job, HttpReply reply, Moment received) {
    if (end(job)) sink_.put({HttpAnswered{job->id, std::move(reply)}, since_boot(received)});
}

void HttpPool::failed(const Job& job, const std::string& why) {
    if (end(job)) sink_.put({HttpFailed{job->id, job->was_written, why}, since_boot()});
}

bool HttpPool::end(const Job& job) {
    job->timer.cancel();
    return !std::exchange(job->is_over, true);
}

void HttpPool::forget(Origin& origin, const HttpConnection& connection) {
    std::erase_if(origin.connections, [&](const auto& each) { return each.get() == &connection; });
}

}  // namespace tapedeck::net
