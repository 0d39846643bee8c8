#include "venues/kraken/private_link.h"

#include "venues/kraken/private_requests.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

bool PrivateLink::wants_token(Duration now) const {
    return socket_ == 0 && now >= open_at_ && (token_.empty() || now >= token_until_);
}

void PrivateLink::take_token(WebSocketToken token, Duration now) {
    token_ = std::move(token.token);
    // Half of its time, so that it doesn't end between here and the venue.
    token_until_ = now + token.expires / 2;
}

void PrivateLink::miss_token(Duration now) {
    open_at_ = std::max(open_at_, now + backoff_.next());
}

void PrivateLink::take(const net::WireEvent& event, const market_data::Moment& now) {
    if (const auto* opened = std::get_if<net::SocketOpened>(&event.what)) {
        if (opened->id != socket_) return;
        is_open_ = true;
        heard_at_ = now.monotonic;
        subscribe();
    } else if (const auto* said = std::get_if<net::SocketText>(&event.what)) {
        if (said->id == socket_) take_frame(said->text, now.monotonic);
    } else if (const auto* closed = std::get_if<net::SocketClosed>(&event.what)) {
        if (closed->id != socket_) return;
        socket_ = 0;
        drop(closed->why, now.monotonic);
    }
}

void PrivateLink::subscribe() {
    executions_ = {};
    balances_ = {};
    wire_.send(socket_, encode_subscribe_executions({token_, next_request()}, true));
    wire_.send(socket_, encode_subscribe_balances({token_, next_request()}));
}

void PrivateLink::take_frame(const std::string& text, Duration now) {
    heard_at_ = now;
    const auto message = decode_private(document_, text);
    if (!message) {
        // It may have been anything: what it said must be found by other means.
        take_evidence("executions", text);
        drop("a frame that cannot be read: " + message.error().message, now);
        return;
    }
    std::visit([&](const auto& each) { take_message(each, text, now); }, *message);
}

void PrivateLink::take_message(
    const ExecutionsUpdate& update, const std::string& text, Duration now) {
    const auto verdict = executions_.check(update.sequence, update.is_snapshot);
    if (verdict == SequenceGuard::Verdict::Repeated) return;
    if (update.is_snapshot) has_executions_ = true;
    take_evidence("executions", text);
    take_verdict(verdict, "executions before " + std::to_string(update.sequence), now);
}

void PrivateLink::take_message(
    const BalancesUpdate& update, const std::string& text, Duration now) {
    const auto verdict = balances_.check(update.sequence, update.is_snapshot);
    if (verdict == SequenceGuard::Verdict::Repeated) return;
    if (update.is_snapshot) has_balances_ = true;
    take_evidence("balances", text);
    take_verdict(verdict, "balances before " + std::to_string(update.sequence), now);
}

void PrivateLink::take_evidence(const char* channel, const std::string& text) {
    News news;
    news.kind = News::Kind::Message;
    news.channel = channel;
    news.text = text;
    news_.push_back(std::move(news));
}

/// What came after a gap is evidence like any other; what is lost in it the venue tells of its own
/// accord never again.
void PrivateLink::take_verdict(
    SequenceGuard::Verdict verdict, const std::string& where, Duration now) {
    if (verdict == SequenceGuard::Verdict::Gap) {
        drop("a gap in " + where, now);
        return;
    }
    if (is_up_ || !has_executions_ || !has_balances_) return;
    is_up_ = true;
    backoff_.reset();
    News up;
    up.kind = News::Kind::Up;
    news_.push_back(std::move(up));
}

void PrivateLink::take_message(const RequestAnswered& answer, const std::string& text, Duration) {
    News news;
    news.kind = News::Kind::Answer;
    news.text = text;
    news.request = answer.request.value_or(0);
    news.error = answer.error;
    news_.push_back(std::move(news));
}

void PrivateLink::take_message(
    const SubscriptionAnswered& answer, const std::string&, Duration now) {
    if (!answer.error.empty()) return refuse(answer.error, now);
    if (!answer.max_rate_count) return;
    News news;
    news.kind = News::Kind::Limit;
    news.number = *answer.max_rate_count;
    news_.push_back(std::move(news));
}

void PrivateLink::take_message(const SystemStatus& status, const std::string&, Duration) {
    News news;
    news.kind = News::Kind::Status;
    news.text = status.text;
    news.is_online = status.state == SystemStatus::State::Online;
    news_.push_back(std::move(news));
}

void PrivateLink::take_message(const RequestFailed& failed, const std::string& text, Duration now) {
    if (!is_up_) return refuse(failed.error, now);
    News news;
    news.kind = News::Kind::Answer;
    news.text = text;
    news.request = failed.request.value_or(0);
    news.error = classify(failed.error);
    news_.push_back(std::move(news));
}

/// With another token it may be granted.
void PrivateLink::refuse(const std::string& error, Duration now) {
    token_.clear();
    drop("refused: " + error, now);
}

void PrivateLink::drop(const std::string& why, Duration now) {
    if (socket_ != 0) wire_.close(std::exchange(socket_, 0));
    is_open_ = false;
    is_up_ = false;
    has_executions_ = false;
    has_balances_ = false;
    open_at_ = std::max(open_at_, now + std::max(backoff_.next(), attempts_.wait(now)));
    News news;
    news.text = why;
    news_.push_back(std::move(news));
}

void PrivateLink::drive(const market_data::Moment& now) {
    if (socket_ == 0) {
        const bool may_open = now.monotonic >= open_at_ && !token_.empty();
        if (!may_open || now.monotonic >= token_until_) return;
        attempts_.attempted(now.monotonic);
        socket_ = wire_.open(options_.url);
        opened_at_ = now.monotonic;
        return;
    }
    if (is_up_ && now.monotonic - heard_at_ > options_.deaf_after) {
        drop("no heartbeat", now.monotonic);
    } else if (!is_up_ && now.monotonic - opened_at_ > options_.begin_timeout) {
        drop("no snapshots", now.monotonic);
    }
}

}  // namespace tapedeck::kraken
