#include "venues/kraken/public_rest.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

namespace {

constexpr unsigned kOk = 200;

}  // namespace

void PublicRest::ask(std::uint64_t tag, RestRequest request, unsigned attempts_max) {
    waiting_.push_back({.tag = tag, .request = std::move(request), .attempts_max = attempts_max});
}

bool PublicRest::is_waiting_for(std::uint64_t tag) const {
    const auto is_it = [tag](const Question& question) { return question.tag == tag; };
    return std::any_of(waiting_.begin(), waiting_.end(), is_it) ||
           std::any_of(asked_.begin(), asked_.end(), [&](const auto& asked) {
               return is_it(asked.second);
           });
}

void PublicRest::ask_cached(
    std::uint64_t tag, RestRequest request, Time not_before, unsigned attempts_max) {
    if (options_.cache != nullptr) {
        if (auto found = options_.cache->find(name_of(request), not_before)) {
            from_cache_.push_back({tag, kOk, std::move(found->body), {}, found->answered_at});
            return;
        }
    }
    Question question{
        .tag = tag, .request = std::move(request), .attempts_max = attempts_max, .is_cached = true};
    if (failures_ > 0) serve_old(question);
    waiting_.push_back(std::move(question));
}

/// Once for each question: it is asked on all the same.
void PublicRest::serve_old(Question& question) {
    if (!question.is_cached || question.was_served || options_.cache == nullptr) return;
    auto old = options_.cache->find_old(name_of(question.request));
    if (!old) return;
    question.was_served = true;
    from_cache_.push_back({question.tag, kOk, std::move(old->body), {}, old->answered_at, true});
}

std::optional<PublicRest::Answered> PublicRest::take_cached() {
    if (from_cache_.empty()) return std::nullopt;
    Answered result = std::move(from_cache_.front());
    from_cache_.pop_front();
    return result;
}

std::optional<PublicRest::Answered> PublicRest::take(
    const net::WireEvent& event, const market_data::Moment& now) {
    if (const auto* reply = std::get_if<net::HttpAnswered>(&event.what)) {
        auto question = asked_.extract(reply->id);
        if (question.empty()) return std::nullopt;
        return answered(std::move(question.mapped()), reply->reply, now);
    }
    if (const auto* lost = std::get_if<net::HttpFailed>(&event.what)) {
        auto question = asked_.extract(lost->id);
        if (question.empty()) return std::nullopt;
        return failed(std::move(question.mapped()), lost->why, now.monotonic);
    }
    return std::nullopt;
}

std::optional<PublicRest::Answered> PublicRest::answered(
    Question question, const net::HttpReply& reply, const market_data::Moment& now) {
    if (reply.status != kOk) {
        return failed(
            std::move(question), "HTTP status " + std::to_string(reply.status), now.monotonic);
    }
    if (question.is_cached) {
        // The venue says that it is unavailable with status 200, too: that is no answer to keep.
        json::Document document;
        const auto envelope = read_envelope(document, reply.status, reply.body);
        if (!envelope) return failed(std::move(question), envelope.error().text, now.monotonic);
        if (options_.cache != nullptr) {
            options_.cache->keep(name_of(question.request), reply.body, now.wall);
        }
    }
    failures_ = 0;
    backoff_.reset();
    return Answered{question.tag, kOk, reply.body, {}, now.wall};
}

std::optional<PublicRest::Answered> PublicRest::failed(
    Question question, std::string why, Duration now) {
    ++failures_;
    why_ = why;
    ++question.attempts;
    next_ = std::max(next_, now + backoff_.next());
    const bool is_last = question.attempts_max != 0 && question.attempts >= question.attempts_max;
    if (is_last) return Answered{question.tag, 0, {}, std::move(why), {}};
    serve_old(question);
    waiting_.push_front(std::move(question));
    return std::nullopt;
}

void PublicRest::repeat(std::uint64_t tag, RestRequest request, Duration now) {
    ++failures_;
    next_ = std::max(next_, now + backoff_.next());
    waiting_.push_front({.tag = tag, .request = std::move(request)});
}

void PublicRest::drive(Duration now) {
    if (waiting_.empty() || now < next_) return;
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    next_ = now + options_.interval;
    const net::WireId id = wire_.request(
        options_.origin,
        {.method = question.request.verb,
         .target = question.request.target,
         .headers = question.request.headers,
         .body = question.request.body},
        options_.timeout);
    asked_.emplace(id, std::move(question));
}

}  // namespace tapedeck::kraken
