#pragma once

#include "venue-simulator/core/dice.h"
#include "venue-simulator/core/json.h"
#include "venue-simulator/core/order.h"

#include <optional>
#include <string>
#include <vector>

/// How the venue misbehaves, on request: the list is in the README.
namespace tapedeck::venue_simulator {

enum class Fault {
    // A request, over REST or a WebSocket
    DelayBefore,
    DelayAfter,
    NoAnswer,
    HttpError,
    Error,
    Drop,
    MalformedJson,
    TruncatedJson,
    CutAnswer,
    // What streams
    Missing,
    Repeated,
    Reordered,
    BadChecksum,
    Silent,
    NoFills,
    DropSocket,
    // What becomes of an order
    PartialFill,
    FillBeforeAck,
    SelfCancel,
};

/// What a rule is held against.
struct Occasion {
    std::string method{};   ///< "AddOrder", "add_order", "subscribe"
    std::string channel{};  ///< "book"
    std::optional<PairId> pair{};
    std::string key{};  ///< API key
};

struct FaultRule {
    std::uint64_t id = 0;
    std::string name{};  ///< as it was asked for
    Fault fault = Fault::Error;
    std::string method{};  ///< empty: any
    std::string channel{};
    std::optional<PairId> pair{};
    std::string key{};
    std::optional<std::uint64_t> count{};      ///< how often still; none: for ever
    std::uint64_t millionths = 1'000'000;      ///< how likely, each time
    Duration delay{std::chrono::seconds(1)};   ///< of DelayBefore, DelayAfter
    std::string text{"EService:Unavailable"};  ///< of Error
    unsigned status = 520;                     ///< of HttpError
    bool took_effect =
        false;  ///< of NoAnswer, HttpError, Error, Drop: the request has, all the same
    std::uint64_t struck = 0;
};

class Faults {
public:
    explicit Faults(std::uint64_t seed) : dice_(seed, "faults") {}

    /// {"fault":"no_answer","method":"AddOrder","pair":"XBTUSD","key":"…","count":1,
    /// "probability":0.5,"delay_ms":500,"text":"…","status":520,"took_effect":true}
    Outcome<std::uint64_t> add(const Json& rule);
    void clear();
    bool remove(std::uint64_t id);

    /// The oldest rule of this kind that matches and whose luck it is; it is counted.
    std::optional<FaultRule> strike(Fault fault, const Occasion& occasion);
    /// As above, for those whose effect comes before or after.
    std::optional<FaultRule> strike(Fault fault, const Occasion& occasion, bool took_effect);

    /// All rules with how often they struck.
    std::string to_json() const;

    static constexpr std::size_t kRulesMax = 1000;

private:
    std::optional<FaultRule> strike_if(
        Fault fault, const Occasion& occasion, std::optional<bool> took_effect);

    Dice dice_;
    std::vector<FaultRule> rules_;
    std::uint64_t last_id_ = 0;
};

}  // namespace tapedeck::venue_simulator
