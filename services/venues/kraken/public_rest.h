#pragma once

#include "market-data/core/market_feed.h"
#include "net/answer_cache.h"
#include "net/backoff.h"
#include "net/wire.h"
#include "venues/kraken/rest.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace tapedeck::kraken {

/// Questions to the public REST API, one after the other at the pace that its limit by address
/// allows (kraken.md section 3.1: about one a second), repeated with a growing pause while they
/// fail: a question changes nothing. What may be a little old is looked for in the cache first, and
/// where the venue does not answer the cache's answer serves, marked as old, until it does. No
/// clock: the time is an argument.
class PublicRest {
public:
    struct Options {
        std::string origin;                 ///< "https://api.kraken.com"
        Duration interval{};                ///< between two requests
        Duration timeout{};                 ///< of each
        net::AnswerCache* cache = nullptr;  ///< may be none; must outlive this
    };

    PublicRest(net::Wire& wire, const Options& options, std::uint64_t seed)
        : wire_(wire), options_(options), backoff_({}, seed) {}

    /// Asks when its turn comes; `tag` comes back with the answer. After `attempts_max` failures
    /// (0 = never) it is given up; 1 where an answer that comes later is out of date.
    void ask(std::uint64_t tag, RestRequest request, unsigned attempts_max = 0);

    /// The same; an answer that the cache has from `not_before` or later is as good.
    void ask_cached(
        std::uint64_t tag, RestRequest request, Time not_before, unsigned attempts_max = 0);

    bool is_waiting_for(std::uint64_t tag) const;

    struct Answered {
        std::uint64_t tag = 0;
        unsigned status = 0;
        std::string body;  ///< empty where `why` says that there is none
        std::string why;
        Time answered_at{};   ///< by the wall clock
        bool is_old = false;  ///< from the cache, because the venue does not answer: it is asked on
    };

    /// What the wire said, if it belongs to a question of ours. An answer that is no answer of the
    /// service (any status but 200) counts as a failure. Nothing while it is going to be repeated.
    std::optional<Answered> take(const net::WireEvent& event, const market_data::Moment& now);

    /// What the cache says, one question at a time; to be asked until there is nothing more.
    std::optional<Answered> take_cached();

    /// The answer to `tag` could not be used: it is asked again after a pause.
    void repeat(std::uint64_t tag, RestRequest request, Duration now);

    /// Sends what is due.
    void drive(Duration now);

    /// Failures since the last answer, and why the last one was.
    unsigned failures() const { return failures_; }

    const std::string& why() const { return why_; }

private:
    struct Question {
        std::uint64_t tag = 0;
        RestRequest request;
        unsigned attempts_max = 0;
        unsigned attempts = 0;
        bool is_cached = false;  ///< its answer is kept, and an old one may serve
        bool was_served = false;
    };

    std::string name_of(const RestRequest& request) const {
        return options_.origin + request.target;
    }

    void serve_old(Question& question);
    std::optional<Answered> answered(
        Question question, const net::HttpReply& reply, const market_data::Moment& now);
    std::optional<Answered> failed(Question question, std::string why, Duration now);

    net::Wire& wire_;
    Options options_;
    net::Backoff backoff_;
    std::deque<Question> waiting_;
    std::map<net::WireId, Question> asked_;
    std::deque<Answered> from_cache_;
    Duration next_{};
    unsigned failures_ = 0;
    std::string why_;
};

}  // namespace tapedeck::kraken
