#pragma once

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
/// fail: a question changes nothing. No clock: the time is an argument (monotonic).
class PublicRest {
public:
    struct Options {
        std::string origin;   ///< "https://api.kraken.com"
        Duration interval{};  ///< between two requests
        Duration timeout{};   ///< of each
    };

    PublicRest(net::Wire& wire, const Options& options, std::uint64_t seed)
        : wire_(wire), options_(options), backoff_({}, seed) {}

    /// Asks when its turn comes; `tag` comes back with the answer. After `attempts_max` failures
    /// (0 = never) it is given up; 1 where an answer that comes later is out of date.
    void ask(std::uint64_t tag, RestRequest request, unsigned attempts_max = 0);

    bool is_waiting_for(std::uint64_t tag) const;

    struct Answered {
        std::uint64_t tag = 0;
        unsigned status = 0;
        std::string body;  ///< empty where `why` says that there is none
        std::string why;
    };

    /// What the wire said, if it belongs to a question of ours. An answer that is no answer of the
    /// service (any status but 200) counts as a failure. Nothing while it is going to be repeated.
    std::optional<Answered> take(const net::WireEvent& event, Duration now);

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
    };

    std::optional<Answered> failed(Question question, std::string why, Duration now);

    net::Wire& wire_;
    Options options_;
    net::Backoff backoff_;
    std::deque<Question> waiting_;
    std::map<net::WireId, Question> asked_;
    Duration next_{};
    unsigned failures_ = 0;
    std::string why_;
};

}  // namespace tapedeck::kraken
