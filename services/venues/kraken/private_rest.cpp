#include "venues/kraken/private_rest.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

void PrivateRest::ask(Call call) {
    Waiting waiting;
    waiting.call = std::move(call);
    queue(std::move(waiting), false);
}

void PrivateRest::queue(Waiting waiting, bool in_front) {
    const auto urgency = waiting.call.urgency;
    const auto place = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
        return in_front ? urgency <= other.call.urgency : urgency < other.call.urgency;
    });
    waiting_.insert(place, std::move(waiting));
}

bool PrivateRest::drop(std::uint64_t tag) {
    const auto size = waiting_.size();
    waiting_.remove_if([&](const Waiting& waiting) { return waiting.call.tag == tag; });
    return waiting_.size() != size;
}

bool PrivateRest::is_waiting_for(std::uint64_t tag) const {
    if (under_way_ && under_way_->call.tag == tag) return true;
    return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
        return waiting.call.tag == tag;
    });
}

std::optional<PrivateRest::Outcome> PrivateRest::take(
    const net::WireEvent& event, const market_data::Moment& now) {
    const auto* const answered = std::get_if<net::HttpAnswered>(&event.what);
    const auto* const failed = std::get_if<net::HttpFailed>(&event.what);
    const net::WireId id = answered != nullptr ? answered->id : failed != nullptr ? failed->id : 0;
    if (!under_way_ || id == 0 || id != under_way_->id) return std::nullopt;
    UnderWay done = std::move(*under_way_);
    under_way_.reset();
    Outcome outcome;
    outcome.call = done.call;
    if (answered != nullptr) {
        outcome.status = answered->reply.status;
        outcome.body = answered->reply.body;
    } else {
        outcome.was_written = failed->was_written;
        outcome.why = failed->why;
    }
    const Verdict verdict = judge(outcome, now);
    if (verdict == Verdict::Final || !done.call.is_question) return outcome;
    Waiting again;
    again.attempts = done.attempts;
    again.refusals = done.refusals;
    if (verdict == Verdict::Later) {
        // It was not looked at: no attempt. Somebody else may be using up the budget of the key.
        --again.attempts;
        if (++again.refusals > kRefusalsMax) return outcome;
    } else if (done.attempts >= options_.attempts_max) {
        return outcome;
    }
    outcome.is_final = false;
    again.call = std::move(done.call);
    again.not_before = now.monotonic + backoff_.next();
    queue(std::move(again), true);
    return outcome;
}

/// What an outcome means for the calls to come, and for this one if it is a question.
PrivateRest::Verdict PrivateRest::judge(const Outcome& outcome, const market_data::Moment& now) {
    if (outcome.status == 0) {
        breaker_.failed(now.monotonic);
        return Verdict::Again;
    }
    const auto result = read_envelope(document_, outcome.status, outcome.body);
    if (result) {
        breaker_.succeeded();
        backoff_.reset();
        return Verdict::Final;
    }
    const VenueError& error = result.error();
    const bool is_out_of_order = error.error_class == ErrorClass::Transient ||
                                 error.error_class == ErrorClass::VenueDown ||
                                 error.error_class == ErrorClass::Unreadable;
    if (is_out_of_order) {
        breaker_.failed(now.monotonic);
    } else {
        breaker_.succeeded();
    }
    const bool is_engine = error.text.starts_with("EOrder");
    if (error.error_class == ErrorClass::RateLimited && !is_engine) {
        limiter_.exceeded(now.wall);
        return Verdict::Later;
    }
    if (error.error_class == ErrorClass::Nonce) {
        // Somebody else has used the key, with a clock that is ahead.
        const auto ahead = static_cast<std::uint64_t>(NonceSource::kAhead.count());
        nonces_.skip_to(last_nonce_ + ahead);
    }
    return may_repeat_query(error) ? Verdict::Again : Verdict::Final;
}

void PrivateRest::spent_before(std::string_view method, Time at) {
    limiter_.sent(rest_cost(method), at);
}

std::vector<PrivateRest::Step> PrivateRest::drive(const market_data::Moment& now) {
    std::vector<Step> steps;
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        if (now.monotonic <= each->call.until) {
            ++each;
            continue;
        }
        steps.push_back({std::move(each->call), false});
        each = waiting_.erase(each);
    }
    // Ahead of need: an order shall not wait for a disk.
    const auto soon = static_cast<std::uint64_t>(to_ns(now.wall + NonceSource::kAhead / 2));
    mark_wanted_.reset();
    if (soon > mark_) mark_wanted_ = nonces_.mark_wanted(now.wall);
    if (under_way_ || !breaker_.may_pass(now.monotonic)) return steps;
    const auto next = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
        return each.not_before <= now.monotonic &&
               limiter_.may_send(rest_cost(each.call.call.method), now.wall);
    });
    if (next == waiting_.end()) return steps;
    const auto nonce = nonces_.next(now.wall);
    if (!nonce) {
        mark_wanted_ = nonces_.mark_wanted(now.wall);
        return steps;
    }
    last_nonce_ = *nonce;
    auto request = sign_call(next->call.call, credentials_, *nonce);
    limiter_.sent(rest_cost(next->call.call.method), now.wall);
    breaker_.sent(now.monotonic);
    UnderWay under_way;
    under_way.call = std::move(next->call);
    under_way.attempts = next->attempts + 1;
    under_way.refusals = next->refusals;
    waiting_.erase(next);
    net::HttpRequest http;
    http.method = std::move(request.verb);
    http.target = std::move(request.target);
    http.headers = std::move(request.headers);
    http.body = std::move(request.body);
    under_way.id = wire_.request(options_.origin, std::move(http), options_.timeout);
    steps.push_back({under_way.call, true});
    under_way_ = std::move(under_way);
    return steps;
}

void PrivateRest::mark_written(std::uint64_t mark) {
    nonces_.mark_written(mark);
    mark_ = std::max(mark_, mark);
    mark_wanted_.reset();
}

}  // namespace tapedeck::kraken
