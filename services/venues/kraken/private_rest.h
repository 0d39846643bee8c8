#pragma once

#include "market-data/core/market_feed.h"
#include "net/backoff.h"
#include "net/breaker.h"
#include "net/wire.h"
#include "venues/kraken/rate.h"
#include "venues/kraken/rest.h"
#include "venues/kraken/sign.h"

#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::kraken {

/// What goes first, when not all of it may go.
enum class Urgency : std::uint8_t { Cancel, Amend, Audit, Query, Order };

/// Signed REST calls of one API key. One at a time, because nonces must arrive in their order; the
/// most urgent first, those of one urgency in the order in which they were asked; never more than
/// the key's budget allows, nor through an open breaker. Questions that fail are repeated with a
/// growing pause; what may have changed something never is. No clock: times are arguments.
class PrivateRest {
public:
    struct Options {
        std::string origin = "https://api.kraken.com";
        Tier tier = Tier::Starter;
        Duration timeout{std::chrono::seconds(10)};
        unsigned attempts_max = 3;  ///< of a question
        net::Breaker::Limits breaker{};
    };

    /// `credentials` and what they refer to outlive this. `nonce_mark`: NonceSource.
    PrivateRest(
        net::Wire& wire,
        const Options& options,
        const Credentials& credentials,
        std::uint64_t nonce_mark,
        std::uint64_t seed)
        : wire_(wire),
          options_(options),
          credentials_(credentials),
          nonces_(nonce_mark),
          limiter_(options.tier),
          breaker_(options.breaker),
          backoff_({}, seed) {}

    struct Call {
        std::uint64_t tag = 0;
        PrivateCall call;
        Urgency urgency = Urgency::Query;
        bool is_question = false;          ///< changes nothing: may be repeated
        Duration until = Duration::max();  ///< monotonic; after it it doesn't leave any more
    };

    void ask(Call call);

    /// It has not left and won't: true. False if it isn't waiting (any more).
    bool drop(std::uint64_t tag);

    bool is_waiting_for(std::uint64_t tag) const;

    struct Outcome {
        Call call;
        unsigned status = 0;  ///< 0: there is no answer
        std::string body;
        bool was_written = false;  ///< without an answer: some of it may have left
        std::string why;           ///< likewise, for people
        bool is_final = true;      ///< false: it is asked again
    };

    /// What the wire said, if it was about a call of ours.
    std::optional<Outcome> take(const net::WireEvent& event, const market_data::Moment& now);

    struct Step {
        Call call;
        bool has_left = false;  ///< false: its time was over before its turn came
    };

    /// Sends what may go now.
    std::vector<Step> drive(const market_data::Moment& now);

    /// To be made durable, and then told to mark_written(): nothing is sent before.
    std::optional<std::uint64_t> mark_wanted() const { return mark_wanted_; }

    void mark_written(std::uint64_t mark);

    /// The venue still counts what an earlier instance has called.
    void spent_before(std::string_view method, Time at);

    /// So often a question that was refused for its rate is put again.
    static constexpr unsigned kRefusalsMax = 20;

    net::Breaker::State breaker(Duration now) const { return breaker_.state(now); }

private:
    enum class Verdict : std::uint8_t {
        Final,
        Again,  ///< another attempt might fare better
        Later,  ///< refused for its rate
    };

    struct Waiting {
        Call call;
        unsigned attempts = 0;
        unsigned refusals = 0;
        Duration not_before{};
    };

    struct UnderWay {
        net::WireId id = 0;
        Call call;
        unsigned attempts = 0;
        unsigned refusals = 0;
    };

    Verdict judge(const Outcome& outcome, const market_data::Moment& now);
    void queue(Waiting waiting, bool in_front);

    net::Wire& wire_;
    Options options_;
    Credentials credentials_;
    NonceSource nonces_;
    RestLimiter limiter_;
    net::Breaker breaker_;
    net::Backoff backoff_;
    json::Document document_;
    std::list<Waiting> waiting_;  ///< most urgent first
    std::optional<UnderWay> under_way_;
    std::optional<std::uint64_t> mark_wanted_;
    std::uint64_t mark_ = 0;  ///< the last one written
    std::uint64_t last_nonce_ = 0;
};

}  // namespace tapedeck::kraken
