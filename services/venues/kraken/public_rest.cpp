#include "venues/kraken/public_rest.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

namespace {

constexpr unsigned kOk = 200;

}  // namespace

void PublicRest::ask(std::uint64_t tag, RestRequest request, unsigned attempts_max) {
    waiting_.push_back({tag, std::move(request), attempts_max});
}

bool PublicRest::is_waiting_for(std::uint64_t tag) const {
    const auto is_it = [tag](const Question& question) { return question.tag == tag; };
    return std::any_of(waiting_.begin(), waiting_.end(), is_it) ||
           std::any_of(asked_.begin(), asked_.end(), [&](const auto& asked) {
               return is_it(asked.second);
           });
}

std::optional<PublicRest::Answered> PublicRest::take(const net::WireEvent& event, Duration now) {
    if (const auto* answered = std::get_if<net::HttpAnswered>(&event.what)) {
        auto question = asked_.extract(answered->id);
        if (question.empty()) return std::nullopt;
        if (answered->reply.status != kOk) {
            return failed(
                std::move(question.mapped()),
                "HTTP status " + std::to_string(answered->reply.status),
                now);
        }
        failures_ = 0;
        backoff_.reset();
        return Answered{question.mapped().tag, kOk, answered->reply.body, {}};
    }
    if (const auto* lost = std::get_if<net::HttpFailed>(&event.what)) {
        auto question = asked_.extract(lost->id);
        if (question.empty()) return std::nullopt;
        return failed(std::move(question.mapped()), lost->why, now);
    }
    return std::nullopt;
}

std::optional<PublicRest::Answered> PublicRest::failed(
    Question question, std::string why, Duration now) {
    ++failures_;
    why_ = why;
    ++question.attempts;
    next_ = std::max(next_, now + backoff_.next());
    const bool is_last = question.attempts_max != 0 && question.attempts >= question.attempts_max;
    if (is_last) return Answered{question.tag, 0, {}, std::move(why)};
    waiting_.push_front(std::move(question));
    return std::nullopt;
}

void PublicRest::repeat(std::uint64_t tag, RestRequest request, Duration now) {
    ++failures_;
    next_ = std::max(next_, now + backoff_.next());
    waiting_.push_front({tag, std::move(request)});
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
